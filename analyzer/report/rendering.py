"""The files of `templates/`, compiled so that one call makes the value of an expression safe.

jinja2 itself asks `finalize`, then `escape`, and wraps what comes out, for each of the thousand expressions of a page;
`safe` does it all at once, and lets plain text through after one look. A jinja2 that did not ask `_Compiler` would take
its own two steps, which say the same: `readable` is its `finalize`, and autoescape is always on.
"""

import re
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, Final

import jinja2
from jinja2 import compiler

from analyzer.report import sentences, words
from analyzer.report.compiled import Compiled
from analyzer.report.embedded import packed
from analyzer.report.escaping import readable, safe
from analyzer.report.taken import taken

# What a line begins with, and lines of nothing or of comment alone
_IDLE: Final = re.compile(r"^[ \t]*(?:\n|//.*\n|/\*(?:[^*]|\*(?!/))*\*/[ \t]*\n)?", re.MULTILINE)

# Text in quotes, which stays; a sign with the spaces around it; spaces behind a colon; what is no rule
_SPACE: Final = re.compile(r"""("[^"]*"|'[^']*')|\s*([};,>])\s*|(?<={)\s+|(?<=:)\s+|/\*(?:[^*]|\*(?!/))*\*/""")


class _Compiler(compiler.CodeGenerator):
    """Writes `environment.safe(...)` around expressions where jinja2 writes `escape(environment.finalize(...))`."""

    def _output_child_pre(self, *_: Any, **__: Any) -> None:
        self.write("environment.safe(")

    def _output_child_post(self, *_: Any, **__: Any) -> None:
        self.write(")")


class _Environment(jinja2.Environment):
    code_generator_class = _Compiler
    safe = staticmethod(safe)


@cache
def environment() -> jinja2.Environment:
    """The one template environment of the project."""
    env = _Environment(
        loader=jinja2.FunctionLoader(text),
        bytecode_cache=Compiled(__file__, compiler.__file__),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        finalize=readable,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    env.filters |= {
        "moment": words.moment,
        "basename": words.file_name,
        "plural": words.plural,
        "frames": words.frames_text,
        "display_filters": words.display_filters,
        "files_text": words.files_text,
        "frame_command": words.frame_command,
        "finding_text": sentences.finding_text,
        "packed": packed,
        "taken": taken,
    }
    return env


def _root() -> Traversable:
    try:
        return files("analyzer.templates")
    except ModuleNotFoundError:  # running from a clone that nobody installed
        return Path(__file__).resolve().parents[2] / "templates"


def text(name: str) -> str:
    """A file of `templates/`."""
    return _root().joinpath(*name.split("/")).read_text("utf-8")


def lean(name: str) -> str:
    """A style or script of `templates/` without what a page needs not.

    Comments that have lines of their own, empty lines, and what lines are indented by: no file has a text of several
    lines.
    """
    return _IDLE.sub("", text(name))


def style(without: tuple[str, ...] = ()) -> str:
    """The style of a page, without spaces that say nothing. without: as for `together`."""
    whole = together("styles", first="base.css", last="print.css", without=without)
    return _SPACE.sub(lambda found: found[1] or found[2] or "", whole)


def together(folder: str, first: str, last: str, without: tuple[str, ...] = ()) -> str:
    """All files of a folder of `templates/` as one text, in the order of their names between the first and the last.

    without: files whose names begin so are left out, as Python's own are.
    """
    names = sorted(
        file.name for file in _root().joinpath(folder).iterdir() if not file.name.startswith(("__", *without))
    )
    between = [name for name in names if name not in (first, last)]
    return "".join(lean(f"{folder}/{name}") for name in (first, *between, last))
