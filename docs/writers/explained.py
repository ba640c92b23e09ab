"""checks.md with a page for each check, and diagnoses.md: the pages of `explain`, with fixtures that show each."""

import ast
import inspect
import re
from collections.abc import Iterable, Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType

from analyzer.assessment import catalogue, diagnoses
from analyzer.assessment import checks as assessment_checks
from analyzer.assessment.model import Explanation
from analyzer.assessment.rules import rules
from analyzer.report.manual import page_of
from analyzer.vocabulary import CONFIDENCES

from .markdown import WRITTEN, anchor, plain, table
from .shown import Sight, examples, made, sights
from .words import parts

ROOT = Path(__file__).resolve().parent.parent.parent
TABLES = {"check": "findings", "diagnosis": "diagnoses"}
SHORT = re.compile(
    r"\b(?:ah|avp|ca|cbc|cp|cve|eap|esp|gcm|ids?|icmp|ike|ip|ke|kem|md5|ml|modp|mtu|nat|pfs|ppk|prf|psk|rfc|roca|rsa|sas?|sha\d|skf"
    r"|spis?|tcp|tls|ttls|udp|url)\b"
)
NAMES = {"ikev1": "IKEv1", "ikev2": "IKEv2", "windows": "Windows", "authip": "AuthIP"}


def check_page() -> Iterator[str]:
    """checks.md."""
    yield WRITTEN
    yield """# Checks

What findings are about: each `finding` in the table [`findings`](../tables.md#findings) is the id of a check.
Each has a page with what `isakmp-analyzer explain ID` prints, the fixtures that show it and the tests that hold it to
stories and their near misses. A check's severity is fixed, or that of the policy's own word where the policy decides
(`--policy`, [policies](policies.md)). Confidence says how far what is seen carries the finding
([verdicts](../verdicts.md)). [Rules and fixtures](shown.md) has the usual names of attacks beside the captures that
show them.
"""
    rows = (
        (f"[`{page.id}`](checks/{page.id}.md)", plain(page.title), _severity(page), _shown(page)) for page in checks()
    )
    yield from table(("Id", "Finding", "Severity", "Fixtures"), rows)


def _shown(page: Explanation) -> str:
    """How many fixtures show a check."""
    return str(len(_sights(page)) + (page.id in made()) or "-")


def checks() -> list[Explanation]:
    """What is explained of each check."""
    return [check.about for check in catalogue.all_checks()]


def one(page: Explanation) -> Iterator[str]:
    """The page of one check."""
    yield WRITTEN
    yield f"# {page.id}\n\n**{plain(page.title)}**\n"
    yield f"Severity: {_severity(page)}. Confidence: {_confidence(page)}. [All checks](../checks.md)\n"
    yield from parts(page_of(page))
    named = [rule for rule in rules() if page.id in rule.ids]
    if named:
        yield f"- **Rules.** {', '.join(f'`{rule.rule}` ({plain(rule.title)})' for rule in named)}"
    yield "\n## Fixtures that show it\n"
    yield from (f"- [{s.fixture}](../fixtures.md#{s.fixture}): {', '.join(s.said)}" for s in _sights(page))
    yield from _made(page)
    yield f"\n## What its tests hold\n\nIn [{_test(page)}](../../../{_test(page)}), near misses among them:\n"
    yield "\n".join(f"- {name}" for name in _tested(page)) + "\n"


def _made(page: Explanation) -> Iterator[str]:
    """The captures that were made for a check, if there are any."""
    one = made().get(page.id)
    if one is None:
        return
    folder = f"../../../fixtures/rules/{page.id}"
    policy = f", with the policy `{one.policy}`" if one.policy != "ietf" else ""
    keys = f", with [its keys]({folder}/{one.keys})" if one.keys else ""
    yield f"- [{one.shows}]({folder}/{one.shows}), written for this check{policy}{keys}"
    yield f"- [{one.nearly}]({folder}/{one.nearly}) nearly shows it: {plain(one.lacks)}"


def _sights(page: Explanation) -> list[Sight]:
    return sights(TABLES[page.kind]).get(page.id, [])


def _tested(page: Explanation) -> Iterator[str]:
    """The names of its tests as sentences."""
    tree = ast.parse((ROOT / _test(page)).read_text("utf-8"))
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            words = (NAMES.get(word, word) for word in node.name.removeprefix("test_").split("_"))
            text = SHORT.sub(lambda m: m[0].upper(), " ".join(words))
            yield plain(text[0].upper() + text[1:])


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
    yield from table(("Id", "Cause"), ((f"[`{page.id}`](#{anchor(page.id)})", plain(page.title)) for page in pages))
    for page in pages:
        yield from _one(page)


def _one(page: Explanation) -> Iterator[str]:
    yield f"## {page.id}\n\n**{plain(page.title)}**\n"
    yield f"Confidence: {_confidence(page)}.\n"
    yield from parts(page_of(page))
    shown = ", ".join(examples(TABLES[page.kind], page.id)).replace(", and ", " and ")
    yield f"- **Shown by.** {shown or f'no fixture; [its test](../../{_test(page)}) has stories of it'}\n"


def _test(page: Explanation) -> str:
    return f"tests/assessment/{_package(page).__name__.rpartition('.')[2]}/test_{_file(page)}.py"


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
    return assessment_checks if page.kind == "check" else diagnoses


def _file(page: Explanation) -> str:
    return page.id.replace("-", "_")
