"""Lost between two points of observation."""

from analyzer.assessment.case import Case, frames, once
from analyzer.assessment.model import Diagnosis, Explanation
from analyzer.negotiation.conclude.dropped import not_read
from analyzer.negotiation.conclude.lost_between import Lost, lost_between
from analyzer.negotiation.conclude.sights import Missing, Sights, end, sights_of
from analyzer.negotiation.conclude.verdict import times
from analyzer.negotiation.model import Step
from analyzer.vocabulary import Confidence, side

ABOUT = Explanation(
    id="lost-between-points",
    kind="diagnosis",
    title="Lost between two capture points",
    what="One capture point saw a message on its way, and the next one, which captured at that time, never did.",
    why=(
        "What drops it stands between the two points: a firewall, a NAT without a mapping, a filter of a provider, a "
        "tunnel that is too small. Or the message takes another way there, which leaves the second point out."
    ),
    wire=(
        "A capture with several interfaces, or several captures read as one: the same SA at two points, and of "
        "the message that everything waits for copies at one of them only."
    ),
    lookalikes=(
        "A capture point that loses packets itself (a switch that mirrors more than the port carries): it then lacks "
        "messages that were answered, too. Routes that differ by direction or port. TTL or time on the way say which "
        "point is nearer to the sender; where neither does, the second may have missed it on its way to the first."
    ),
    advice="Look between the two points, at firewalls and NAT first: their rules, counters and logs for these packets.",
    references=("RFC 7296 2.1", "RFC 3948"),
)

_SURE = 3
"""Transmissions, each lost: no single packet that a capture point lost without counting it explains that."""

_APART_NS = 10**8  # clocks that differ by more are worth a word
_NAMED, _LISTED = 2, 8
_NEARER = {True: "by TTL", False: "by the time on the way"}


def diagnose(case: Case) -> Diagnosis | None:
    """The last word of a side, which the other never reacts to, is not seen at the next point."""
    lost = lost_of(case)
    sights = _sights(case)
    if lost is None or sights is None:
        return None
    at, gone = lost.found[0].at, lost.found[0].gone
    here, there, sent = sights.named(at), sights.named(gone), lost.sent
    window = sights.points.all[gone]
    confidence: Confidence = "likely"
    basis = [f"copies at {here}, none at {there}"]
    same_way = lost.between.common[not lost.from_initiator]
    reasons = []
    if all(m.covered for m in lost.found):
        basis[0] += ", which captured before and after"
    else:
        confidence = "possible"
        reasons.append(f"no packet of {there} is later, so it may not have captured any more")
    if lost.passes_first is None:
        confidence = "possible"
        reasons.append(f"which of the two is nearer to the {side(lost.from_initiator)} is not known")
    else:
        basis.append(f"{here} is nearer to the {side(lost.from_initiator)} {_NEARER[lost.between.by_ttl]}")
    if not same_way:
        confidence = "possible" if len(sent) < _SURE else confidence
        reasons.append(f"{there} saw no other message in this direction, so it may stand beside its way")
    missed = _missed(sights, gone, lost)
    if missed:
        confidence = "possible"
        reasons.append(f"{there} lacks other messages too that were answered (frame {missed.frame_number})")
    doubts = _may_be_there(case, sights, lost)
    if doubts:
        confidence = "possible"
        reasons += doubts
    elif window.dropped is None:
        basis.append(f"nothing says whether {there} lost packets")
    else:
        basis.append(f"{there} lost no packets by its own count")
        sure = lost.between.by_ttl and not reasons and not window.filters and len(sent) >= _SURE
        confidence = "certain" if sure and confidence == "likely" else confidence
    detail = _detail(case, sights, lost) + (f" But {'; '.join(reasons)}." if reasons else "")
    advice = f"Look between {here} and {there}, at firewalls and NAT first, for {_packets(case, sent[0])}."
    if lost.later:
        more = list(dict.fromkeys(m.message.exchange.exchange for m in lost.later))
        detail += f" Likewise its later messages ({', '.join(more)})."
    shown = frames(*sent, *_common(sights, lost))
    return case.diagnosis(ABOUT, confidence, shown, detail, "; ".join(basis), advice)


def _may_be_there(case: Case, sights: Sights, lost: Lost) -> list[str]:
    """Why the second point may lack the message although it came by."""
    gone = lost.found[0].gone
    there, dropped, unread = sights.named(gone), sights.points.all[gone].dropped, case.scene.story.unread_files
    found = [f"{not_read(unread)}, and may be of {there}"] if unread else []
    found += sights.doubts(gone, lost.sent[0])
    return [*found, f"{there} lost {dropped:,} packets by its own count"] if dropped else found


@once
def _sights(case: Case) -> Sights | None:
    points = case.scene.story.points
    return None if points is None else sights_of(case.n, points, case.scene.rests)


@once
def lost_of(case: Case) -> Lost | None:
    """What was lost between two points and explains the case."""
    return lost_between(case.n, _sights(case), up=case.up)


def _missed(sights: Sights, gone: int, lost: Lost) -> Step | None:
    """Another message that the second point lacks although it arrived, as its answer shows."""
    known = {id(m.message) for m in (*lost.found, *lost.later)}
    for at in sights.places:
        for m in sights.missing(at, gone) if at != gone else ():
            if id(m.message) not in known and _arrived(m):
                return m.message.first
    return None


def _arrived(m: Missing) -> bool:
    """The other side said something new after it, or the exchange went on in the same direction."""
    first, steps = m.message.first, m.message.exchange.steps
    fresh = [s for s in steps if s.retransmission_of is None and not s.duplicate]
    return any(s.from_initiator != first.from_initiator and s.frame_number > first.frame_number for s in fresh)


def _detail(case: Case, sights: Sights, lost: Lost) -> str:
    """What was seen where."""
    sent, word = lost.sent, lost.found[0].message.first
    here, there = sights.named(lost.found[0].at), sights.named(lost.found[0].gone)
    what = "message" if word.fragment is None else f"fragment{'s' * (len(lost.found) > 1)} {_numbers(lost)}"
    text = (
        f"{lost.exchange.exchange}: the {side(lost.from_initiator)}'s {what} passed {here} {times(len(sent))} "
        f"({_packets(case, sent[0])}) and {there} never."
    )
    at, gone = lost.found[0].at, lost.found[0].gone
    translated = sights.translations(at, gone)
    if translated:
        text += f" {'; '.join(f'{one} there' for one in translated[:_NAMED])}."
    offset = sights.clock_offset(at, gone)
    if offset is not None and abs(offset) >= _APART_NS:
        how = "ahead of" if offset > 0 else "behind"
        text += f" The clock of {there} is {abs(offset) / 1e9:,.3f} s {how} that of {here} ({lost.between.basis})."
    return text


def _numbers(lost: Lost) -> str:
    """Of fragments that were lost."""
    found = sorted({m.message.first.fragment[0] for m in lost.found if m.message.first.fragment is not None})
    return ", ".join(map(str, found[:_LISTED])) + (" ..." if len(found) > _LISTED else "")


def _packets(case: Case, step: Step) -> str:
    """Between which ends it went, as a rule of a firewall has it."""
    _, initiator, initiators, responder, responders = case.n.place_at(step.frame_number)
    ends = [end(initiator, initiators), end(responder, responders)]
    source, target = ends if step.from_initiator else ends[::-1]
    return f"{'TCP' if step.transport == 'tcp' else 'UDP'} from {source} to {target}"


def _common(sights: Sights, lost: Lost) -> tuple[Step | None, ...]:
    """The last message of the same side that the second point saw."""
    gone = lost.found[0].gone
    seen = [s for m in sights.messages if m.from_initiator is lost.from_initiator for s in m.seen.get(gone, ())]
    return (max(seen, key=lambda s: s.frame_number, default=None),)
