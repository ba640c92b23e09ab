"""How each of the two ended, and why as far as a diagnosis says so; version, mode, and the exchanges each came to."""

from collections.abc import Iterator
from typing import Final

from analyzer.report.compare.case import Case
from analyzer.report.compare.model import Answer, Aspect, absent, seen
from analyzer.report.compare.sent import LATER
from analyzer.report.headline import failure_text, place_text, trouble_text
from analyzer.report.words import version_mode

_TOPIC: Final = "Outcome"


def outcome(a: Case, b: Case) -> Iterator[Aspect]:
    """Outcome and its place, diagnoses, version, exchanges."""
    yield Aspect(_TOPIC, "Outcome", _ended(a), _ended(b))
    yield Aspect(_TOPIC, "Cause by diagnosis", _cause(a), _cause(b))
    yield Aspect(_TOPIC, "Version and mode", _version(a), _version(b))
    yield Aspect(_TOPIC, "Exchanges", _exchanges(a), _exchanges(b))


def _ended(case: Case) -> Answer:
    n = case.n
    sure = f" ({n['outcome_confidence']})" if n["outcome_confidence"] else ""
    text = f"{n['outcome'] or 'unknown'}{sure}"
    if n["failed_at"] and n["outcome"] in ("established", "incomplete"):
        text += f"; {trouble_text(case.d)} failed{place_text(case.d)}{failure_text(n)}"
    elif n["failed_at"]:
        text = f"{n['outcome']}{place_text(case.d)}{failure_text(n)}{sure}"
    key = n["outcome"], n["failed_at"], n["failed_by"], n["failure"]
    return seen(text, [] if n["outcome"] == "established" else [n["last_frame"]], key)


def _cause(case: Case) -> Answer:
    if not case.d.diagnoses:
        return absent("no diagnosis")
    first = case.d.diagnoses[0]
    text = f"{first['title'] or first['diagnosis']} ({first['confidence']}, {first['diagnosis']})"
    return seen(text, first["evidence_frames"] or (), (first["diagnosis"], first["confidence"]))


def _version(case: Case) -> Answer:
    return seen(version_mode(case.n), [case.n["first_frame"]])


def _exchanges(case: Case) -> Answer:
    """Kinds of exchanges in order; how often each came says how long the SA was watched, not what it is."""
    names = tuple(dict.fromkeys(sent.key.exchange for sent in case.messages.values()))
    if not names:
        return case.missing()
    return seen(", ".join(names), (), tuple(name for name in names if name != LATER))
