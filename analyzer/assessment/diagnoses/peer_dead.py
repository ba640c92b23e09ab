"""The peer no longer answers."""

from analyzer.assessment.alive import Traffic, keepalive_of, set_back_before, traffic_of
from analyzer.assessment.case import Case, frames, once, span_s
from analyzer.assessment.diagnoses import fragment_lost
from analyzer.assessment.model import Diagnosis, Explanation
from analyzer.assessment.neighbours import BY_OTHERS, shown_after
from analyzer.assessment.silence import last_unanswered
from analyzer.assessment.traits import Trait
from analyzer.isakmp.numbers import PayloadV1
from analyzer.negotiation.conclude.ignored import REPEATS, closing
from analyzer.negotiation.conclude.unanswered import answered_before, may_delete
from analyzer.negotiation.model import AUTHENTICATING, Exchange, Step

ABOUT = Explanation(
    id="peer-dead",
    kind="diagnosis",
    title="The peer no longer answers",
    what="The SA was up; then requests of one side went unanswered to the end of the SA.",
    why="The peer crashed or restarted, lost its network, or a NAT mapping or firewall state on the way expired.",
    wire=(
        "IKEv2: a request, mostly an empty INFORMATIONAL, is retransmitted with growing gaps and never "
        "answered. IKEv1: encrypted INFORMATIONALs of one size (R-U-THERE) from one side only, one "
        "after the other."
    ),
    lookalikes=(
        "One direction not recorded from some moment on; the last messages of an SA that was being "
        "deleted (known by their length where the cipher allows). A peer that goes on sending ESP or AH is alive: "
        "requests-ignored."
    ),
    advice="Check the peer and the path at that time; shorten the NAT keepalive interval if a NAT is between the two.",
    references=("RFC 7296 2.4", "RFC 3706"),
)
NEEDS = (Trait.UP,)

LONELY = 3  # IKEv1 messages of one size without a word from the other side
NAT_FORGETS_S = 30  # many NATs drop a UDP mapping after so long (RFC 4787 section 4.3 asks for two minutes)
WHERE_NOTHING_LISTENS = (
    "See why the IKE daemon of that host stopped, and what listens there now (ss -lunp); a firewall may have answered "
    "in the host's name."
)
WHERE_THE_NAT_FORGOT = (
    "That address is the NAT's: it has no mapping to the host behind it any more. Let that host send keepalives more "
    "often, lengthen the NAT's UDP timeout, and see whether the NAT was restarted."
)
WHERE_THE_PATH_BREAKS = (
    "Neither side gets the other's messages: look at the path between them on both sides of the capture point, "
    "and whether a firewall or NAT lost its state."
)
SIDES = ("initiator", "responder")
LEAST_GAP_NS = 500_000_000  # deletes come in a burst, questions after a wait


@once
def diagnose(case: Case) -> Diagnosis | None:
    """An SA that is up, whose last requests got no answer."""
    if not case.up or not (case.from_initiator and case.from_responder):
        return None  # who is not in the capture at all is not dead
    asked = asked_in_vain(case)
    if asked and still_sends(case, asked) is not None:
        return None  # requests-ignored
    if not asked:
        return _cut(case) if case.n.ike_version == 2 else None
    who, other = ("initiator", "responder") if asked[0].from_initiator else ("responder", "initiator")
    seconds = span_s(asked)
    over = f" over {seconds:.1f} s" if seconds is not None else ""
    sizes = f"{asked[0].length} bytes"
    detail = f"{len(asked)} messages of {sizes} from the {who}{over}, and {_silence(case, asked, other)}."
    idle = _idle_s(case, asked[0])
    forgotten = idle is not None and idle >= NAT_FORGETS_S and not _mapping_used(case, asked[0])
    refused = [e for e in case.n.icmp_errors if e.kind == "port-unreachable" and e.frame_number > asked[0].frame_number]
    if not refused and case.n.nat not in (None, "none") and forgotten:
        detail += f" Before, {idle:.0f} s passed without IKE messages: long enough for a NAT in between to forget."
    basis = "absence of any answer in this capture"
    advice = None
    if refused:
        error = refused[-1]
        detail += f" {error.reporter_ip} reports UDP port {error.dst_port} of {error.dst_ip} unreachable."
        basis += ", and ICMP port unreachable"
        behind_nat = case.n.nat in ("both", other)
        advice = WHERE_THE_NAT_FORGOT if behind_nat and error.reporter_ip == error.dst_ip else WHERE_NOTHING_LISTENS
    others = shown_after(case, asked[0])
    if others.text:
        detail, basis = detail + others.text, basis + BY_OTHERS
    place = "child-refused" if case.child_failed else ""  # a child SA that nobody answers may be refused in silence
    shown = (*frames(*asked), *(e.frame_number for e in refused), *others.frames)
    return case.diagnosis(ABOUT, "likely", shown, detail, basis, advice, place=place, absence=True)


@once
def asked_in_vain(case: Case) -> list[Step]:
    """Transmissions of the requests at the end of an SA that the other side answered with no IKE message.

    Not where fragments of the requests, or of what may answer them, are missing (fragment-lost).
    """
    asked = _ikev1(case) if case.n.ike_version == 1 else _ikev2(case)
    return asked if asked and fragment_lost.diagnose(case) is None else []


def still_sends(case: Case, asked: list[Step]) -> Traffic | None:
    """ESP or AH of the side that was asked, seen after the question had been repeated: that side is alive."""
    repeated = asked[min(REPEATS, len(asked) - 1)]
    return traffic_of(case, from_initiator=not asked[0].from_initiator, after=repeated)


def _silence(case: Case, asked: list[Step], other: str) -> str:
    """What came from the other side after the first question: nothing, or the last of its traffic."""
    first, initiator = asked[0].time_ns, other == "initiator"
    traffic = traffic_of(case, from_initiator=initiator, after=asked[0])
    if first is not None and traffic is not None:
        after = (traffic.time_ns - first) / 1e9
        last = f"its last {traffic.name} packet came {after:.1f} s after the first"
        return f"no IKE message from the {other} after them; {last}"
    kept = None if set_back_before(case, asked[0]) else keepalive_of(case, from_initiator=initiator)
    if first is not None and kept is not None and kept > first:
        after = (kept - first) / 1e9
        last = f"a NAT keepalive of it came {after:.1f} s after the first, so its host was still there"
        return f"no IKE message from the {other} after them; {last}"
    return f"nothing from the {other} after them"


def _cut(case: Case) -> Diagnosis | None:
    """Both sides ask, several times, and neither answers the other: the path between them is cut."""
    asking: dict[bool, Exchange] = {}
    for exchange in reversed(case.exchanges):
        request = exchange.request
        if request is None or exchange.response is not None or closing(case.n, exchange):
            break
        if sum(not s.duplicate for s in exchange.steps) <= REPEATS:
            break
        asking.setdefault(request.from_initiator, exchange)
    if len(asking) < len(SIDES):
        return None
    asked = sorted((s for e in asking.values() for s in e.steps if not s.duplicate), key=lambda s: s.frame_number)
    seconds = span_s(asked)
    over = f" over {seconds:.1f} s" if seconds is not None else ""
    detail = f"{len(asked)} messages{over}, requests of both sides, and no answer to either."
    basis = "absence of any answer in this capture"
    return case.diagnosis(ABOUT, "likely", frames(*asked), detail, basis, WHERE_THE_PATH_BREAKS, absence=True)


def _idle_s(case: Case, step: Step) -> float | None:
    """Seconds from the SA's message before this one to it."""
    times = [s.time_ns for e in case.exchanges for s in e.steps if s.frame_number < step.frame_number]
    known = [t for t in times if t is not None]
    return (step.time_ns - max(known)) / 1e9 if known and step.time_ns is not None else None


def _mapping_used(case: Case, step: Step) -> bool:
    """ESP, AH or NAT keepalives of either side went on until shortly before this message, or longer."""
    times = [t.time_ns for i in (True, False) if (t := traffic_of(case, from_initiator=i)) is not None]
    times += [kept for i in (True, False) if (kept := keepalive_of(case, from_initiator=i)) is not None]
    return step.time_ns is None or any(time > step.time_ns - NAT_FORGETS_S * 10**9 for time in times)


def _ikev2(case: Case) -> list[Step]:
    """Transmissions of the last unanswered request, sent several times after the other side's last word."""
    if case.exchanges[-1].response is not None:
        return []  # both sides have spoken to the end
    late = not case.established  # its suite is not known: a Delete is known by no size
    asked_before = answered_before(case.n) if late else {}
    tried: set[bool] = set()
    for exchange in reversed(case.exchanges):
        request = exchange.request
        if request is None or exchange.response is not None or exchange.exchange in ("IKE_SA_INIT", *AUTHENTICATING):
            continue
        sent = [s for s in exchange.steps if not s.duplicate]
        if sum(s.retransmission_of is not None for s in sent) < REPEATS or request.from_initiator in tried:
            continue
        if not _heard_after(case, request):
            if closing(case.n, exchange) or (late and may_delete(case.n, exchange, asked_before)):
                continue  # the peer may have gone first
            return sent
        tried.add(request.from_initiator)  # heard after a later request, so after earlier ones too
    return []


def _ikev1(case: Case) -> list[Step]:
    """The lonely messages at the end: informationals of one size with waits between them, or a repeated request."""
    stopped = last_unanswered(case)
    if stopped is not None and stopped.exchange in ("QUICK_MODE", "TRANSACTION") and stopped.response is None:
        sent = [s for s in stopped.steps if not s.duplicate]
        goes_on = sum(s.retransmission_of is None for s in sent) > 1  # a third message needs the second
        if len(sent) > REPEATS and not goes_on and not _heard_after(case, sent[0]):
            return sent
    side = case.exchanges[-1].steps[-1].from_initiator
    by_size: dict[int, list[Step]] = {}
    for exchange in reversed(case.exchanges):
        if exchange.exchange != "INFORMATIONAL" or any(s.from_initiator != side for s in exchange.steps):
            break
        for step in reversed(exchange.steps):
            if step.encrypted and not step.duplicate and PayloadV1.DELETE not in (step.inner_types or ()):
                by_size.setdefault(step.length, []).append(step)
    for steps in by_size.values():
        if len(steps) >= LONELY:
            same = _spaced(steps[::-1])
            if len(same) >= LONELY and not _heard_after(case, same[0]):
                return same
    return []


def _heard_after(case: Case, step: Step) -> bool:
    """The other side spoke after this message."""
    later = (s for s in case.n.steps() if s.frame_number > step.frame_number and not s.duplicate)
    return any(s.from_initiator != step.from_initiator for s in later)


def _spaced(steps: list[Step]) -> list[Step]:
    """Those that come at least LEAST_GAP_NS after the one before."""
    kept: list[Step] = []
    for step in steps:
        if step.time_ns is None:
            continue
        if not kept or step.time_ns - (kept[-1].time_ns or 0) >= LEAST_GAP_NS:
            kept.append(step)
    return kept
