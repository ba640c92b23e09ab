"""python.md: the names that a program or a notebook uses, from their docstrings.

The repository's web view shows names and their first lines; on the site docs/hooks.py puts whole docstrings and
signatures in their place.
"""

import inspect
from collections.abc import Iterator, Sequence
from types import ModuleType

import analyzer
from analyzer import errors
from analyzer.capture import Frame
from analyzer.dissect import Dissection, Dissections
from analyzer.report.compare import Compared
from analyzer.report.negotiation import Negotiation
from analyzer.tables.schema import SCHEMA
from analyzer.tables.store import Table

from .markdown import WRITTEN, anchor, plain, table

# What an Analysis hands out, each with the members that are for its users; None: all
RESULTS: dict[type, tuple[str, ...] | None] = {
    Negotiation: ("row", "story"),
    Table: ("rows", "records", "column", "select"),
    Frame: None,
    Dissections: (),
    Dissection: None,
    Compared: None,
}


def page() -> Iterator[str]:
    """python.md."""
    yield WRITTEN
    yield """# Python

What `import analyzer` gives, what its methods hand out, and the exceptions that it raises. All else is the program's
own and may change.
"""
    names = public_names()
    heads = "Name", "What it is"
    yield from table(heads, [(f"[`{name}`](#{anchor(name)})", _said(thing)) for name, thing in names.items()])
    for name, thing in names.items():
        shown = RESULTS.get(thing) if isinstance(thing, type) else () if isinstance(thing, ModuleType) else None
        only = "" if shown is None else f" {','.join(shown) or 'none'}"
        place = f"{thing.__module__}.{thing.__name__}" if inspect.isfunction(thing) else name
        yield f"## {name}\n\n<!-- api: {place}{only} -->\n\n{_said(thing)}\n"
        members = list(_members(thing, shown)) if isinstance(thing, type) else []
        if members:
            yield from table(("Member", "What it is"), members)
        yield "<!-- end of api -->\n"


def public_names() -> dict[str, object]:
    """Every public name with its place, in the order of the page."""
    found = {f"analyzer.{name}": getattr(analyzer, name) for name in analyzer.__all__ if name != "__version__"}
    found |= {f"analyzer.plots.{name}": getattr(analyzer.plots, name) for name in analyzer.plots.__all__}
    found |= {f"{thing.__module__}.{thing.__name__}": thing for thing in RESULTS}
    return found | {f"{errors.__name__}.{name}": error for name, error in _raised(errors).items()}


def _said(thing: object) -> str:
    """The first paragraph of a docstring."""
    return plain((inspect.getdoc(thing) or "").partition("\n\n")[0].replace("\n", " "))


def _raised(module: ModuleType) -> dict[str, type[Exception]]:
    return {n: t for n, t in vars(module).items() if inspect.isclass(t) and issubclass(t, errors.AnalyzerError)}


def _members(thing: type, shown: Sequence[str] | None) -> Iterator[tuple[str, str]]:
    """Methods and properties, all or those of these names; tables are linked."""
    for name, member in inspect.getmembers(thing):
        kind = inspect.isfunction(member) or isinstance(member, property)
        if not kind or name.startswith("_") or (shown is not None and name not in shown):
            continue
        said = f"table [`{name}`](../tables.md#{name})" if name in SCHEMA else _said(member)
        yield f"`{name}{'()' if inspect.isfunction(member) else ''}`", said
