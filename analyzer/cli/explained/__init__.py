"""What `explain` knows: a module for each kind of word, found by looking into the package; a new file is enough.

A module has `KIND`. A kind says which words it has, and makes the pages of one, in whatever way it is written.
"""

from collections.abc import Sequence
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from analyzer.assessment.policies import path_of
from analyzer.cli.explained.kind import Kind
from analyzer.report.manual import Page


@cache
def kinds() -> tuple[Kind, ...]:
    """All kinds, in their order."""
    modules = [import_module(f"{__name__}.{m.name}") for m in iter_modules(__path__)]
    return tuple(sorted((m.KIND for m in modules if hasattr(m, "KIND")), key=lambda kind: kind.place))


def kind_of(word: str) -> Kind | None:
    """The kind of this name, be it of one or of many."""
    return next((kind for kind in kinds() if word.lower() in (kind.name, kind.one)), None)


def pages_of(words: Sequence[str]) -> list[Page]:
    """The pages of what some words of a command line name: of every kind, or of the one that the first word names."""
    kind = kind_of(words[0])
    if kind is not None and len(words) > 1:
        return kind.pages(_word(words[1:]))
    word = _word(words)
    return [page for kind in kinds() for page in kind.pages(word)]


def _word(words: Sequence[str]) -> str:
    """In lower case, unless it is a file's path."""
    word = " ".join(words)
    return word if path_of(word) else word.lower()


def all_words() -> dict[str, None]:
    """Every word that has a page, and the kinds, as a shell completes them."""
    own = {kind.name: None for kind in kinds()}
    return own | {word: None for kind in kinds() for word in kind.words()}
