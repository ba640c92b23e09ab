"""The peer is alive and answers no IKE request."""

from analyzer.assessment.case import Case, frames, span_s
from analyzer.assessment.diagnoses.peer_dead import asked_in_vain, still_sends
from analyzer.assessment.model import Diagnosis, Explanation
from analyzer.assessment.traits import Trait
from analyzer.capture.natt import NAT_T_PORT
from analyzer.capture.placed_frame import named
from analyzer.negotiation.conclude.ignored import ignored, never_answered
from analyzer.negotiation.model import Negotiation, Step

ABOUT = Explanation(
    id="requests-ignored",
    kind="diagnosis",
    title="No response to IKE requests, although the peer is alive",
    what="Requests of one side of an SA that is up get no answer, while the other side goes on sending ESP, AH or IKE.",
    why=(
        "The requests go between other ports than the SA uses (back to UDP 500 after the change to 4500) and a NAT, a "
        "firewall or the peer drops them; the IKE process of the peer hangs, or lost the IKE SA while its kernel keeps "
        "the child SAs; a filter on the path drops IKE and passes ESP. Where the peer sends IKE messages: it drops "
        "this request for what is in it, without the error that is due, or for its size on the way."
    ),
    wire=(
        "A request is retransmitted and never answered, and ESP or AH packets, or other IKE messages, of the side that "
        "was asked come after the retransmissions."
    ),
    lookalikes="Answers that take another path than the ESP packets and are not in this capture.",
    advice="Look at the IKE process and its log on the side that was asked, and whether the requests arrive there.",
    references=("RFC 7296 2.1, 2.4", "RFC 3947 4", "RFC 7296 2.23"),
)
NEEDS = (Trait.UP,)

WRONG_PORT = (
    "Let the side that asks send from and to the ports that the SA uses (UDP 4500 after the change): see why it went "
    "back to port 500, such as a restart without that state or a setting of the port, and what drops the requests."
)

WHAT_IS_IN_IT = (
    "See the log of the side that was asked for this request: it may drop one that holds a payload or a setting that "
    "it does not know, or that it cannot decrypt. If it never arrives, compare its size with the messages that do."
)


def diagnose(case: Case) -> Diagnosis | None:
    """An SA that is up, whose last requests got no answer from a side that is alive."""
    if not case.up or not (case.from_initiator and case.from_responder):
        return None
    if case.n.failed_at is not None and case.n.failed_by == "none" and not case.child_failed:
        return _speaks_of_other_things(case)
    asked = asked_in_vain(case)
    traffic = still_sends(case, asked) if asked else None
    first = asked[0].time_ns if asked else None
    if traffic is None or first is None:
        return None
    who, other = ("initiator", "responder") if asked[0].from_initiator else ("responder", "initiator")
    seconds = span_s(asked)
    over = f" over {seconds:.1f} s" if seconds is not None else ""
    alive = (traffic.time_ns - first) / 1e9
    detail = (
        f"{len(asked)} messages of {asked[0].length} bytes from the {who}{over} got no response. The {other} is alive: "
        f"its {traffic.name} packets go on for {alive:.1f} s after the first of them."
    )
    basis, advice = f"absence of any answer in this capture, and {traffic.name} packets of the {other}", None
    ports = _other_ports(case.n, asked[0])
    if ports is not None:
        detail += f" {ports}"
        basis, advice = basis + "; ports of the requests", WRONG_PORT
    shown = (*frames(*asked), traffic.frame_number)
    return case.diagnosis(ABOUT, "likely", shown, detail, basis, advice, absence=True)


def _speaks_of_other_things(case: Case) -> Diagnosis | None:
    """A request that the other side ignores while it sends IKE messages of its own, or answers others."""
    exchange = next((e for e in reversed(list(ignored(case.n))) if e.exchange == case.n.failed_at), None)
    if exchange is None:
        return None
    asked = never_answered(case.n, exchange)
    seconds = span_s(asked)
    over = f" over {seconds:.1f} s" if seconds is not None else ""
    initiator = asked[0].from_initiator
    who, other = ("initiator", "responder") if initiator else ("responder", "initiator")
    later = (s for s in case.n.steps() if s.from_initiator != initiator and s.frame_number > asked[0].frame_number)
    heard = sorted(later, key=lambda s: s.frame_number)
    detail = (
        f"{exchange.exchange}: {len(asked)} transmissions from the {who}{over}, no answer. The {other} is alive: "
        f"IKE messages of it came after that, {len(heard)} in all, the last in frame {named(heard[-1].frame_number)}."
    )
    basis = f"absence of an answer in this capture, and IKE messages of the {other}"
    shown = (*frames(*asked), heard[-1].frame_number)
    return case.diagnosis(ABOUT, "likely", shown, detail, basis, WHAT_IS_IN_IT, absence=True)


def _other_ports(n: Negotiation, asked: Step) -> str | None:
    """In words: the request went between ports that the SA had left, or never used; None: it did not."""
    at = [place for place in n.addresses if place[0] <= asked.frame_number]
    if len(at) < 2 or at[-1][1:] == at[-2][1:]:
        return None
    (_, a, port_a, b, port_b), (_, c, used_c, d, used_d) = at[-1], at[-2]
    if (a, b) != (c, d) or NAT_T_PORT not in (used_c, used_d) or NAT_T_PORT in (port_a, port_b):
        return None
    ours, used = ((port_a, port_b), (used_c, used_d)) if asked.from_initiator else ((port_b, port_a), (used_d, used_c))
    return (
        f"The requests go from UDP port {ours[0]} to port {ours[1]}, although the SA had changed to port "
        f"{NAT_T_PORT} before (from {used[0]} to {used[1]}): the probable reason."
    )
