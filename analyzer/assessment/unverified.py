"""A message that does not verify under the keys of its SA, where the exchange stops at it.

Its receiver drops it without a word (RFC 7296 section 2.4), so the sender goes on repeating it, or what it answers.
Only IKEv2 shows it: IKEv1 has no integrity checksum. Keys that verify nothing else of the same side say nothing of
the message: they may be another SA's, or wrong.
"""

from typing import NamedTuple

from analyzer.assessment.case import Case, frames
from analyzer.assessment.silence import last_unanswered
from analyzer.capture.placed_frame import named
from analyzer.negotiation.model import Exchange, Negotiation
from analyzer.vocabulary import Confidence

TITLE = "A message was altered on the path and dropped"
ADVICE = (
    "Capture at the sender and at the receiver and compare the bytes of the message: if they differ, look at devices "
    "between the two that inspect, translate or offload UDP 500 and 4500; if not, look for a fault of the sender."
)
Sealed = tuple[int | None, bool]  # which of an SA's keys seal a message: those of this IKE_INTERMEDIATE, and whose


class Unverified(NamedTuple):
    """What is said of it. `request`: it is the request, which stays without an answer."""

    confidence: Confidence
    frames: tuple[int, ...]
    detail: str
    basis: str
    request: bool


def sealed(exchange: Exchange, by_initiator: bool) -> Sealed:
    """Keys change with each IKE_INTERMEDIATE with a key exchange (RFC 9370 section 2.2.2) and stay from IKE_AUTH on."""
    return exchange.message_id if exchange.exchange == "IKE_INTERMEDIATE" else None, by_initiator


def fitting(n: Negotiation) -> set[Sealed]:
    """Of which of the SA's keys those given are the right ones: a message, or a fragment of one, verifies."""
    pieces = set(n.verified_pieces)
    return {
        sealed(exchange, step.from_initiator)
        for exchange in n.exchanges
        for step in exchange.steps
        if step.inner_types is not None or step.frame_number in pieces
    }


def stopped_at(case: Case) -> Unverified | None:
    """The last exchange waits for an answer, and a message in it does not verify under keys that fit the SA."""
    unopened = set(case.n.unopened)
    stopped = last_unanswered(case) if unopened else None
    if stopped is None:
        return None
    hurt = [s for s in stopped.steps if s.frame_number in unopened]
    if not hurt:
        return None
    sender = hurt[0].from_initiator
    if _opens(stopped, sender) or sealed(stopped, sender) not in fitting(case.n):
        return None
    if all(s.from_initiator == sender for s in case.n.steps()):
        return None  # a capture of one direction holds no answers
    repeated = [s for s in stopped.retransmissions if s.from_initiator == stopped.begun_by_initiator]
    request = sender == stopped.begun_by_initiator
    what = f"The {'request' if request else 'response'} of {stopped.exchange}"
    then = "and nothing answers it" if request else "and the request is repeated behind it"
    return Unverified(
        "likely" if repeated else "possible",
        frames(*hurt, *repeated),
        f"{what} (frame {named(hurt[0].frame_number)}) does not verify under the keys of this SA, {then}.",
        "the integrity check under the keys given for these SPIs; other messages of the same side verify",
        request,
    )


def _opens(exchange: Exchange, sender: bool) -> bool:
    return any(s.inner_types is not None for s in exchange.steps if s.from_initiator == sender)
