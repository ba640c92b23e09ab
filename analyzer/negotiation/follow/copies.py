"""The same bytes again within a moment: a copy that the capture made, or the same message sent over another path."""

from itertools import islice

from analyzer.capture.datagram import Datagram
from analyzer.isakmp import Message
from analyzer.isakmp.numbers import ExchangeV2
from analyzer.negotiation.model import Exchange, Negotiation

# No implementation retransmits this soon. Mirror ports copy at once; captures of both ends of a path, merged,
# show a message as far apart as it took from one to the other
COPY_WITHIN_NS = 100 * 10**6
_INFORMATIONAL = int(ExchangeV2.INFORMATIONAL)
_EXCHANGES_LOOKED_AT = 2


def is_copy(n: Negotiation, datagram: Datagram, message: Message, before_ns: int | None) -> bool:
    """Whether a repeated message is a copy of the transmission at `before_ns`; `n.addresses` knows the datagram's.

    MOBIKE tests paths by sending one INFORMATIONAL over several at once (RFC 4555 section 3.10): no copies.
    A capture on both sides of a NAT shows every message twice with other addresses: copies.
    """
    now = datagram.time_ns
    if before_ns is None or now is None or abs(now - before_ns) > COPY_WITHIN_NS:
        return False
    if message.major_version == 1 or message.exchange_type != _INFORMATIONAL:
        return True
    return n.addresses[-1][0] != datagram.frame_number or _seen_twice(n, message.message_id)


def _seen_twice(n: Negotiation, message_id: int) -> bool:
    """Its first messages alternate between two paths, or so do the exchanges before this one, all of them."""
    if len(n.addresses) > 2 and n.addresses[0][1:] == n.addresses[2][1:]:
        return True
    others = (e for e in n.newest_exchanges() if e.exchange_type != _INFORMATIONAL or e.message_id != message_id)
    before = list(islice(others, _EXCHANGES_LOOKED_AT))
    return len(before) == _EXCHANGES_LOOKED_AT and all(map(_at_once_again, before))


def _at_once_again(exchange: Exchange) -> bool:
    """It was seen again sooner than anybody retransmits it; of INFORMATIONAL, which may test paths, both messages."""
    times: dict[int, int] = {}
    again = set()
    for step in exchange.steps:
        origin = step.frame_number if step.retransmission_of is None else step.retransmission_of
        if step.time_ns is None:
            continue
        if origin in times and abs(step.time_ns - times[origin]) <= COPY_WITHIN_NS:
            again.add(step.from_initiator)
        times[origin] = step.time_ns
    return bool(again) and (exchange.exchange_type != _INFORMATIONAL or len(again) == len({True, False}))
