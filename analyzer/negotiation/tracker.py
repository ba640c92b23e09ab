"""The tracker: messages in, IKE SAs out.

It places each message in its SA and exchange and hands it to the version's reader.

Streaming: nothing of a message is kept but its Step. Messages that are no plausible ISAKMP of version 1 or 2 belong to
no negotiation.
"""

from itertools import islice
from typing import NamedTuple

from analyzer.capture.datagram import Datagram, EspStream, Flow, IcmpError
from analyzer.decryption import KeyStore
from analyzer.isakmp import Message, decode, registry
from analyzer.isakmp.payloads.ikev1.cisco_fragment import CiscoFragment
from analyzer.negotiation import ikev1, ikev2
from analyzer.negotiation.live import ZERO_SPI, Live, Recent, Seen
from analyzer.negotiation.model import Exchange, Negotiation, Story
from analyzer.negotiation.opening import CISCO_FRAGMENT, Inside, Opener, collect_cisco
from analyzer.negotiation.outcome import conclude
from analyzer.negotiation.rekeys import parent_of
from analyzer.negotiation.sa_index import SaIndex, begins_negotiation, hosts_of
from analyzer.negotiation.steps import make_step

_V1_EXCHANGES = frozenset({1, 2, 3, 4, 5, 6, 32, 33})
_V2_EXCHANGES = frozenset(range(34, 45))
_IKE_SA_INIT = 34
_MODES = {1: "base", 2: "main", 4: "aggressive"}
_RESPONSE = 0x20  # flag R of IKEv2
_EXCHANGES_SEARCHED = 64  # no window is wider; what is older is not answered any more
_ADDRESSES_KEPT = 256
_MIRROR_COPY_NS = 10 * 10**6  # no implementation retransmits this soon; mirror ports copy at once


class Placed(NamedTuple):
    """Where a message belongs, and what was inside it. `answering`: its SA payload is an answer, not an offer."""

    negotiation: int | None
    from_initiator: bool | None = None
    answering: bool = False
    child: int | None = None
    retransmission_of: int | None = None
    duplicate: bool = False
    decrypted: bool | None = None
    inside: Inside | None = None
    fragment: tuple[int, int | None] | None = None
    ikev1_group: int | None = (
        None  # of an IKEv1 KE payload, which does not say it: from the choice or an unambiguous offer
    )


NOWHERE = Placed(None)


def trackable(message: Message, datagram: Datagram) -> bool:
    """The header is that of an ISAKMP message that a peer could mean.

    Known version, exchange, SPI and a length that fits.
    """
    if not message.header_ok or message.initiator_spi == ZERO_SPI:
        return False
    if not 28 <= message.length <= len(datagram.payload) + datagram.missing:
        return False
    if message.major_version == 2:
        return message.exchange_type in _V2_EXCHANGES and not message.flags & 0b11000111
    return message.major_version == 1 and message.exchange_type in _V1_EXCHANGES and not message.flags & 0b11111000


class Tracker:
    """Follows all IKE SAs of one capture. `first_number` is the number the first negotiation gets."""

    def __init__(self, capture: str, keys: KeyStore | None = None, first_number: int = 1) -> None:
        self._capture = capture
        self._opener = Opener(keys) if keys is not None else None
        recent = Recent()
        self._index = SaIndex(recent)
        self._lives: list[Live] = []
        self._next = first_number
        self._icmp: list[IcmpError] = []
        self._recent = recent

    def feed(self, datagram: Datagram, message: Message) -> Placed:
        """Place one message. Never raises for anything in it."""
        if not trackable(message, datagram):
            return NOWHERE
        digest = hash(datagram.payload)
        live = self._index.find(datagram, message, digest) or self._begin(datagram, message, digest)
        from_initiator = bool(message.flags & 8) if message.major_version == 2 else _ikev1_side(live, datagram)
        self._follow_addresses(live, datagram, from_initiator)
        seen = self._recent.get(live, digest)
        if seen is not None:
            placed = self._repeat(live, seen, datagram, message, from_initiator)
        else:
            placed = self._first(live, digest, datagram, message, from_initiator)
        live.last_time = datagram.time_ns
        return placed

    def icmp(self, error: IcmpError) -> None:
        """An ICMP error that quotes a datagram of an IKE port.

        Joined to the newest SA of the quoted hosts, by SPI where quoted.
        """
        self._icmp.append(error)
        hosts = (error.src_ip, error.dst_ip) if error.src_ip <= error.dst_ip else (error.dst_ip, error.src_ip)
        spi = error.quoted[:8].hex()
        for live in self._index.between(hosts):
            if not error.quoted or live.negotiation.initiator_spi == spi:
                live.negotiation.icmp_errors.append(error)
                return

    def finish(
        self, flows: list[Flow], streams: list[EspStream], first_time: int | None, last_time: int | None
    ) -> Story:
        """The end of the capture: pass the verdicts."""
        for live in self._lives:
            conclude(live, last_time)
        negotiations = [live.negotiation for live in self._lives]
        return Story(self._capture, negotiations, flows, streams, self._icmp, first_time, last_time)

    def _begin(self, datagram: Datagram, message: Message, digest: int) -> Live:
        """A new SA: by its first message, or found in the middle."""
        from_initiator = bool(message.flags & 8) if message.major_version == 2 else True
        if (
            message.major_version == 1
            and message.responder_spi != ZERO_SPI
            and datagram.src_port == 500 != datagram.dst_port
        ):
            from_initiator = False  # clients behind a NAT are the ones with other ports
        ends = (datagram.src_ip, datagram.src_port), (datagram.dst_ip, datagram.dst_port)
        (i_ip, i_port), (r_ip, r_port) = ends if from_initiator else ends[::-1]
        mode = "ikev2" if message.major_version == 2 else _MODES.get(message.exchange_type, "unknown")
        n = Negotiation(
            number=self._next,
            capture=self._capture,
            ike_version=message.major_version,
            mode=mode,
            initiator_spi=message.initiator_spi,
            responder_spi=message.responder_spi,
            initiator_ip=i_ip,
            initiator_port=i_port,
            responder_ip=r_ip,
            responder_port=r_port,
        )
        self._next += 1
        live = Live(n)
        if not begins_negotiation(message) and not (
            message.exchange_type == _IKE_SA_INIT or message.exchange_type in _MODES
        ):
            parent = parent_of(self._index.between(hosts_of(datagram)), live, datagram, from_initiator)
            if parent is not None:
                n.rekeyed_from = parent.negotiation.number
                live.state = "established"
            else:
                n.starts_late = True
        self._index.add(live, datagram, digest)
        self._lives.append(live)
        return live

    def adopt(self, parent: Live, initiator_spi: str, responder_spi: str, begun_by_initiator: bool) -> Live:
        """A new IKE SA negotiated inside `parent` and read with keys (RFC 7296 section 1.3.2)."""
        p = parent.negotiation
        ends = (p.initiator_ip, p.initiator_port), (p.responder_ip, p.responder_port)
        (i_ip, i_port), (r_ip, r_port) = ends if begun_by_initiator else ends[::-1]
        n = Negotiation(self._next, self._capture, 2, "ikev2", initiator_spi, responder_spi, i_ip, i_port, r_ip, r_port)
        self._next += 1
        n.rekeyed_from = p.number
        live = Live(n)
        live.state = "established"
        self._index.add_pair(live)
        self._lives.append(live)
        return live

    def _follow_addresses(self, live: Live, datagram: Datagram, from_initiator: bool) -> None:
        n = live.negotiation
        if datagram.transport == "udp-4500":
            n.nat_t = True
        _, _, _, src_ip, src_port, dst_ip, dst_port, _, _, _ = datagram
        if not from_initiator:
            src_ip, src_port, dst_ip, dst_port = dst_ip, dst_port, src_ip, src_port
        if n.addresses:
            _, i_ip, i_port, r_ip, r_port = n.addresses[-1]
            if src_port == i_port and dst_port == r_port and src_ip == i_ip and dst_ip == r_ip:
                return
        if len(n.addresses) < _ADDRESSES_KEPT:
            n.addresses.append((datagram.frame_number, src_ip, src_port, dst_ip, dst_port))
        self._index.moved(live, hosts_of(datagram))

    def _repeat(self, live: Live, seen: Seen, datagram: Datagram, message: Message, from_initiator: bool) -> Placed:
        """The same bytes again: a retransmission, or a mirror port's copy."""
        duplicate = (
            seen.time_ns is not None
            and datagram.time_ns is not None
            and abs(datagram.time_ns - seen.time_ns) <= _MIRROR_COPY_NS
        )
        step = make_step(datagram, message, from_initiator, None, seen.frame_number, duplicate)
        seen.exchange.steps.append(step)
        n = live.negotiation
        return Placed(
            n.number,
            from_initiator,
            from_initiator != seen.exchange.begun_by_initiator,
            retransmission_of=seen.frame_number,
            duplicate=duplicate,
            decrypted=False if message.encrypted else None,
            fragment=step.fragment,
            ikev1_group=ikev1.group_of(n) if message.major_version == 1 and message.payloads else None,
        )

    def _first(self, live: Live, digest: int, datagram: Datagram, message: Message, from_initiator: bool) -> Placed:
        n = live.negotiation
        exchange = _exchange(n, message, from_initiator)
        inside = None
        if self._opener is not None and message.encrypted:
            inside = self._opener.open(live, datagram, message, from_initiator)
        step = make_step(datagram, message, from_initiator, inside)
        exchange.steps.append(step)
        self._recent.add(live, digest, Seen(datagram.frame_number, datagram.time_ns, exchange))
        group = None
        if message.major_version == 2:
            child = ikev2.read(self, self._index, live, exchange, step, datagram, message, inside)
        else:
            whole = message
            if message.payloads:
                whole, inside = self._reassembled(live, datagram, message, from_initiator, inside)
            child = ikev1.read(live, exchange, step, datagram, whole, inside)
            group = ikev1.group_of(n) if message.payloads or inside is not None else None
        decrypted = (inside is not None) if message.encrypted or inside is not None else None
        answering = from_initiator != exchange.begun_by_initiator
        return Placed(n.number, from_initiator, answering, child, None, False, decrypted, inside, step.fragment, group)

    def _reassembled(
        self, live: Live, datagram: Datagram, message: Message, from_initiator: bool, inside: Inside | None
    ) -> tuple[Message, Inside | None]:
        """For the last of a set of Cisco fragments the whole message and its inside; otherwise what came in."""
        fragment = message.first(CISCO_FRAGMENT) if message.major_version == 1 else None
        if not isinstance(fragment, CiscoFragment):
            return message, inside
        data = collect_cisco(live, from_initiator, fragment)
        if data is None:
            return message, inside
        whole = decode(data)
        if not whole.header_ok or whole.first(CISCO_FRAGMENT) is not None:
            return message, inside
        if whole.encrypted:
            opened = (
                self._opener.open(live, datagram._replace(payload=data), whole, from_initiator)
                if self._opener
                else None
            )
            return whole, opened
        return whole, Inside(whole.payloads, whole.defects, False)


def _ikev1_side(live: Live, datagram: Datagram) -> bool:
    """Whether the SA's initiator sent it: IKEv1 has no flag that says so, the addresses seen have to."""
    n = live.negotiation
    if n.initiator_ip == n.responder_ip:
        return (datagram.src_ip, datagram.src_port) == (n.initiator_ip, n.initiator_port)
    if datagram.src_ip in (n.initiator_ip, n.responder_ip):
        return datagram.src_ip == n.initiator_ip
    return datagram.dst_ip != n.initiator_ip


def _exchange(n: Negotiation, message: Message, from_initiator: bool) -> Exchange:
    """The exchange of a message seen for the first time, among the SA's latest.

    A new IKE_SA_INIT request (cookie, other group) begins a new one. IKEv1's exchanges know one side only: the message
    ID, or of phase 1 the exchange type, belongs to both.
    """
    exchange_type, message_id = message.exchange_type, message.message_id
    response = bool(message.flags & _RESPONSE)
    if message.major_version == 2:
        begun: bool | None = from_initiator != response
        fresh = exchange_type == _IKE_SA_INIT and not response
    else:
        begun, fresh = None, False
    if not fresh:
        for exchange in islice(reversed(n.exchanges), _EXCHANGES_SEARCHED):
            if (
                exchange.message_id == message_id
                and exchange.exchange_type == exchange_type
                and begun in (None, exchange.begun_by_initiator)
            ):
                return exchange
    if begun is None:
        begun = from_initiator if exchange_type not in _MODES else True
    name = registry.exchange_name(message.major_version, exchange_type)
    exchange = Exchange(exchange_type, name, message_id, begun)
    n.exchanges.append(exchange)
    return exchange
