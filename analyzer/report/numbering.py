"""Which message of its exchange a frame is, as engineers count: the fragments of main mode message 5 are message 5."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from analyzer.report.dossier import Record


@dataclass(slots=True)
class Numbered:
    """A message, counted from 1 within its exchange, with the numbers of its fragments that were seen.

    `total`: of how many fragments it is made, as far as one says; IKEv1's vendor fragments do with the last of them.
    """

    number: int = 1
    fragments: set[int] = field(default_factory=set)
    total: int | None = None


def message_numbers(messages: Iterable[Record]) -> Mapping[int, Numbered]:
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
            counts[exchange] = counts.get(exchange, 0) + 1
            message = latest[side] = Numbered(counts[exchange])
        if m["fragment_number"] is not None:
            message.fragments.add(m["fragment_number"])
            message.total = message.total or m["fragment_total"]
        found[m["frame_number"]] = message
    return found


def _continues(message: Numbered, m: Record) -> bool:
    """A fragment of that message: a number that is not there yet, of as many as the others say."""
    number, total = m["fragment_number"], m["fragment_total"]
    if number is None or not message.fragments or number in message.fragments:
        return False
    return None in (total, message.total) or total == message.total
