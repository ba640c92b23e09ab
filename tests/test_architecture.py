"""The house has one direction: reads every import with ast, wherever it stands, and fails on one against the flow."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.conftest import ROOT

PACKAGE = ROOT / "analyzer"
FLOW = (
    "capture",
    "isakmp",
    "decryption",
    "negotiation",
    "redact",
    "assessment",
    "tables",
    "dissect",
    "reading",
    "analysis",
    "notebook",
    "report",
    "dataset",
    "plots",
    "batch",
    "folder",
    "cli",
)
FOR_ALL = ("data", "errors", "defects", "logs", "net", "processes", "settings", "vocabulary")
FRONT_DOORS = {"analyzer", "analyzer.__main__"}  # they hand on names lazily and hold nothing
PUBLIC_NAMES = {"__version__"}  # what inner modules may take from `analyzer` itself
# The one exception: `Analysis.to_html` and its like import the report when they are called, so in a function; and what
# one of them gives is named behind TYPE_CHECKING.
HANDED_ON = {("analyzer.analysis", "report")}
LINES = 400
# The rooms of negotiation/, each of which imports from itself and from those before it only
ROOMS = (
    "seen",
    "figure",
    "model",
    "values",
    "story",
    "lengths",
    "exchanges",
    "life",
    "follow",
    "read",
    "conclude",
    "tracker",
)
# Circles of modules that stay. analysis: `Analysis.to_html` and its like import the writers when they are called, and
# the writers take an Analysis; a registry of writers would be an indirection for one caller.
KNOWN_CIRCLES = {
    ("analyzer.analysis", "analyzer.report.csv"),
    ("analyzer.analysis", "analyzer.report.database"),
    ("analyzer.analysis", "analyzer.report.html"),
    ("analyzer.analysis", "analyzer.report.json"),
}


class Import(NamedTuple):
    """One imported module, absolute, with the line that asks for it."""

    line: int
    module: str
    when_called: bool = False


def module_name(path: Path, root: Path = ROOT) -> str:
    parts = path.relative_to(root).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def is_module(name: str) -> bool:
    parent, _, last = name.rpartition(".")
    if parent == "analyzer" and last in {*FLOW, *FOR_ALL, *PUBLIC_NAMES}:
        return True
    path = ROOT.joinpath(*name.split("."))
    return path.is_dir() or path.with_suffix(".py").is_file()


def imports(source: str, importer: str, *, is_package: bool = False) -> Iterator[Import]:
    """Every import in `source`: at the top, in functions, behind TYPE_CHECKING, and import_module("a.constant")."""
    tree = ast.parse(source)
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    typed = [
        node for node in ast.walk(tree) if isinstance(node, ast.If) and getattr(node.test, "id", "") == "TYPE_CHECKING"
    ]
    inner_nodes = {id(node) for outer in (*functions, *typed) for node in ast.walk(outer)}
    for node in ast.walk(tree):
        lazy = id(node) in inner_nodes
        if isinstance(node, ast.Import):
            yield from (Import(node.lineno, alias.name, lazy) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = absolute(node, importer, is_package=is_package)
            for alias in node.names:
                inner = f"{base}.{alias.name}"
                yield Import(node.lineno, inner if is_module(inner) else base, lazy)
        elif isinstance(node, ast.Call) and called(node) in {"import_module", "__import__"} and node.args:
            name = node.args[0]
            if isinstance(name, ast.Constant) and isinstance(name.value, str):
                yield Import(node.lineno, name.value, lazy)


@cache
def imports_of(path: Path) -> tuple[Import, ...]:
    """Every import of a module of the package."""
    return tuple(imports(path.read_text("utf-8"), module_name(path), is_package=path.name == "__init__.py"))


def absolute(node: ast.ImportFrom, importer: str, *, is_package: bool) -> str:
    if not node.level:
        return node.module or ""
    parts = importer.split(".")
    keep = len(parts) - node.level + (1 if is_package else 0)
    return ".".join([*parts[:keep], *([node.module] if node.module else [])])


def called(node: ast.Call) -> str:
    function = node.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def layer(module: str) -> str:
    """The part below `analyzer` that a module belongs to; "" for the package itself."""
    return module.split(".")[1] if "." in module else ""


def fault(importer: str, found: Import) -> str | None:
    """Why `importer` may not import what was found, or None."""
    module = found.module
    if module.partition(".")[0] != "analyzer" or importer in FRONT_DOORS:
        return None
    to = layer(module)
    if to in FOR_ALL or to in PUBLIC_NAMES:
        return None
    if to not in FLOW:
        return f"{module} has no place in the flow"
    here = layer(importer)
    if here in FOR_ALL:
        return f"{here}.py is for all and imports nothing of the package"
    if FLOW.index(to) > FLOW.index(here) and not (found.when_called and (importer, to) in HANDED_ON):
        return f"{to} stands to the right of {here}"
    return None


MODULES = sorted(PACKAGE.rglob("*.py"))


@pytest.mark.parametrize("path", MODULES, ids=module_name)
def test_imports_go_left(path: Path) -> None:
    importer = module_name(path)
    assert importer in FRONT_DOORS or layer(importer) in (*FLOW, *FOR_ALL), f"{path} belongs to no layer"
    found = imports_of(path)
    faults = [f"{path}:{i.line}: {why}" for i in found if (why := fault(importer, i))]
    assert not faults, "\n".join(faults)


def room(module: str) -> str:
    """The room of negotiation/ that a module belongs to; "" for what is not in it, and for its front door."""
    parts = module.split(".")
    return parts[2] if parts[1:2] == ["negotiation"] and len(parts) > 2 else ""


def room_fault(importer: str, module: str) -> str | None:
    """Why one room of negotiation/ may not import from another, or None."""
    here, to = room(importer), room(module)
    if not here or not to:
        return None
    unknown = {here, to}.difference(ROOMS)
    if unknown:
        return f"{unknown} have no place among the rooms"
    return f"{to} comes after {here}" if ROOMS.index(to) > ROOMS.index(here) else None


@pytest.mark.parametrize("path", [p for p in MODULES if room(module_name(p))], ids=module_name)
def test_rooms_of_negotiation_have_one_order(path: Path) -> None:
    importer = module_name(path)
    found = imports_of(path)
    faults = [f"{path}:{i.line}: {why}" for i in found if (why := room_fault(importer, i.module))]
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize(
    ("importer", "module"),
    [
        ("analyzer.negotiation.model", "analyzer.negotiation.follow.log"),
        ("analyzer.negotiation.read.ikev2", "analyzer.negotiation.tracker"),
        ("analyzer.negotiation.exchanges.course", "analyzer.negotiation.life"),
        ("analyzer.negotiation.attic", "analyzer.negotiation.model"),
    ],
)
def test_an_import_against_the_order_of_rooms_is_found(importer: str, module: str) -> None:
    assert room_fault(importer, module)
    assert not room_fault("analyzer.tables.build", module)


Graph = dict[str, set[str]]


@cache
def import_graph() -> Graph:
    """What each module of the package imports by name, in functions and for types too.

    That a module of a package also loads the package's front door is left out: doors hold nothing of their own.
    """
    return {
        module_name(path): {i.module for i in imports_of(path) if i.module.partition(".")[0] == "analyzer"}
        for path in MODULES
    }


def circles(graph: Graph) -> list[list[str]]:
    """Modules that import each other, directly or through others: take away all that nothing leads back to."""
    left = {module: set(others) for module, others in graph.items()}
    while True:
        back = {other for others in left.values() for other in others}
        inner = {module for module, others in left.items() if module in back and others & left.keys()}
        if len(inner) == len(left):
            break
        left = {module: left[module] & inner for module in inner}
    found: list[list[str]] = []
    for module in sorted(left):
        around = reached(left, module)
        if module in around and not any(module in circle for circle in found):
            found.append(sorted(other for other in around if module in reached(left, other)))
    return found


def reached(graph: Graph, start: str) -> set[str]:
    """All modules that one imports, directly or through others."""
    found: set[str] = set()
    waiting = [start]
    while waiting:
        new = graph.get(waiting.pop(), set()) - found
        found |= new
        waiting += new
    return found


def test_no_modules_import_each_other_in_a_circle() -> None:
    graph = import_graph()
    assert circles({m: {o for o in others if (m, o) not in KNOWN_CIRCLES} for m, others in graph.items()}) == []


def test_every_known_circle_is_one() -> None:
    graph = import_graph()
    for importer, module in KNOWN_CIRCLES:
        assert importer in reached(graph, module), f"{importer} and {module} are no circle any more"


@pytest.mark.parametrize(
    ("graph", "expected"),
    [
        ({"a": {"b"}, "b": {"c"}, "c": set()}, []),
        ({"a": {"b"}, "b": {"a"}}, [["a", "b"]]),
        ({"a": {"b"}, "b": {"c"}, "c": {"a", "d"}, "d": {"e"}, "e": {"d"}, "f": {"a"}}, [["a", "b", "c"], ["d", "e"]]),
        ({"a": {"a"}}, [["a"]]),
    ],
)
def test_circles_are_found(graph: Graph, expected: list[list[str]]) -> None:
    assert circles(graph) == expected


@pytest.mark.parametrize("path", MODULES, ids=module_name)
def test_module_is_not_too_long(path: Path) -> None:
    lines = len(path.read_text("utf-8").splitlines())
    assert lines <= LINES, f"{path} has {lines} lines, {LINES} are the limit: find its seam"


@pytest.mark.parametrize(
    ("importer", "source"),
    [
        ("analyzer.capture.pcap", "from analyzer.isakmp import decode"),
        ("analyzer.capture.pcap", "def f():\n    import analyzer.report.html"),
        ("analyzer.capture.pcap", "def f():\n    from analyzer import isakmp"),
        ("analyzer.capture.pcap", "from ..isakmp import header"),
        ("analyzer.isakmp.message", "if TYPE_CHECKING:\n    from analyzer.negotiation.story import Story"),
        ("analyzer.tables.build", "importlib.import_module('analyzer.report')"),
        ("analyzer.tables.build", "from analyzer.analysis import Analysis"),
        ("analyzer.tables.messages", "from analyzer.dissect import dissect"),
        ("analyzer.isakmp.recorder", "from analyzer.dissect.annotation import annotate"),
        ("analyzer.analysis", "def f():\n    from analyzer.cli import main"),
        ("analyzer.analysis", "from analyzer.report import html"),
        ("analyzer.report.html", "from analyzer import read_pcap"),
        ("analyzer.report.html", "from analyzer.templates import x"),
        ("analyzer.defects", "from analyzer.capture.datagram import Datagram"),
    ],
)
def test_an_import_against_the_flow_is_found(importer: str, source: str) -> None:
    assert [i for i in imports(source, importer) if fault(importer, i)]


@pytest.mark.parametrize(
    ("importer", "source"),
    [
        (
            "analyzer.isakmp.message",
            "from analyzer.capture.datagram import Datagram\nfrom analyzer.defects import Defect",
        ),
        ("analyzer.report.html", "from analyzer import __version__\nfrom analyzer.analysis import Analysis"),
        ("analyzer.analysis", "def to_html(self):\n    from analyzer.report.html import write_html"),
        ("analyzer.cli.main", "from .. import analysis\nimport analyzer.report.html"),
        ("analyzer.capture.pcap", "import struct, dpkt\nfrom . import link"),
    ],
)
def test_an_import_with_the_flow_is_let_through(importer: str, source: str) -> None:
    assert not [i for i in imports(source, importer) if fault(importer, i)]
