"""The rekey of the IKE SA was refused."""

from typing import NamedTuple

from analyzer.assessment.case import REKEYING, Case, frames
from analyzer.assessment.causes import failed_child, how_read
from analyzer.assessment.model import Diagnosis, Explanation
from analyzer.assessment.periods import duration
from analyzer.assessment.scene import began, first_step
from analyzer.assessment.traits import Trait
from analyzer.negotiation.conclude.ike_rekeys import asks_for_ike_sa
from analyzer.negotiation.conclude.verdict import times, waited
from analyzer.negotiation.lengths import NOTIFY_ONLY, inner_bytes
from analyzer.negotiation.model import Exchange, Negotiation, Step

ABOUT = Explanation(
    id="ike-rekey-refused",
    kind="diagnosis",
    title="The rekey of the IKE SA was refused",
    what="One side asked for a new IKE SA inside the old one (CREATE_CHILD_SA), and the other refused.",
    why=(
        "The proposal for the new IKE SA differs from the one of IKE_SA_INIT, or is encoded in a way that the peer "
        "does not accept; the group of its KE payload is not allowed; the peer does not rekey IKE SAs, or expects a "
        "new negotiation (reauthentication) instead."
    ),
    wire=(
        "A CREATE_CHILD_SA late in the life of the IKE SA is answered by one notify. Then the side that asked deletes "
        "the IKE SA and connects again, at the same interval each time. With keys: SA without traffic selectors, and "
        "the error notify."
    ),
    lookalikes=(
        "Without keys a refused child SA has the same messages. It does not end the IKE SA as a rule, and its request "
        "is as long as others that made child SAs."
    ),
    advice=(
        "Compare the IKE proposals and groups that both sides use for rekeying, not only those of IKE_SA_INIT; see the "
        "log of the side that refused. Until it is solved let the side that accepts the other's rekey do it first, "
        "with the shorter lifetime of the IKE SA."
    ),
    references=("RFC 7296 1.3.2, 2.8", "RFC 7296 2.18"),
)
NEEDS = (Trait.FAILED,)

SOON_NS = 60 * 10**9
YOUNG_NS = 60 * 10**9  # no lifetime is as short as that: what a younger IKE SA is asked for is a child SA
AT_ONCE_NS = 500_000_000  # nobody gives a command so fast


class _End(NamedTuple):
    """What ends the IKE SA after a refusal: the message.

    surely: nothing but a Delete has its size. at_once: right after the refusal, as no command of a person comes.
    """

    step: Step
    surely: bool
    at_once: bool


def diagnose(case: Case) -> Diagnosis | None:
    """A rekey of the IKE SA that was read and refused, or a refused request after which its sender ends the IKE SA."""
    if case.n.failed_at not in REKEYING:
        return None
    exchange = case.ike_rekey
    if exchange is not None:
        return _read(case, exchange)
    return _inferred(case) if case.n.failed_at == REKEYING[0] else None


def _read(case: Case, exchange: Exchange) -> Diagnosis:
    by, what = case.n.failed_by, "rekey"
    if exchange.exchange != REKEYING[0]:
        what = f"additional key exchange ({exchange.exchange}) of the rekey"
    shown = frames(exchange.request, exchange.response)
    if exchange.response is None:
        sent = [s for s in exchange.steps if not s.duplicate and (s.retransmission_of or s.frame_number) in shown]
        detail = f"The {what} of the IKE SA was asked for {times(len(sent))} and never answered."
        basis = "the decrypted request, and absence of an answer in this capture"
        return case.diagnosis(ABOUT, "likely", shown, detail + _again(case), basis, absence=True)
    error = next((e for e in reversed(case.errors) if e.exchange.index == exchange.index), None)
    refused = f"The {what} of the IKE SA{_age(case, exchange)} was refused by the {by}"
    if error is None:
        basis = "the decrypted request; by its length the answer, which is not decrypted, holds an error"
        return case.diagnosis(ABOUT, "likely", shown, f"{refused}.{_again(case)}", basis)
    detail = f"{refused} with {case.notify_name(error)}.{_again(case)}"
    return case.diagnosis(ABOUT, error.confidence, shown, detail, how_read(error))


def _inferred(case: Case) -> Diagnosis | None:
    child = failed_child(case)
    if child is None or child.basis != "inferred":
        return None
    exchange = next(e for e in case.exchanges if e.first_frame == child.frame_number)
    end = _ended(case, exchange)
    if end is None or _is_young(case, exchange) or _like_others(case, exchange):
        return None
    by = "initiator" if exchange.begun_by_initiator else "responder"
    follower, pause = _next(case, exchange, end.step)
    if follower is None and not (end.surely and end.at_once):
        return None  # somebody may have taken the tunnel down
    then = f", and negotiation {follower.number} begins{pause}" if follower is not None else ""
    detail = (
        f"CREATE_CHILD_SA{_age(case, exchange)} is refused by the {case.n.failed_by}; then the {by} deletes the IKE SA"
        f"{then}, as after a refused rekey of the IKE SA. By its length alone the request may also ask for a child SA."
        f"{_again(case)}"
    )
    basis = "order, lengths and times of encrypted messages"
    begins = first_step(follower) if follower is not None else None
    shown = frames(exchange.request, exchange.response, end.step, begins)
    return case.diagnosis(ABOUT, "likely", shown, detail, basis)


def _again(case: Case) -> str:
    return case.scene.again(case.n)


def _age(case: Case, exchange: Exchange) -> str:
    """How old the IKE SA was when the request was sent, in words."""
    start, asked = began(case.n), exchange.first.time_ns
    if start is None or asked is None or asked <= start:
        return ""
    return f", {duration((asked - start) / 1e9)} after the first message of the SA,"


def _is_young(case: Case, exchange: Exchange) -> bool:
    """Its first message is in the capture, and the request came so soon after it that no rekey can be due."""
    start, asked = began(case.n), exchange.first.time_ns
    return not case.n.starts_late and start is not None and asked is not None and asked - start < YOUNG_NS


def _ended(case: Case, exchange: Exchange) -> _End | None:
    """The INFORMATIONAL with which the side that asked ends the IKE SA soon after the refusal; nothing follows it."""
    last, answer = case.exchanges[-1], exchange.response
    said = last.request
    if last.exchange != "INFORMATIONAL" or said is None or answer is None or said.frame_number < answer.frame_number:
        return None
    if last.begun_by_initiator != exchange.begun_by_initiator or not waited(answer, said.time_ns, 0):
        return None
    if waited(answer, said.time_ns, SOON_NS) or any(
        e.first_frame > answer.frame_number and e.index != last.index for e in case.exchanges
    ):
        return None
    at_once = not waited(answer, said.time_ns, AT_ONCE_NS)
    if said.inner_types is not None:
        return _End(said, surely=True, at_once=at_once) if case.n.deleted_at == said.time_ns else None
    room = inner_bytes(case.n.suite, said.length)
    if room is None or not room[0] <= NOTIFY_ONLY <= room[1]:
        return None
    return _End(said, surely=room[0] > 0, at_once=at_once)


def _like_others(case: Case, exchange: Exchange) -> bool:
    """A request of this side with this length made an SA before, or was asked for again: it asks for a child SA."""
    length = exchange.request.length if exchange.request is not None else 0
    return any(
        e.index != exchange.index
        and e.begun_by_initiator == exchange.begun_by_initiator
        and e.request is not None
        and e.request.length == length
        and not asks_for_ike_sa(e)
        for e in case.n.of_type("CREATE_CHILD_SA")
    )


def _next(case: Case, exchange: Exchange, end: Step) -> tuple[Negotiation | None, str]:
    """The IKE SA of the two hosts that begins between the refusal and a moment after the end; and when, in words."""
    follower, answer = case.scene.next_of_pair(case.n), exchange.response
    start = began(follower) if follower is not None else None
    if start is None or answer is None or answer.time_ns is None or end.time_ns is None:
        return None, ""
    if not answer.time_ns <= start <= end.time_ns + SOON_NS:
        return None, ""
    return follower, f" {duration((start - end.time_ns) / 1e9)} later" if start > end.time_ns else " before that"
