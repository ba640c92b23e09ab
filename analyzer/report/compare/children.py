"""Child SAs, one by one: outcome, suite, selectors, PFS, lifetime, traffic; then events and findings."""

from collections.abc import Iterator
from itertools import zip_longest
from typing import Final

from analyzer.report.compare.case import Case
from analyzer.report.compare.model import Answer, Aspect, absent, seen, unknown
from analyzer.report.dossier import Record
from analyzer.report.sentences import lifetimes_text, selectors, suite_text
from analyzer.report.words import plural

MOST_CHILDREN: Final = 10
_TOPIC: Final = "Child SAs"
_HIDDEN: Final = "not visible: inside encryption or not in the capture"


def children(a: Case, b: Case) -> Iterator[Aspect]:
    """The children of both, paired in order."""
    yield Aspect(_TOPIC, "Child SAs", _count(a), _count(b))
    pairs = zip_longest(a.d.child_sas[:MOST_CHILDREN], b.d.child_sas[:MOST_CHILDREN])
    for place, (mine, theirs) in enumerate(pairs, 1):
        if mine is not None and theirs is not None:
            yield from _child(f"Child SA {place}", mine, theirs)


def life(a: Case, b: Case) -> Iterator[Aspect]:
    """Events of SAs that came up, and what the checks say of each."""
    names = list(dict.fromkeys([*a.d.events_by_kind, *b.d.events_by_kind]))
    for name in names:
        yield Aspect("Life", f"Event {name}", _events(a, name), _events(b, name), matters=False)
    found = [{(str(f["finding"]), str(f["subject"])): f for f in case.d.findings} for case in (a, b)]
    for key in dict.fromkeys([*found[0], *found[1]]):
        one, other = (_finding(rows.get(key)) for rows in found)
        yield Aspect("Findings", f"{key[0]}: {key[1]}", one, other, matters=False)


def _count(case: Case) -> Answer:
    rows = case.d.child_sas
    if not rows:
        return absent()
    outcomes = [str(c["outcome"]) for c in rows]
    parts = [f"{outcomes.count(name)} {name}" for name in dict.fromkeys(outcomes)]
    return seen(f"{len(rows)}: {', '.join(parts)}", [c["first_frame"] for c in rows][:20], tuple(parts))


def _child(name: str, mine: Record, theirs: Record) -> Iterator[Aspect]:
    yield Aspect(_TOPIC, f"{name}: outcome", _cell(mine, "outcome"), _cell(theirs, "outcome"))
    yield Aspect(_TOPIC, f"{name}: protocol", _cell(mine, "protocol"), _cell(theirs, "protocol"))
    yield Aspect(_TOPIC, f"{name}: mode", _cell(mine, "mode"), _cell(theirs, "mode"))
    yield Aspect(_TOPIC, f"{name}: agreed", _shown(mine, suite_text(mine)), _shown(theirs, suite_text(theirs)))
    for side in ("initiator", "responder"):
        column = f"{side}_ts"
        one, other = (_shown(c, selectors(c[column]) if c[column] else "") for c in (mine, theirs))
        yield Aspect(_TOPIC, f"{name}: selectors of the {side}", one, other)
    yield Aspect(_TOPIC, f"{name}: PFS", _pfs(mine), _pfs(theirs))
    yield Aspect(_TOPIC, f"{name}: lifetime", _lifetime(mine), _lifetime(theirs))
    for side in ("initiator", "responder"):
        column = f"esp_packets_to_{side}"
        yield Aspect(_TOPIC, f"{name}: traffic to the {side}", _traffic(mine, column), _traffic(theirs, column))


def _frames(c: Record) -> tuple[int | None, int | None]:
    return c["first_frame"], c["response_frame"]


def _cell(c: Record, column: str) -> Answer:
    return _shown(c, str(c[column] or ""))


def _shown(c: Record, text: str) -> Answer:
    return seen(text, _frames(c)) if text else unknown(_HIDDEN)


def _pfs(c: Record) -> Answer:
    if c["pfs"] is None:
        return unknown(c["pfs_basis"] or _HIDDEN)
    return seen("with a key exchange of its own", _frames(c)) if c["pfs"] else absent("without")


def _lifetime(c: Record) -> Answer:
    text = lifetimes_text(c)
    return seen(text, _frames(c)) if text else absent("none negotiated in what could be read")


def _traffic(c: Record, column: str) -> Answer:
    """Some or none: how many packets there are is how long the capture ran."""
    count = c[column]
    if count is None:
        return unknown("no stream was joined to it")
    return seen(plural(count, "packet"), (), "traffic") if count else absent("no packet")


def _events(case: Case, name: str) -> Answer:
    count = case.d.events_by_kind[name]
    frames = [e["frame_number"] for e in case.d.events if e["event"] == name]
    return seen(f"{count:,} times" if count > 1 else "once", frames[:20]) if count else absent()


def _finding(row: Record | None) -> Answer:
    return seen(str(row["severity"]), row["evidence_frames"] or ()) if row else absent()
