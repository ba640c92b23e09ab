"""The same bytes again within a moment: a copy that the capture made, or the same message sent over another path."""

from analyzer.capture.datagram import Datagram
from analyzer.isakmp import Message
from analyzer.negotiation.model import Negotiation

_MIRROR_COPY_NS = 10 * 10**6  # no implementation retransmits this soon; mirror ports copy at once
_INFORMATIONAL = 37


def is_copy(n: Negotiation, datagram: Datagram, message: Message, before_ns: int | None) -> bool:
    """Whether a repeated message is a copy of the transmission at `before_ns`; `n.addresses` knows the datagram's.

    MOBIKE tests paths by sending one INFORMATIONAL over several at once (RFC 4555 section 3.10): these are sent again.
    A capture on both sides of a NAT shows every message twice with other addresses, from the first one on: copies.
    """
    now = datagram.time_ns
    if before_ns is None or now is None or abs(now - before_ns) > _MIRROR_COPY_NS:
        return False
    if message.major_version == 1 or message.exchange_type != _INFORMATIONAL:
        return True
    return n.addresses[-1][0] != datagram.frame_number or _seen_twice(n)


def _seen_twice(n: Negotiation) -> bool:
    """Its first messages alternate between two paths: there, and there again behind a NAT."""
    return len(n.addresses) > 2 and n.addresses[0][1:] == n.addresses[2][1:]
