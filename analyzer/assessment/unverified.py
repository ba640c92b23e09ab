"""A message that does not verify under the keys of its SA, where the exchange stops at it.

Its receiver drops it without a word (RFC 7296 section 2.4), so the sender goes on repeating it, or what it answers.
Only IKEv2 shows it: IKEv1 has no integrity checksum.
"""

from typing import NamedTuple

from analyzer.assessment.case import Case, frames
from analyzer.assessment.silence import last_unanswered
from analyzer.negotiation.model import Exchange
from analyzer.vocabulary import Confidence

ALTERED = "A message was altered on the path and dropped"
ALTERED_OR_OTHER_KEYS = "A message does not verify: altered on the path, or other keys"
ADVICE = (
    "Capture at the sender and at the receiver and compare the bytes of the message: if they differ, look at devices "
    "between the two that inspect, translate or offload UDP 500 and 4500; if not, look for the right keys."
)


class Unverified(NamedTuple):
    """What is said of it. `request`: it is the request, which stays without an answer."""

    title: str
    confidence: Confidence
    frames: tuple[int, ...]
    detail: str
    basis: str
    request: bool


def stopped_at(case: Case) -> Unverified | None:
    """The last exchange waits for an answer, and a message in it does not verify."""
    unopened = set(case.n.unopened)
    stopped = last_unanswered(case) if unopened else None
    if stopped is None:
        return None
    hurt = [s for s in stopped.steps if s.frame_number in unopened]
    if not hurt:
        return None
    sender = hurt[0].from_initiator
    if _opens(stopped, sender) or _keys_are_wrong(case, stopped, sender):
        return None
    if all(s.from_initiator == sender for s in case.n.steps()):
        return None  # a capture of one direction holds no answers
    repeated = [s for s in stopped.retransmissions if s.from_initiator == stopped.begun_by_initiator]
    request = sender == stopped.begun_by_initiator
    what = f"The {'request' if request else 'response'} of {stopped.exchange}"
    then = "and nothing answers it" if request else "and the request is repeated behind it"
    opened = case.n.decrypted
    others = "other messages of this SA verify" if opened else "no message of this SA verifies"
    return Unverified(
        ALTERED if opened else ALTERED_OR_OTHER_KEYS,
        "likely" if repeated else "possible",
        frames(*hurt, *repeated),
        f"{what} (frame {hurt[0].frame_number}) does not verify under the keys of this SA, {then}.",
        f"the integrity check under the keys given for these SPIs; {others}",
        request,
    )


def _opens(exchange: Exchange, sender: bool) -> bool:
    return any(s.inner_types is not None for s in exchange.steps if s.from_initiator == sender)


def _keys_are_wrong(case: Case, stopped: Exchange, sender: bool) -> bool:
    """The peer took another message of the same side that does not verify either: it has other keys than these."""
    unopened = set(case.n.unopened)
    for exchange in case.n.exchanges:
        if exchange is not stopped and {s.from_initiator for s in exchange.steps} == {True, False}:
            hurt = any(s.frame_number in unopened for s in exchange.steps if s.from_initiator == sender)
            if hurt and not _opens(exchange, sender):
                return True
    return False
