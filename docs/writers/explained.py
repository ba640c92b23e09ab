"""checks.md and diagnoses.md: the pages of `explain`, with fixtures that show each."""

import ast
import inspect
from collections.abc import Iterable, Iterator
from importlib import import_module
from types import ModuleType

from analyzer.assessment import catalogue, checks, diagnoses
from analyzer.assessment.model import Explanation
from analyzer.report.manual import page_of
from analyzer.vocabulary import CONFIDENCES

from .markdown import WRITTEN, anchor, plain, table
from .shown import examples, sights
from .words import parts

TABLES = {"check": "findings", "diagnosis": "diagnoses"}


def check_page() -> Iterator[str]:
    """checks.md."""
    yield WRITTEN
    yield """# Checks

What findings are about: each `finding` in the table [`findings`](../tables.md#findings) is the id of a check.
`isakmp-analyzer explain ID` prints the same. A check's severity is fixed, or that of the policy's own word where the
policy decides (`--policy`, [policies](policies.md)). Confidence says how far what is seen carries the finding
([verdicts](../verdicts.md)). The fixtures named are the best examples among the captures of this project, judged by the
policy `ietf`.
"""
    yield from _all([check.about for check in catalogue.all_checks()])


def diagnosis_page() -> Iterator[str]:
    """diagnoses.md."""
    yield WRITTEN
    yield """# Diagnoses

Causes of a failure, or of trouble in the life of an SA: each `diagnosis` in the table
[`diagnoses`](../tables.md#diagnoses). Without keys several causes can look alike on the wire; all that fit are named
and ranked. `isakmp-analyzer explain ID` prints the same, `isakmp-analyzer explain diagnoses` the whole order. The
fixtures named are the best examples among the captures of this project.
"""
    yield from _all([cause.about for cause in catalogue.all_causes()])


def _all(pages: Iterable[Explanation]) -> Iterator[str]:
    pages = list(pages)
    rows = [(f"[`{page.id}`](#{anchor(page.id)})", plain(page.title), _severity(page)) for page in pages]
    if pages[0].kind == "check":
        yield from table(("Id", "Finding", "Severity"), rows)
    else:
        yield from table(("Id", "Cause"), [row[:2] for row in rows])
    for page in pages:
        yield from _one(page)


def _one(page: Explanation) -> Iterator[str]:
    yield f"## {page.id}\n\n**{plain(page.title)}**\n"
    severity = f"Severity: {_severity(page)}. " if page.kind == "check" else ""
    yield f"{severity}Confidence: {_confidence(page)}.\n"
    yield from parts(page_of(page))
    shown = ", ".join(examples(TABLES[page.kind], page.id)).replace(", and ", " and ")
    place = f"tests/assessment/{_package(page).__name__.rpartition('.')[2]}/test_{_file(page)}.py"
    yield f"- **Shown by.** {shown or f'no fixture; [its test](../../{place}) has stories of it'}\n"


def _severity(page: Explanation) -> str:
    return page.severity or "by the policy"


def _confidence(page: Explanation) -> str:
    """What its module says, and what the fixtures show of it."""
    said = _said(f"{_package(page).__name__}.{_file(page)}")
    seen = {word for sight in sights(TABLES[page.kind]).get(page.id, []) for word in sight.words}
    found = [word for word in CONFIDENCES if word in said | seen]
    return " or ".join(filter(None, (", ".join(found[:-1]), *found[-1:]))) or "that of what it rests on"


def _said(module: str) -> set[str]:
    """The confidences that a module gives: its literals that are compared with nothing, and the one of a bare call."""
    tree = ast.parse(inspect.getsource(import_module(module)))
    compared = {id(part) for node in ast.walk(tree) if isinstance(node, ast.Compare) for part in ast.walk(node)}
    said = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and node.value in CONFIDENCES and id(node) not in compared:
            said.add(str(node.value))
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "finding":
            said |= set() if any(word.arg == "confidence" for word in node.keywords) else {CONFIDENCES[0]}
    return said


def _package(page: Explanation) -> ModuleType:
    return checks if page.kind == "check" else diagnoses


def _file(page: Explanation) -> str:
    return page.id.replace("-", "_")
