"""The tracker: messages in, IKE SAs out.

It places each message in its SA and exchange and hands it to the version's reader.

Streaming: nothing of a message is kept but its Step. Messages that are no plausible ISAKMP of version 1 or 2 belong to
no negotiation.
"""

from typing import NamedTuple

from analyzer.capture.datagram import Datagram, EspStream, Flow, IcmpError
from analyzer.decryption import KeyStore
from analyzer.isakmp import Message, decode, registry
from analyzer.isakmp.cursor import build
from analyzer.isakmp.header import FLAG_INITIATOR, FLAG_RESPONSE, SIZE
from analyzer.isakmp.payloads.ikev1.cisco_fragment import CiscoFragment
from analyzer.negotiation import ikev1, ikev2
from analyzer.negotiation.live import ZERO_SPI, Live
from analyzer.negotiation.model import Exchange, Negotiation, Step, Story
from analyzer.negotiation.opening import CISCO_FRAGMENT, Inside, Opener, collect_cisco
from analyzer.negotiation.outcome import conclude
from analyzer.negotiation.recent import Recent
from analyzer.negotiation.rekeys import parent_of
from analyzer.negotiation.sa_index import SaIndex, begins_negotiation, hosts_of, restarts
from analyzer.negotiation.steps import first_step, repeated_step

_EXCHANGES = {1: frozenset({1, 2, 3, 4, 5, 6, 32, 33}), 2: frozenset(range(34, 45))}
_RESERVED_FLAGS = {1: 0b11111000, 2: 0b11000111}
_IKE_SA_INIT = 34
_V1_SA = 1
_MIRROR_COPY_NS = 10 * 10**6  # no implementation retransmits this soon; mirror ports copy at once
_KEPT = 1 << 15  # messages, and exchanges but the last of each SA: minutes of any real traffic, a bound for floods
_LAST = 2
_ADDRESSES_KEPT = 256


class Placed(NamedTuple):
    """Where a message belongs, and what was inside it. `answering`: its SA payload is an answer, not an offer.

    ikev1_group: of an IKEv1 KE payload, which does not say it: from the choice or an unambiguous offer.
    """

    negotiation: int | None
    from_initiator: bool | None = None
    answering: bool = False
    child: int | None = None
    retransmission_of: int | None = None
    duplicate: bool = False
    decrypted: bool | None = None
    inside: Inside | None = None
    fragment: tuple[int, int | None] | None = None
    ikev1_group: int | None = None


NOWHERE = Placed(None)


class Seen(NamedTuple):
    """The latest transmission of a message, mirror copies aside, and its exchange."""

    latest: Step
    exchange: Exchange


def trackable(message: Message, datagram: Datagram) -> bool:
    """The header is that of an ISAKMP message that a peer could mean.

    Known version, exchange, SPI and a length that fits.
    """
    length, version = message.length, message.major_version
    if length < SIZE or version not in _EXCHANGES:
        return False
    if message.exchange_type not in _EXCHANGES[version] or message.flags & _RESERVED_FLAGS[version]:
        return False
    return length <= len(datagram.payload) + datagram.missing and message.initiator_spi != ZERO_SPI


class Tracker:
    """Follows all IKE SAs of one capture. The first negotiation gets `first_number`, the next one `next_number`."""

    def __init__(self, capture: str, keys: KeyStore | None = None, first_number: int = 1) -> None:
        self._capture = capture
        self._opener = Opener(keys) if keys is not None else None
        self._index = SaIndex()
        self._messages: Recent[int, Seen] = Recent(_KEPT)
        self._exchanges: Recent[tuple[int, int, int, bool], Exchange] = Recent(_KEPT)
        self._lives: list[Live] = []
        self.next_number = first_number
        self._icmp: list[IcmpError] = []

    def feed(self, datagram: Datagram, message: Message) -> Placed:
        """Place one message. Never raises for anything in it."""
        if not trackable(message, datagram):
            return NOWHERE
        digest = hash(datagram.payload)
        seen = None
        live = self._index.find(datagram, message, digest)
        if live is not None:
            seen = self._messages.get(digest ^ live.negotiation.number)
            if seen is None and restarts(live, message):
                live = None
        if live is None:
            live = self._begin(datagram, message, digest)
        if not live.begun:
            live.begun = begins_negotiation(message)
        if message.major_version == 2:
            from_initiator = message.flags & FLAG_INITIATOR != 0
        else:
            from_initiator = _sent_by_initiator(live.negotiation, datagram)
        self._follow_addresses(live, datagram, from_initiator)
        if seen is None:
            placed = self._first(live, digest, datagram, message, from_initiator)
        else:
            placed = self._repeat(live, seen, digest, datagram, message, from_initiator)
        live.last_time = datagram.time_ns
        return placed

    def icmp(self, error: IcmpError) -> None:
        """An ICMP error that quotes a datagram of an IKE port.

        Joined to the newest SA of the quoted hosts, by SPI where quoted.
        """
        self._icmp.append(error)
        hosts = (error.src_ip, error.dst_ip) if error.src_ip <= error.dst_ip else (error.dst_ip, error.src_ip)
        live = self._index.quoted(hosts, error.quoted[:8].hex() if len(error.quoted) >= 8 else None)
        if live is not None:
            live.negotiation.icmp_errors.append(error)

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
        from_initiator = _begun_by_initiator(datagram, message)
        ends = (datagram.src_ip, datagram.src_port), (datagram.dst_ip, datagram.dst_port)
        (i_ip, i_port), (r_ip, r_port) = ends if from_initiator else ends[::-1]
        mode = "ikev2" if message.major_version == 2 else ikev1.PHASE1.get(message.exchange_type, "unknown")
        live = self._new(
            Negotiation(
                self.next_number,
                self._capture,
                message.major_version,
                mode,
                message.initiator_spi,
                message.responder_spi,
                i_ip,
                i_port,
                r_ip,
                r_port,
            )
        )
        if not begins_negotiation(message) and not (
            message.exchange_type == _IKE_SA_INIT or message.exchange_type in ikev1.PHASE1
        ):
            parent = parent_of(self._index.between(hosts_of(datagram)), message, datagram, from_initiator)
            if parent is not None:
                live.negotiation.rekeyed_from = parent.negotiation.number
                live.state = "established"
            else:
                live.negotiation.starts_late = True
        self._index.add(live, datagram, digest)
        return live

    def adopt(self, parent: Live, initiator_spi: str, responder_spi: str, begun_by_initiator: bool) -> Live:
        """A new IKE SA negotiated inside `parent` and read with keys (RFC 7296 section 1.3.2)."""
        p = parent.negotiation
        ends = (p.initiator_ip, p.initiator_port), (p.responder_ip, p.responder_port)
        (i_ip, i_port), (r_ip, r_port) = ends if begun_by_initiator else ends[::-1]
        live = self._new(
            Negotiation(
                self.next_number, self._capture, 2, "ikev2", initiator_spi, responder_spi, i_ip, i_port, r_ip, r_port
            )
        )
        live.negotiation.rekeyed_from = p.number
        live.state = "established"
        self._index.add_pair(live)
        return live

    def _new(self, negotiation: Negotiation) -> Live:
        live = Live(negotiation)
        self.next_number += 1
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

    def _repeat(
        self, live: Live, seen: Seen, digest: int, datagram: Datagram, message: Message, from_initiator: bool
    ) -> Placed:
        """The same bytes again: a retransmission, or a mirror port's copy of the latest transmission."""
        n, exchange, before = live.negotiation, seen.exchange, seen.latest.time_ns
        duplicate = (
            before is not None and datagram.time_ns is not None and abs(datagram.time_ns - before) <= _MIRROR_COPY_NS
        )
        step = repeated_step(seen.latest, datagram, from_initiator, duplicate=duplicate)
        exchange.steps.append(step)
        if not duplicate:
            self._messages.put(digest ^ n.number, Seen(step, exchange))
        if not message.encrypted:  # it may come from another address than before, as on both sides of a NAT
            (ikev2 if message.major_version == 2 else ikev1).detect_nat(live, from_initiator, datagram, message)
        return Placed(
            n.number,
            from_initiator,
            from_initiator != exchange.begun_by_initiator,
            retransmission_of=step.retransmission_of,
            duplicate=duplicate,
            fragment=step.fragment,
            ikev1_group=ikev1.group_of(n) if ikev1.KE in step.payload_types else None,
        )

    def _first(self, live: Live, digest: int, datagram: Datagram, message: Message, from_initiator: bool) -> Placed:
        exchange = self._exchange(live, message, from_initiator)
        inside = None
        if self._opener is not None and message.encrypted:
            inside = self._opener.open(live, datagram, message, from_initiator)
        step = first_step(datagram, message, from_initiator, inside)
        exchange.steps.append(step)
        self._messages.put(digest ^ live.negotiation.number, build(Seen, (step, exchange)))
        group = None
        if message.major_version == 2:
            child = ikev2.read(self, self._index, live, exchange, step, datagram, message, inside)
        else:
            whole, inside = self._reassembled(live, datagram, message, from_initiator, inside)
            child, group = ikev1.read(self._index, live, exchange, step, datagram, whole, inside)
        return build(
            Placed,
            (
                live.negotiation.number,
                from_initiator,
                from_initiator != exchange.begun_by_initiator,
                child,
                None,
                False,
                self._decrypted(message, step, inside),
                inside,
                step.fragment,
                group,
            ),
        )

    def _decrypted(self, message: Message, step: Step, inside: Inside | None) -> bool | None:
        """Whether keys opened it; None where nothing is encrypted, and for a fragment whose set they open later."""
        if inside is not None:
            return True
        waits = step.fragment is not None and self._opener is not None
        return None if waits or not message.encrypted else False

    def _reassembled(
        self, live: Live, datagram: Datagram, message: Message, from_initiator: bool, inside: Inside | None
    ) -> tuple[Message, Inside | None]:
        """For the last of a set of Cisco fragments the whole message and its inside; otherwise what came in."""
        fragment = message.first(CISCO_FRAGMENT)
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

    def _exchange(self, live: Live, message: Message, from_initiator: bool) -> Exchange:
        """The exchange of a message seen for the first time.

        A new IKE_SA_INIT request (cookie, other group) begins a new one, unless only its answer was seen before it.
        IKEv1's exchanges know one side only: the message ID, or of phase 1 the exchange type, belongs to both.
        """
        n, kind, message_id = live.negotiation, message.exchange_type, message.message_id
        if message.major_version == 2:
            request = message.flags & FLAG_RESPONSE == 0
            begun = known_by = from_initiator == request
        else:
            request = False
            begun, known_by = from_initiator or kind in ikev1.PHASE1, True
        exchange = _among_last(n, kind, message_id, known_by)
        if exchange is None and len(n.exchanges) > _LAST:
            exchange = self._exchanges.get((n.number, kind, message_id, known_by))
        if exchange is None or (request and kind == _IKE_SA_INIT and exchange.request is not None):
            exchange = Exchange(kind, registry.exchange_name(message.major_version, kind), message_id, begun)
            n.exchanges.append(exchange)
            if len(n.exchanges) > _LAST:
                older = n.exchanges[-_LAST - 1]
                known_by = n.ike_version == 1 or older.begun_by_initiator
                self._exchanges.put((n.number, older.exchange_type, older.message_id, known_by), older)
        return exchange


def _among_last(n: Negotiation, kind: int, message_id: int, known_by: bool) -> Exchange | None:
    """Most messages belong to one of the SA's last exchanges; a flood of other SAs' messages does not hide these."""
    for exchange in n.exchanges[: -_LAST - 1 : -1]:
        if (
            exchange.message_id == message_id
            and exchange.exchange_type == kind
            and (n.ike_version == 1 or exchange.begun_by_initiator == known_by)
        ):
            return exchange
    return None


def _sent_by_initiator(n: Negotiation, datagram: Datagram) -> bool:
    """IKEv1 has no flag that says it: by the addresses seen."""
    if n.initiator_ip == n.responder_ip:
        return (datagram.src_ip, datagram.src_port) == (n.initiator_ip, n.initiator_port)
    if datagram.src_ip in (n.initiator_ip, n.responder_ip):
        return datagram.src_ip == n.initiator_ip
    return datagram.dst_ip != n.initiator_ip


def _begun_by_initiator(datagram: Datagram, message: Message) -> bool:
    """Whether the first message seen of an SA is its initiator's."""
    if message.major_version == 2:
        return message.flags & FLAG_INITIATOR != 0
    if message.responder_spi == ZERO_SPI:
        return True
    if message.exchange_type in ikev1.PHASE1 and message.first(_V1_SA) is not None:
        return False  # of two phase 1 messages with an SA payload the second has the responder's cookie
    return datagram.src_port != 500 or datagram.dst_port == 500  # clients behind a NAT are the ones with other ports
