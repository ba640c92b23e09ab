"""Round trips, retransmissions, pauses. Times always differ: what is near enough counts as equal."""

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from analyzer.report.compare.case import Case
from analyzer.report.compare.model import Answer, Aspect, absent, seen, unknown
from analyzer.report.dossier import Record
from analyzer.report.ladder import retransmissions
from analyzer.report.words import seconds

_TOPIC: Final = "Timing"
NEAR_S: Final = 0.5
"""Spans of time that differ by less are equal: no timer of IKE is that short."""

SEVERAL: Final = 2.0  # and those of which neither is this many times the other
_MOST_EXCHANGES: Final = 20
_MOST_SHOWN: Final = 4


def timing(a: Case, b: Case) -> Iterator[Aspect]:
    """Each exchange's answer, then retransmissions and the longest pause."""
    if a.version == b.version:
        mine, theirs = _exchanges(a), _exchanges(b)
        for name in [*mine, *(name for name in theirs if name not in mine)][:_MOST_EXCHANGES]:
            one, other = mine.get(name), theirs.get(name)
            if one is not None and other is not None:
                yield _near(f"{name}, answer", _answer(one), _answer(other))
    yield Aspect(_TOPIC, "Retransmissions", _again(a), _again(b))
    yield _near("Longest pause between messages", _pause(a), _pause(b))
    yield _near("First to last message", _lasted(a), _lasted(b), matters=False)


def _near(name: str, a: tuple[Answer, float | None], b: tuple[Answer, float | None], *, matters: bool = True) -> Aspect:
    """An aspect of two spans in seconds: equal if they are near each other, by the text if either is none."""
    (one, first), (other, second) = a, b
    if first is not None and second is not None:
        low, high = sorted((first, second))
        near = high - low < NEAR_S or high < low * SEVERAL
        one = one._replace(key="near" if near else first, span_s=first)
        other = other._replace(key="near" if near else second, span_s=second)
    return Aspect(_TOPIC, name, one, other, matters)


def _exchanges(case: Case) -> dict[str, Record]:
    """By name: type, who began it, the how-manieth of its kind."""
    found: dict[str, Record] = {}
    kinds: Counter[tuple[str, str]] = Counter()
    for e in case.d.exchanges[:1000]:
        kind = str(e["exchange"]), str(e["initiated_by"])
        kinds[kind] += 1
        again = f", exchange {kinds[kind]}" if kinds[kind] > 1 else ""
        found[f"{kind[0]}{again}{'' if kind[1] == 'initiator' else ', begun by the responder'}"] = e
    return found


def _answer(e: Record) -> tuple[Answer, float | None]:
    frames = e["request_frame"], e["response_frame"]
    if e["outcome"] == "answered" and e["round_trip_s"] is not None:
        return seen(f"after {seconds(e['round_trip_s'])}", frames), e["round_trip_s"]
    if e["outcome"] == "answered":
        return unknown("answered, after an unknown time"), None
    if e["outcome"] == "unanswered":
        return absent("no answer in the capture"), None
    return unknown("its request is not in the capture"), None


def _again(case: Case) -> Answer:
    count = case.n["retransmissions"]
    if not count:
        return absent()
    texts = retransmissions(case.d)
    more = f"; and {len(texts) - _MOST_SHOWN} other messages" if len(texts) > _MOST_SHOWN else ""
    frames = [m["frame_number"] for m in case.d.messages if m["retransmission_of"] is not None and not m["duplicate"]]
    return seen("; ".join(texts[:_MOST_SHOWN]) + more, frames[:20], count)


def _pause(case: Case) -> tuple[Answer, float | None]:
    """The longest time between two of the messages that are compared."""
    compared = case.of_frame
    rows = [m for m in case.d.messages if m["time"] is not None and m["frame_number"] in compared]
    gaps = [((after["time"] - before["time"]) / 1e9, after) for before, after in pairwise(rows)]
    if not gaps:
        return absent("no two messages with a time"), None
    longest, after = max(gaps, key=lambda gap: gap[0])
    return seen(seconds(longest), [after["frame_number"]]), longest


def _lasted(case: Case) -> tuple[Answer, float | None]:
    length = case.n["duration_s"]
    return (seen(seconds(length)), length) if length is not None else (unknown("times go back, or are missing"), None)
