"""No response."""

from analyzer.assessment.case import Case, frames, span_s
from analyzer.assessment.diagnoses import cookie_loop
from analyzer.assessment.diagnoses.lost_between_points import lost_of
from analyzer.assessment.model import Diagnosis, Explanation
from analyzer.assessment.neighbours import BY_OTHERS, shown_by_others
from analyzer.assessment.pieces import headless
from analyzer.assessment.scene import pair
from analyzer.assessment.silence import last_unanswered, last_word_before_moving, lost_at_end
from analyzer.assessment.traits import Trait
from analyzer.capture.natt import NAT_T_PORT
from analyzer.isakmp.numbers import PayloadV1
from analyzer.negotiation.exchanges.messages import incomplete_answers
from analyzer.negotiation.model import Exchange, Negotiation, Step
from analyzer.vocabulary import Confidence

_ADVICE = (
    "Check address and route; open {ports} between the two addresses, both ways; look into the peer's log and capture "
    "there to see whether the request arrives."
)
_UDP, _TCP = "UDP {} (and IP protocol 50)", "TCP {}"

ABOUT = Explanation(
    id="no-response",
    kind="diagnosis",
    title="No response",
    what="A message was sent, often several times, and this capture holds no answer to it.",
    why=(
        "The peer is down or unreachable, UDP 500 or 4500 is filtered on the way there or back, or the "
        "peer ignores initiators or proposals that it does not know."
    ),
    wire=(
        "The same message retransmitted with growing gaps; nothing from the other side, no ICMP error. Other "
        "negotiations of the two hosts, or of the responder with others, are named beside it."
    ),
    lookalikes=(
        "One direction not recorded; a capture point behind a firewall that drops the answer; a responder "
        "that does not answer on purpose."
    ),
    advice=_ADVICE.format(ports=_UDP.format("500 and 4500")),
    references=("RFC 7296 2.1, 2.4", "RFC 9329"),
)
NEEDS = (Trait.IKE_FAILED, Trait.UNANSWERED)

NO_MARKER = (
    "Let the side that asks put the non-ESP marker (four zero bytes) before IKE on UDP 4500, or stay on UDP 500: "
    "without it the peer takes the message for ESP and drops it."
)
PATH_WORKED = (
    "Look into the peer's log at the time of this request: path and ports of the two carried another negotiation. It "
    "may not have been ready, or have dropped this request for what it holds; or a filter lets only one side begin."
)
SAME_PORTS = (
    "Look into the peer's log at the time of this request, and capture there to see whether it arrives: addresses and "
    "ports are open, for what came before was answered on them. The peer may drop it for what it holds, or the path "
    "for its size."
)
NO_KEY = (
    "See the peer's log: it may have no pre-shared key, certificate or tunnel group for this address, or not accept "
    "the key exchange. If the log shows message 4, its way back is cut: message 2 came through."
)
NO_USER = (
    "See whether the client is set up for XAUTH, has a user name and password, and asks somebody for them. Without "
    "XAUTH the gateway would let in whoever passes phase 1, as all do who share its key."
)


def diagnose(case: Case) -> Diagnosis | None:
    """Silence at the first message, or in the middle once the other side had spoken."""
    n = case.n
    if n.outcome not in ("unanswered", "failed") or n.failed_by not in (None, "none") or lost_at_end(case) is not None:
        return None
    if last_word_before_moving(case) is not None and pair(n) not in case.scene.seen_on_4500:
        return None  # what is due goes to a port of which nothing is in the capture: udp-4500-blocked
    stopped = last_unanswered(case)
    if lost_of(case) is not None or (cookie_loop.asked_again(case) and cookie_loop.diagnose(case) is not None):
        return None
    if stopped is None or incomplete_answers(stopped) or headless(case) is not None:
        return None  # pieces of its answer came: fragment-lost
    sent = _transmissions(stopped)
    first, tries, seconds = sent[0], len(sent), span_s(sent)
    over = f" over {seconds:.1f} s" if tries > 1 and seconds is not None else ""
    detail = f"{stopped.exchange}: {tries} transmission{'s' if tries > 1 else ''}{over}, no answer in this capture."
    spoken = any(s.from_initiator != first.from_initiator and s.frame_number < first.frame_number for s in n.steps())
    if spoken:
        detail += " The peer had answered before."
    unreachable = next((e for e in n.icmp_errors if e.kind in ("host-unreachable", "net-unreachable")), None)
    basis = "absence of any answer in this capture"
    if unreachable is not None:
        detail += f" {unreachable.reporter_ip} reports: {unreachable.kind.replace('-', ' ')}."
        basis += ", and an ICMP error"
    elif case.scene.left_out.icmp:
        basis += f"; {case.scene.left_out.icmp} leaves out ICMP, so that there may have been errors"
    others = shown_by_others(case, first)
    if others.text:
        detail += others.text
        basis += BY_OTHERS
    because, advice = _reason(case, stopped, first)
    confidence: Confidence = "likely" if (tries > 1 and not spoken) or because else "possible"
    if advice is None:
        advice = PATH_WORKED if others.worked else SAME_PORTS if _answered_there(n, first) else _open_ports(n, first)
    shown = (*frames(*(s for s in stopped.steps if not s.duplicate)), *others.frames)
    return case.diagnosis(ABOUT, confidence, shown, detail + because, basis, advice, absence=True)


def _transmissions(stopped: Exchange) -> list[Step]:
    """Each time its last new message was sent; of a message in fragments, each time the last of them was."""
    sent = [s for s in stopped.steps if not s.duplicate]
    last = next((s.frame_number for s in reversed(sent) if s.retransmission_of is None), sent[-1].retransmission_of)
    return [s for s in sent if last in (s.frame_number, s.retransmission_of)]


def _reason(case: Case, stopped: Exchange, first: Step) -> tuple[str, str | None]:
    """What the message itself shows, and what to do about it."""
    n = case.n
    if first.transport == "udp" and _port_asked(n, first) == NAT_T_PORT:
        return (
            " It goes to UDP 4500 without the non-ESP marker (RFC 3948 section 2.2): the peer takes it for ESP.",
            NO_MARKER,
        )
    if stopped.exchange == "TRANSACTION" and not stopped.begun_by_initiator:
        return (
            f" Phase 1 is complete; the client does not answer the gateway's question (XAUTH).{_left(n, first)}",
            NO_USER,
        )
    if _key_exchange(n, stopped, first):
        return (
            " Message 2 accepted the proposal; the key exchange of message 3 got no answer on the same ports.",
            NO_KEY,
        )
    return "", None


def _left(n: Negotiation, asked: Step) -> str:
    """What the client sends in place of an answer, in words: its user may have given up."""
    later = (e.first for e in n.of_type("INFORMATIONAL") if e.first_frame > asked.frame_number)
    said = next((s for s in later if s.from_initiator and s.encrypted), None)
    return "" if said is None else f" It sends an INFORMATIONAL of {said.length} bytes instead, which may end the SA."


def _key_exchange(n: Negotiation, stopped: Exchange, first: Step) -> bool:
    """Main mode's third message, between the addresses and ports on which the first was answered."""
    answer = stopped.response
    if n.mode != "main" or answer is None or first.encrypted or not first.from_initiator:
        return False
    same = n.place_at(answer.frame_number)[1:] == n.place_at(first.frame_number)[1:]
    return same and PayloadV1.KE in first.payload_types and PayloadV1.SA in answer.payload_types


def _open_ports(n: Negotiation, first: Step) -> str:
    """The general advice, with the port that was asked where that is none of the usual ones."""
    port = _port_asked(n, first)
    if first.transport == "tcp":
        return _ADVICE.format(ports=_TCP.format(port))
    if first.transport == "udp-4500" and (last := _heard_before(n, first)) is not None and last.transport == "udp":
        return _ADVICE.format(ports=_UDP.format(NAT_T_PORT))
    return ABOUT.advice if port in (500, NAT_T_PORT) else _ADVICE.format(ports=_UDP.format(port))


def _answered_there(n: Negotiation, first: Step) -> bool:
    """The other side's last message before came between the same addresses and ports, and over the same transport."""
    last = _heard_before(n, first)
    if last is None or last.transport != first.transport:
        return False
    return n.place_at(last.frame_number)[1:] == n.place_at(first.frame_number)[1:]


def _heard_before(n: Negotiation, first: Step) -> Step | None:
    """The other side's last message before this one."""
    sender, asked = first.from_initiator, first.frame_number
    before = (s for s in n.steps() if s.from_initiator != sender and s.frame_number < asked and not s.duplicate)
    return max(before, key=lambda s: s.frame_number, default=None)


def _port_asked(n: Negotiation, first: Step) -> int:
    """The port that a message went to."""
    _, _, initiators, _, responders = n.place_at(first.frame_number)
    return responders if first.from_initiator else initiators
