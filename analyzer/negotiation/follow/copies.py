"""The same bytes again: a copy that the capture made, a retransmission, or the same message sent over another path.

A host numbers its IPv4 packets: a copy has the identification of what it copies, a retransmission another one. Who has
no such numbers (IPv6, and IPv4 that must not be fragmented, RFC 6864 section 4.1) shows a second capture point by the
TTL or hop limit, which routers count down. Where neither says anything, time does.
"""

from itertools import islice
from typing import Final, NamedTuple

from analyzer.capture.datagram import COPIED_NS, Datagram
from analyzer.isakmp import Message
from analyzer.isakmp.numbers import ExchangeV2
from analyzer.negotiation.model import Exchange, Negotiation

_HOPS_KEPT = 7  # transmissions of the same bytes of which the IP header is remembered
_V4 = 8  # bytes of `hop` of IPv4
_TTL = 4  # its place in `hop` of IPv4
_INFORMATIONAL = int(ExchangeV2.INFORMATIONAL)
_EXCHANGES_LOOKED_AT = 2
_HOPS_NOTED = 16  # copies of messages of one SA of which the TTL is noted


_VERSION = 17  # its place in the header
_HEAD = 36  # bytes: header, first payload header, and the number of a fragment
_UNIQUE = 64  # bytes of which no two messages share all: past the header there are nonces, keys or ciphertext

Seen = tuple[int, int, bytes]  # of the same bytes the latest step, its exchange, and `hop` of their datagrams


def digest_of_cut(datagram: Datagram) -> int:
    """What the same bytes are known by, where the capture holds only the beginning of a message.

    Copies may be cut at two lengths (a VLAN tag takes four bytes): the header, its length and a few bytes count. That
    is enough of IKEv2, where it says who sent it; IKEv1's is the same in main mode messages 3 and 4 of one length.
    """
    head, length = datagram.payload[:_HEAD], len(datagram.payload) + datagram.missing
    if len(head) > _VERSION and head[_VERSION] >> 4 == 2:
        return hash((head, length))
    if len(datagram.payload) >= _UNIQUE:
        return hash((datagram.payload[:_UNIQUE], length))
    return hash((head, length, datagram.src_ip, datagram.src_port))


def one_more(hops: bytes, datagram: Datagram) -> bytes:
    """What is remembered of the IP headers of all transmissions, with one more."""
    hop = datagram.hop
    return (hops + hop)[-_HOPS_KEPT * len(hop) :] if _compare(hop, hops) else hop


class Sighting(NamedTuple):
    """Where a message was captured.

    elsewhere: at another point than the transmission before; one_clock: both times are of one clock all the same.
    """

    elsewhere: bool = False
    one_clock: bool = False


HERE: Final = Sighting()


def note_copy(
    n: Negotiation,
    datagram: Datagram,
    message: Message,
    before: tuple[int, int | None],
    hops: bytes,
    sighting: Sighting,
) -> bool:
    """What `is_copy` says; of an SA's first copies the TTLs are noted, which say where each was captured.

    At another point a packet of the same number is the same one, and one without numbers if its TTL is another; but
    not if it comes later than any copy by one clock.
    """
    hop = datagram.hop
    elsewhere, one_clock = sighting
    late = one_clock and not _at_once(before[1], datagram.time_ns) and not _is_numbered(hop, hops)
    copied = not late and (is_copy(n, datagram, message, before, hops) or (elsewhere and _is_same_packet(hop, hops)))
    if copied and len(n.hops) < _HOPS_NOTED and _compare(hop, hops):
        ttls = (hops[_TTL - _V4], hop[_TTL]) if len(hop) == _V4 else (hops[-1], hop[0])
        n.hops = (*n.hops, (before[0], ttls[0], datagram.frame_number, ttls[1]))
    return copied


def is_copy(n: Negotiation, datagram: Datagram, message: Message, before: tuple[int, int | None], hops: bytes) -> bool:
    """Whether a repeated message is a copy of a transmission before, of which the latest was frame and time `before`.

    MOBIKE tests paths by sending one INFORMATIONAL over several at once (RFC 4555 section 3.10): no copies.
    A capture on both sides of a NAT shows every message twice with other addresses: copies. hops: `hop` of the
    transmissions before, one after the other. `n` knows the datagram's addresses.
    """
    frame, then = before
    says = _by_ip_header(datagram.hop, hops)
    if says is not None and n.place_at(frame)[1:] == n.place_at(datagram.frame_number)[1:]:
        return says.copy
    if says is not None and says.numbered:
        return True
    if not _at_once(then, datagram.time_ns):
        return False
    if message.major_version == 1 or message.exchange_type != _INFORMATIONAL:
        return True
    if n.addresses[-1][0] != datagram.frame_number or _seen_twice(n, message.message_id):
        return True
    return _was_here(n, datagram, message)


def is_copy_of(datagram: Datagram, before: int | None, hops: bytes) -> bool:
    """What `is_copy` says of a first message between the same ends as its transmissions before, the latest at a time.

    A first message tests no paths.
    """
    says = _by_ip_header(datagram.hop, hops)
    return _at_once(before, datagram.time_ns) if says is None else says.copy


def _at_once(then: int | None, now: int | None) -> bool:
    return then is not None and now is not None and abs(now - then) <= COPIED_NS


class _Says(NamedTuple):
    """What IP headers say of a packet, between the same addresses and ports. numbered: between any."""

    copy: bool
    numbered: bool = False


def _compare(hop: bytes, hops: bytes) -> bool:
    """Both are known, and of one IP version."""
    return bool(hop and hops) and (len(hop) < _V4) is (len(hops) < _V4)


def _by_ip_header(hop: bytes, hops: bytes) -> _Says | None:
    """Whether IP headers say that a packet is a copy of one of those before; None: they say nothing."""
    if not _compare(hop, hops):
        return None
    if len(hop) != _V4:
        return None if hop in hops else _Says(copy=True)
    before = [(hops[at : at + 2], hops[at + 4]) for at in range(0, len(hops), _V4)]
    number, ttl = hop[:2], hop[4]
    same_ttl = any(other == ttl for _, other in before)
    if any(bytes(2) in (number, other) for other, _ in before):
        return None if same_ttl else _Says(copy=True)
    if any(other == number for other, _ in before):
        return _Says(copy=True, numbered=True) if (number, ttl) not in before else None
    return _Says(copy=False) if same_ttl else None


def _is_same_packet(hop: bytes, hops: bytes) -> bool:
    """One packet seen at two points, whatever the time; of IPv4 with its number, else with another TTL."""
    says = _by_ip_header(hop, hops)
    if says is not None or len(hop) != _V4 or not _compare(hop, hops):
        return says is not None and says.copy
    return hop[:2] != bytes(2) and any(hops[at : at + 2] == hop[:2] for at in range(0, len(hops), _V4))


def _is_numbered(hop: bytes, hops: bytes) -> bool:
    """Both packets have a number that says whether they are one."""
    zero = bytes(2)
    numbers = (hops[at : at + 2] for at in range(0, len(hops), _V4))
    return len(hop) == _V4 and _compare(hop, hops) and hop[:2] != zero and zero not in numbers


def _was_here(n: Negotiation, datagram: Datagram, message: Message) -> bool:
    """The same INFORMATIONAL came between these ends a moment ago, and between others since."""
    here, sender = n.place_at(datagram.frame_number)[1:], message.is_initiator
    mine = (e for e in n.newest_exchanges() if e.exchange_type == _INFORMATIONAL and e.message_id == message.message_id)
    steps = (step for exchange in islice(mine, 1) for step in exchange.steps if step.from_initiator is sender)
    return any(n.place_at(s.frame_number)[1:] == here and _at_once(s.time_ns, datagram.time_ns) for s in steps)


def _seen_twice(n: Negotiation, message_id: int) -> bool:
    """Its first messages alternate between two paths, or so do the exchanges before this one, all of them."""
    if len(n.addresses) > 2 and n.addresses[0][1:] == n.addresses[2][1:]:
        return True
    others = (e for e in n.newest_exchanges() if e.exchange_type != _INFORMATIONAL or e.message_id != message_id)
    before = list(islice(others, _EXCHANGES_LOOKED_AT))
    return len(before) == _EXCHANGES_LOOKED_AT and all(_at_once_again(n, exchange) for exchange in before)


def _at_once_again(n: Negotiation, exchange: Exchange) -> bool:
    """It was seen again, between other ends, sooner than anybody retransmits it.

    Of INFORMATIONAL, which may test paths, both messages.
    """
    seen: dict[int, tuple[int, int]] = {}
    again = set()
    for step in exchange.steps:
        origin = step.frame_number if step.retransmission_of is None else step.retransmission_of
        if step.time_ns is None:
            continue
        time, frame = seen.get(origin, (step.time_ns, step.frame_number))
        if abs(step.time_ns - time) <= COPIED_NS and n.place_at(frame)[1:] != n.place_at(step.frame_number)[1:]:
            again.add(step.from_initiator)
        seen[origin] = step.time_ns, step.frame_number
    return bool(again) and (exchange.exchange_type != _INFORMATIONAL or len(again) == len({True, False}))
