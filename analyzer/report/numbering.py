"""Which message of its exchange a frame is, as engineers count: the fragments of main mode message 5 are message 5.

A capture may lack messages, or hold an answer before what it answers: what a message of IKEv1's first phase holds says
its number (RFC 2409 section 5), and without that its side, for the initiator speaks first and then they take turns.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from analyzer.isakmp.numbers import PayloadV1

# Of each exchange that makes an SA, the initiator's message in which a payload comes first
_WITH: Final = {
    "IDENTITY_PROTECTION": {PayloadV1.SA: 1, PayloadV1.KE: 3, PayloadV1.NONCE: 3},
    "AGGRESSIVE": {PayloadV1.SA: 1},
    "BASE": {PayloadV1.SA: 1},
}
_PROOF: Final = {"IDENTITY_PROTECTION": 5, "AGGRESSIVE": 3, "BASE": 3}  # the initiator's
_ANSWERED_ONCE: Final = "AGGRESSIVE"


@dataclass(slots=True, eq=False, repr=False)
class Numbered:
    """A message, counted from 1 within its exchange, with the numbers of its fragments that were seen. 0: not known.

    `total`: of how many fragments it is made, as far as one says; IKEv1's vendor fragments do with the last of them.
    """

    number: int = 1
    fragments: set[int] = field(default_factory=set)
    total: int | None = None


UNNUMBERED: Final = Numbered(0)

COUNTED: Final = (
    "frame_number", "exchange", "message_id", "from_initiator", "retransmission_of", "duplicate", "payload_types",
    "encrypted", "fragment_number", "fragment_total",
)  # fmt: skip
"""The columns of messages that say their numbers."""


def message_numbers(messages: Iterable[Mapping[str, Any]]) -> Mapping[int, Numbered]:
    """By frame, of first transmissions."""
    counts: dict[tuple[str, int], int] = {}
    latest: dict[tuple[str, int, bool], Numbered] = {}  # of each exchange and side
    found: dict[int, Numbered] = {}
    for m in messages:
        if m["retransmission_of"] is not None or m["duplicate"]:
            continue
        exchange = m["exchange"], m["message_id"]
        side = *exchange, bool(m["from_initiator"])
        message = latest.get(side)
        if message is None or not _continues(message, m):
            number = _number(m, counts.get(exchange, 0), message)
            counts[exchange] = number
            message = latest[side] = Numbered(number)
        if m["fragment_number"] is not None:
            message.fragments.add(m["fragment_number"])
            message.total = message.total or m["fragment_total"]
        found[m["frame_number"]] = message
    return found


def _number(m: Mapping[str, Any], before: int, own: Numbered | None) -> int:
    """The number of a message after the one numbered `before`; own: the latest of its side."""
    proof = _PROOF.get(m["exchange"])
    if proof is None:
        asks_on = own is not None and own.number == before == 1
        return before + 1 + asks_on  # whoever began speaks twice: an answer came between
    answers = not m["from_initiator"]
    if answers and m["exchange"] == _ANSWERED_ONCE:
        return 2
    held = next((n for kind, n in _WITH[m["exchange"]].items() if kind in (m["payload_types"] or ())), None)
    if held is not None:
        return held + answers
    if m["encrypted"] or not before:
        return proof + answers
    return min(before + 1 + ((before + 1) % 2 == answers), proof + answers)


def _continues(message: Numbered, m: Mapping[str, Any]) -> bool:
    """A fragment of that message: a number that is not there yet, of as many as the others say."""
    number, total = m["fragment_number"], m["fragment_total"]
    if number is None or not message.fragments or number in message.fragments:
        return False
    return None in (total, message.total) or total == message.total
