"""Port unreachable."""

from analyzer.assessment.case import Case, frames
from analyzer.assessment.model import Diagnosis, Explanation
from analyzer.assessment.silence import last_unanswered
from analyzer.assessment.traits import Trait
from analyzer.capture.datagram import IcmpError
from analyzer.vocabulary import Side

ABOUT = Explanation(
    id="port-unreachable",
    kind="diagnosis",
    title="Nothing listens on the peer's port",
    what="The peer's host refused the message with ICMP port unreachable.",
    why=(
        "The IKE daemon is not running or not bound to that address and port; some firewalls reject with "
        "the same message."
    ),
    wire="ICMP type 3 code 3 (ICMPv6 type 1 code 4) that quotes the IKE message.",
    lookalikes=(
        "A firewall that answers in the host's name. Where the host had sent from that port before, its process "
        "ended since, as a client does that refuses the answer."
    ),
    advice="Start the daemon, check what listens (ss -lunp on the host), and the address it is bound to.",
    references=("RFC 792", "RFC 4443"),
)
NEEDS = (Trait.DOWN | Trait.ICMP_ERRORS,)


def diagnose(case: Case) -> Diagnosis | None:
    """An ICMP port unreachable, where no answer came after all."""
    if case.established or case.redirected:
        return None
    errors = [e for e in case.n.icmp_errors if e.kind == "port-unreachable"]
    if not errors:
        return None
    error = errors[-1]
    own = error.reporter_ip == error.dst_ip
    stopped = last_unanswered(case)
    asked = stopped.request if stopped else None
    detail = f"{error.reporter_ip} reports UDP port {error.dst_port} of {error.dst_ip} unreachable."
    basis = "ICMP error from the peer's own address" if own else "ICMP error from another address on the path"
    if own:
        basis += "; a firewall of that host may say the same"
    shown = (*frames(asked), *(e.frame_number for e in errors))
    closed = _closed_by(case, error) if own else None
    if closed is not None:
        detail += f" The {closed} had sent from that port before."
        ended = "as one does that refuses an answer and ends"
        advice = f"Read the {closed}'s log: its IKE process closed the port, {ended}."
        return case.diagnosis(ABOUT, "likely", shown, detail, basis, advice)._replace(
            title=f"Nothing listens any more on the {closed}'s port"
        )
    return case.diagnosis(ABOUT, "likely", shown, detail, basis)


def _closed_by(case: Case, error: IcmpError) -> Side | None:
    """The side that sent messages from the port that is unreachable now: something had listened there."""
    n = case.n
    ends: tuple[tuple[Side, str | None, int | None], ...] = (
        ("initiator", n.initiator_ip, n.initiator_port),
        ("responder", n.responder_ip, n.responder_port),
    )
    for side, ip, port in ends:
        if (ip, port) == (error.dst_ip, error.dst_port) and any(
            s.from_initiator == (side == "initiator") and s.frame_number < error.frame_number for s in n.steps()
        ):
            return side
    return None
