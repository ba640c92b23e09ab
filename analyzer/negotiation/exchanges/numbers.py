"""Message IDs of IKEv2: requests that must have been sent and are not in the capture (RFC 7296 section 2.2).

Each side counts its own requests from 0, one by one, also those that nobody answers. So a number that is left out is a
request that the capture lacks, whatever came in between. What comes in another order is no gap.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from analyzer.negotiation.model import Exchange, Negotiation


class Gap(NamedTuple):
    """Message IDs of one side's requests that the capture lacks, the first and the last of them."""

    first: int
    last: int


def gaps(n: Negotiation, exchanges: Sequence[Exchange]) -> list[Gap | None]:
    """For each exchange the requests of its side that are missing right before it. IKEv1's message IDs are random.

    Unprotected messages outside of any IKE SA have numbers that mean nothing (RFC 7296 section 1.5).
    """
    found: list[Gap | None] = [None] * len(exchanges)
    if n.ike_version == 1:
        return found
    for side in (True, False):
        places: dict[int, int] = {} if n.starts_late else {-1: -1}
        for place, exchange in enumerate(exchanges):
            if exchange.begun_by_initiator == side and (
                exchange.message_id == 0 or exchange.figure.protected or exchange.steps[0].encrypted
            ):
                places.setdefault(exchange.message_id, place)
        for before, number in pairwise(sorted(places)):
            if number > before + 1:
                found[places[number]] = Gap(before + 1, number - 1)
    return found
