"""UDP 4500 blocked."""

from analyzer.assessment.case import Case, frames
from analyzer.assessment.diagnoses import fragment_lost
from analyzer.assessment.model import Diagnosis, Explanation
from analyzer.assessment.neighbours import BY_OTHERS, shown_on_4500
from analyzer.assessment.silence import (
    due_on_4500,
    fell_silent,
    last_word_before_moving,
    last_word_of_init,
    surely_carried,
)
from analyzer.assessment.traits import Trait
from analyzer.capture.datagram import IcmpError
from analyzer.capture.natt import NAT_T_PORT
from analyzer.negotiation.conclude.verdict import times
from analyzer.negotiation.model import Negotiation
from analyzer.vocabulary import Confidence

ABOUT = Explanation(
    id="udp-4500-blocked",
    kind="diagnosis",
    title="UDP 4500 is blocked",
    what="The exchange on UDP 500 worked; after the move to UDP 4500 nothing comes back.",
    why="A firewall lets UDP 500 through and not UDP 4500, in one direction or both.",
    wire=(
        "IKE_AUTH (IKEv1: main mode message 5) on UDP 4500 is retransmitted, and the peer never sends "
        "anything on 4500. The messages are small enough for any path. Or nothing of IKE_AUTH is seen at all: "
        "the firewall is before the capture."
    ),
    lookalikes=(
        "A capture of UDP 500 alone; large messages that the path drops (path-mtu); a responder that rejects "
        "silently; a NAT that loses its mapping."
    ),
    advice="Open UDP 4500 both ways on every firewall between the two addresses.",
    references=("RFC 7296 2.23", "RFC 3947 4"),
)
NEEDS = (Trait.DOWN,)


def diagnose(case: Case) -> Diagnosis | None:
    """The silent exchange went to 4500, the answered ones before it to 500."""
    if case.established:
        return None
    if last_word_of_init(case) or last_word_before_moving(case):
        return _never_seen(case)
    stopped = fell_silent(case)
    if stopped is None:
        return None
    moved = [s for s in stopped.steps if s.transport == "udp-4500" and s.from_initiator and not s.duplicate]
    answers = [s for s in case.n.steps() if not s.from_initiator and not s.duplicate]
    back = [s for s in answers if s.transport == "udp"]
    if not moved or not back or any(s.transport == "udp-4500" for s in answers):
        return None
    largest = max(s.length for s in moved)
    basis = f"order of ports; the largest unanswered message has {largest} bytes"
    repeated = any(s.retransmission_of is not None for s in moved)
    whole = fragment_lost.diagnose(case) is None
    arrived = any(_arrived(case.n, e) for e in case.n.icmp_errors)
    small = all(surely_carried(case, s) for s in moved)
    confidence: Confidence = "likely" if repeated and whole and small and not arrived else "possible"
    detail = (
        f"{len(moved)} message{'' if len(moved) == 1 else 's'} of {stopped.exchange} on UDP 4500 without an answer; "
        f"the peer answered on UDP 500 {times(len(back))} and never on 4500."
    )
    place = "reported" if arrived else ""
    others = shown_on_4500(case)
    if others.text:
        detail, basis = detail + others.text, basis + BY_OTHERS
    if others.worked:
        confidence = "possible"
    shown = (*frames(back[-1], *moved), *others.frames)
    return case.diagnosis(ABOUT, confidence, shown, detail, basis, place=place, absence=True)


def _arrived(n: Negotiation, error: IcmpError) -> bool:
    """The peer's host says that nothing listens on its port: only a firewall of that host may have said it instead."""
    return error.kind == "port-unreachable" and error.reporter_ip == n.responder_ip and error.dst_port == NAT_T_PORT


def _never_seen(case: Case) -> Diagnosis | None:
    """IKE_SA_INIT on 500 and then nothing: IKE_AUTH may have been stopped on its way to where the capture stands."""
    answer = due_on_4500(case)
    if answer is None or case.scene.left_out.udp_4500:
        return None  # or nobody can know: capture-filter
    detail = f"{case.exchanges[-1].exchange} went well on UDP 500, and nothing of this SA follows on UDP 4500."
    basis = "no answer and no further message"
    if not case.scene.has_udp_4500:
        basis += "; a capture of UDP 500 alone looks the same"
    return case.diagnosis(ABOUT, "possible", frames(answer), detail, basis, place="never-seen", absence=True)
