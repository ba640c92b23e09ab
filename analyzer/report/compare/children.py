"""Child SAs, one by one: outcome, suite, selectors, PFS, lifetime, traffic; then events and findings."""

from collections.abc import Iterator
from itertools import zip_longest
from typing import Final

from analyzer.report.compare.case import CHILDREN, FIRST, Case
from analyzer.report.compare.model import Answer, Aspect, absent, seen, unknown
from analyzer.report.compare.offers import suite
from analyzer.report.dossier import Record
from analyzer.report.sentences import lifetimes_text, selectors, suite_text
from analyzer.report.words import plural

MOST_CHILDREN: Final = 10
_TOPIC: Final = "Child SAs"
_HIDDEN: Final = "not visible: inside encryption, or cut or not in the capture"
_NEVER_CAME_UP: Final = ("failed", "unanswered", "redirected", "probe")
_ANNOUNCED: Final = "signature-hash-sha1-offered"  # in a notify; the other offers and choices are SA payloads


def children(a: Case, b: Case) -> Iterator[Aspect]:
    """The children of both, paired in order."""
    yield Aspect(_TOPIC, "Child SAs", _count(a), _count(b))
    pairs = zip_longest(a.d.child_sas[:MOST_CHILDREN], b.d.child_sas[:MOST_CHILDREN])
    for place, (mine, theirs) in enumerate(pairs, 1):
        if mine is not None and theirs is not None:
            yield from _child(f"Child SA {place}", a, mine, b, theirs)


def life(a: Case, b: Case) -> Iterator[Aspect]:
    """Events of SAs that came up, and what the checks say of each."""
    names = list(dict.fromkeys([*a.d.events_by_kind, *b.d.events_by_kind]))
    for name in names:
        yield Aspect("Life", f"Event {name}", _events(a, name), _events(b, name), matters=False)
    found = [{(str(f["finding"]), str(f["subject"])): f for f in case.d.findings} for case in (a, b)]
    for key in dict.fromkeys([*found[0], *found[1]]):
        mine, theirs = (rows.get(key) for rows in found)
        one, other = _finding(a, mine, b, theirs), _finding(b, theirs, a, mine)
        yield Aspect("Findings", f"{key[0]}: {key[1]}", one, other, matters=False)


def _count(case: Case) -> Answer:
    rows = case.d.child_sas
    if not rows:
        return _no_child(case)
    outcomes = [str(c["outcome"]) for c in rows]
    parts = [f"{outcomes.count(name)} {name}" for name in dict.fromkeys(outcomes)]
    return seen(f"{len(rows)}: {', '.join(parts)}", [c["first_frame"] for c in rows][:20], tuple(parts))


def _no_child(case: Case) -> Answer:
    """None, if there is no IKE SA to make one, or all that would make one was read."""
    exchanges = CHILDREN.get(case.version, ())
    phase1_only = case.version == 1 and not any(key.exchange in exchanges for key in case.messages)
    if case.n["outcome"] in _NEVER_CAME_UP or (phase1_only and case.n["outcome"] == "established"):
        return absent()
    return case.missing(exchanges)


def _child(name: str, a: Case, mine: Record, b: Case, theirs: Record) -> Iterator[Aspect]:
    yield Aspect(_TOPIC, f"{name}: outcome", _cell(mine, "outcome"), _cell(theirs, "outcome"))
    yield Aspect(_TOPIC, f"{name}: protocol", _cell(mine, "protocol"), _cell(theirs, "protocol"))
    yield Aspect(_TOPIC, f"{name}: mode", _cell(mine, "mode"), _cell(theirs, "mode"))
    yield Aspect(_TOPIC, f"{name}: agreed", _shown(mine, suite_text(mine)), _shown(theirs, suite_text(theirs)))
    for side in ("initiator", "responder"):
        column = f"{side}_ts"
        one, other = (_shown(c, selectors(c[column]) if c[column] else "") for c in (mine, theirs))
        yield Aspect(_TOPIC, f"{name}: selectors of the {side}", one, other)
    yield Aspect(_TOPIC, f"{name}: PFS", _pfs(mine), _pfs(theirs))
    one, other = _lifetime(a.version, mine), _lifetime(b.version, theirs)
    yield Aspect(_TOPIC, f"{name}: lifetime", one, other)
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


def _lifetime(version: int, c: Record) -> Answer:
    text = lifetimes_text(c)
    if text:
        return seen(text, _frames(c))
    # IKEv1 negotiates it with the suite; IKEv2 does not
    return unknown(_HIDDEN) if version == 1 and not suite_text(c) else absent("none negotiated")


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


def _finding(case: Case, row: Record | None, beside: Case, theirs: Record | None) -> Answer:
    if row is not None:
        return seen(str(row["severity"]), row["evidence_frames"] or ())
    return absent() if theirs is None else _judged(case, beside, theirs).or_absent("none")


def _judged(case: Case, beside: Case, theirs: Record) -> Answer:
    """What this side shows of the offer or choice that a finding of the other side is about."""
    what = str(theirs["finding"]).rpartition("-")[2]
    if what not in ("offered", "chosen"):
        return absent()
    sources = [beside.of_frame[frame] for frame in theirs["evidence_frames"] or () if frame in beside.of_frame]
    if not any(sent.key.exchange in FIRST.get(beside.version, ()) for sent in sources):
        return case.missing(CHILDREN.get(case.version, ()), request=what == "offered")
    if what == "chosen":
        return suite(case)
    return case.opening("" if theirs["finding"] == _ANNOUNCED else "SA", from_initiator=True)
