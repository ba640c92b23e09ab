"""Which IKE SA a message belongs to. The key is the version and the SPI pair, never the flow.

SAs share flows and change them.

Until the responder's SPI is known the key is the initiator's SPI together with the two hosts: scanners reuse an SPI for
many targets, and a reflection puts thousands of responder SPIs under one initiator SPI. Five joins make one story of
what looks like several SAs:

* a clear-text refusal binds nothing: a later answer with another responder SPI continues the same negotiation;
* a retry after COOKIE or INVALID_KE_PAYLOAD may carry a new initiator SPI: it is joined if it brings what was asked
  for;
* the same first message seen before and after a source NAT or a NAT64 (same bytes, same target, at once) is one
  message, also where the capture has the answer before the second sight of it;
* an answer from an address that was not asked belongs to the SA whose first message nobody has answered, if its
  initiator asked one address only under that SPI. Anybody could have sent it: an answer of the address that was asked
  takes its place, as long as the initiator has not gone on;
* an error in clear of the other IKE version answers the first message under the same initiator SPI.
"""

from collections.abc import Iterator
from ipaddress import IPv4Address, IPv6Address

from analyzer.capture.datagram import COPIED_NS, Datagram, IcmpError
from analyzer.capture.points import Points
from analyzer.isakmp.header import FLAG_RESPONSE
from analyzer.isakmp.message import Message
from analyzer.isakmp.numbers import ExchangeV1, ExchangeV2, NotifyV2, PayloadV1, PayloadV2
from analyzer.isakmp.payloads.key_exchange import KeyExchange
from analyzer.isakmp.payloads.notify import Notify
from analyzer.isakmp.registry.tables import FIRST_STATUS
from analyzer.negotiation.exchanges.sa import ASKED_BACK, BEFORE_AUTH, CHOSEN, UNBOUND
from analyzer.negotiation.follow.copies import HERE, Sighting
from analyzer.negotiation.follow.live import Ends, Live
from analyzer.negotiation.follow.plausible import ZERO_SPI
from analyzer.negotiation.follow.recent import Recent
from analyzer.negotiation.model import MOVES_KEPT, Step

# Plain numbers: they are compared with for each message of an SA that is not known yet
_IKE_SA_INIT = int(ExchangeV2.IKE_SA_INIT)
_PHASE1 = tuple(map(int, (ExchangeV1.BASE, ExchangeV1.IDENTITY_PROTECTION, ExchangeV1.AGGRESSIVE)))
_ANSWERING = frozenset({*_PHASE1, int(ExchangeV1.INFORMATIONAL), _IKE_SA_INIT})  # in them a first message is answered
_GROUP_BYTES = 2  # what INVALID_KE_PAYLOAD carries
_N, _KE = int(PayloadV2.NOTIFY), int(PayloadV2.KE)
_V1_N = int(PayloadV1.NOTIFICATION)
_RETRY_WITHIN_NS = 30 * 10**9
_NAT_SIGHTS = 2  # of one message behind its first one; what more sources send is a tool's, or forged
_AGES = 256  # of memory: a million messages, far more than come within the times above; a bound for floods
_SAS_PER_HOST_PAIR = 8

Hosts = tuple[str, str]


def hosts_of(datagram: Datagram | IcmpError) -> Hosts:
    """The two addresses, the same for both directions."""
    return both(datagram.src_ip, datagram.dst_ip)


def both(a: str, b: str) -> Hosts:
    """Two addresses, the same for both directions."""
    return (a, b) if a <= b else (b, a)


def begins_negotiation(message: Message) -> bool:
    """The message is the kind that starts an SA: no responder SPI yet, and no response."""
    if message.responder_spi != ZERO_SPI:
        return False
    if message.major_version == 2:
        return message.flags & FLAG_RESPONSE == 0
    return message.exchange_type in _PHASE1


def restarts(live: Live) -> bool:
    """What is a first message would begin an SA that has long begun: it is another SA with the same initiator SPI.

    Where the beginning was not seen it may come late, with all its rounds up to the responder's choice: captures are
    merged, times run backwards.
    """
    chosen = live.negotiation.chosen_frame is not None
    return live.begun and chosen and live.state not in BEFORE_AUTH


def names_of(address: str) -> tuple[str, ...]:
    """An address; behind an IPv6 address the IPv4 address in its last 32 bits: a NAT64 goes on to it (RFC 6052)."""
    if ":" not in address:
        return (address,)
    return address, str(IPv4Address(int(IPv6Address(address)) & 0xFFFFFFFF))


def _keys(message: Message, target: str) -> list[tuple[int, str, str]]:
    return [(message.major_version, message.initiator_spi, address) for address in names_of(target)]


def _gives_way(live: Live, message: Message) -> bool:
    """The answer that came from another address than the one asked gives way to one from there."""
    if not live.heard_elsewhere or live.state not in CHOSEN or begins_negotiation(message):
        return False
    live.heard_elsewhere = False
    live.chosen_again()
    return True


def _is_error(message: Message) -> bool:
    notifies = message.all(_N if message.major_version == 2 else _V1_N)
    return any(isinstance(n, Notify) and n.notify_type < FIRST_STATUS for n in notifies)


class SaIndex:
    """All SAs being followed, by what finds them."""

    def __init__(self) -> None:
        self.points: Points | None = None  # where packets are captured, if it is noted
        self.by_pair: dict[tuple[int, str, str], Live] = {}
        self._by_hosts: dict[Hosts, list[Live]] = {}
        # By initiator's SPI and hosts; and by its address alone: None where it asked several addresses under one SPI,
        # as scanners do
        self._half_open: Recent[tuple[int, str, Hosts | str], Live | None] = Recent(_AGES)
        self._retries: Recent[tuple[str, str], Live] = Recent(_AGES)
        # By initiator's SPI and target: the digest of the first message, its SA, and how often it was seen elsewhere
        self._first_messages: Recent[tuple[int, str, str], tuple[int, Live, int]] = Recent(_AGES)

    def find(self, datagram: Datagram, message: Message, digest: int) -> tuple[Live | None, bool]:
        """The SA of a message whose pair of SPIs is not in `by_pair`, and whether the message is a first one.

        None if it belongs to no SA that is known.
        """
        begins = begins_negotiation(message)
        live = self._half_open.get((message.major_version, message.initiator_spi, hosts_of(datagram)))
        if live is not None:
            return self._continue(live, message), begins
        if begins:
            return self._nat_copy(datagram, message, digest) or self._retry(datagram, message), True
        if message.exchange_type in _ANSWERING:
            live = self._nat_answer(datagram, message) or self._answer_from_elsewhere(datagram, message)
        return live or self.asked_in_other_version(datagram, message), False

    def _continue(self, live: Live, message: Message) -> Live | None:
        """A message of a known initiator SPI between the same hosts: the same story if its responder fits."""
        if message.responder_spi == ZERO_SPI:
            return live
        if live.negotiation.responder_spi != ZERO_SPI and live.state not in UNBOUND and not _gives_way(live, message):
            return None
        live.negotiation.responder_spi = message.responder_spi
        self.add_pair(live)
        return live

    def _nat_copy(self, datagram: Datagram, message: Message, digest: int) -> Live | None:
        """A first message that was seen a moment ago from another source."""
        known, live, sights = self._just_asked(datagram, message, datagram.dst_ip)
        if live is None or known != digest or sights >= _NAT_SIGHTS:
            return None
        self._note_first(message.major_version, message.initiator_spi, datagram.dst_ip, (digest, live, sights + 1))
        self._note_open(live, datagram, asks=True)
        return live

    def _note_open(self, live: Live, datagram: Datagram, *, asks: bool) -> None:
        """A message of the SA goes between these hosts. asks: it is a first message, from where it is sent now."""
        n = live.negotiation
        found: list[tuple[tuple[int, str, Hosts | str], Live | None]]
        found = [((n.ike_version, n.initiator_spi, hosts_of(datagram)), live)]
        if asks:
            key = n.ike_version, n.initiator_spi, datagram.src_ip
            known = self._half_open.get(key, live)
            same = known is not None and known.negotiation.responder_ip == n.responder_ip
            found.append((key, live if same else None))
        self._half_open.put(found)

    def _nat_answer(self, datagram: Datagram, message: Message) -> Live | None:
        """An answer to an address that has not asked, where another has with this SPI and waits for the same host."""
        _, live, _ = self._just_asked(datagram, message, datagram.src_ip)
        if live is None or self._continue(live, message) is None:
            return None
        self._note_open(live, datagram, asks=False)
        return live

    def _answer_from_elsewhere(self, datagram: Datagram, message: Message) -> Live | None:
        """An answer to a first message that went to another address, of which the responder is not known yet."""
        live = self._half_open.get((message.major_version, message.initiator_spi, datagram.dst_ip))
        if live is None or live.state not in UNBOUND or self._continue(live, message) is None:
            return None
        live.heard_elsewhere = message.responder_spi != ZERO_SPI
        return live

    def asked_in_other_version(self, datagram: Datagram, message: Message) -> Live | None:
        """The SA whose first message, in the other IKE version, is answered with an error in clear."""
        request = message.major_version == 2 and message.flags & FLAG_RESPONSE == 0
        if request or message.encrypted or not _is_error(message):
            return None
        version, spi = 3 - message.major_version, message.initiator_spi
        live = self._half_open.get((version, spi, hosts_of(datagram))) or self._half_open.get(
            (version, spi, datagram.dst_ip)
        )
        return live if live is not None and live.begun and live.state in UNBOUND else None

    def may_be_sight(self, datagram: Datagram, message: Message, digest: int) -> bool:
        """Whether a first message from another source can still be a NAT's sight of one that is packed.

        Not once there is a later one with other bytes, nor as a tool's copy.
        """
        found = self._first_messages.get((message.major_version, message.initiator_spi, datagram.dst_ip))
        return found is None or (found[0] == digest and found[2] < _NAT_SIGHTS)

    def packed(self, version: int, initiator_spi: str, target: str, digest: int, number: int) -> None:
        """A first message to a target is packed: what it would take the place of here is not the latest one now.

        number: its, as a negotiation.
        """
        for address in names_of(target):
            found = self._first_messages.get((version, initiator_spi, address))
            if found is not None and found[0] != digest and found[1].negotiation.number < number:
                del self._first_messages[version, initiator_spi, address]

    def may_know(self, version: int, initiator_spi: str, datagram: Datagram) -> bool:
        """Whether a first message may belong to an SA that is known: the questions of `find`, without a look at it."""
        target = datagram.dst_ip
        for address in names_of(target):
            if (version, initiator_spi, address) in self._first_messages:
                return True
        return (
            (version, initiator_spi, hosts_of(datagram)) in self._half_open
            or (version, initiator_spi, ZERO_SPI) in self.by_pair
            or (datagram.src_ip, target) in self._retries
        )

    def is_elsewhere(self, datagram: Datagram, frame_number: int) -> bool:
        """Whether a message was captured at another point than a frame: the clock there may be another one."""
        points = self.points
        return points is not None and points.of(datagram.frame_number) != points.of(frame_number)

    def sighting(self, datagram: Datagram, frame_number: int) -> Sighting:
        """Where a message was captured, beside a frame."""
        if not self.is_elsewhere(datagram, frame_number) or self.points is None:
            return HERE
        return Sighting(elsewhere=True, one_clock=self.points.one_clock(datagram.frame_number, frame_number))

    def _is_sight(self, datagram: Datagram, live: Live) -> bool:
        return self.points is not None and self.is_elsewhere(datagram, live.negotiation.addresses[0][0])

    def _just_asked(self, datagram: Datagram, message: Message, target: str) -> tuple[int, Live | None, int]:
        """Digest of the first message to a target under a SPI, its SA if that spoke just now, and its sights.

        At another point any time is now.
        """
        found = next(filter(None, map(self._first_messages.get, _keys(message, target))), None)
        if found is not None and self._is_sight(datagram, found[1]):
            return found
        if found is None or found[1].last_time is None or datagram.time_ns is None:
            return 0, None, 0
        return found if abs(datagram.time_ns - found[1].last_time) <= COPIED_NS else (0, None, 0)

    def _retry(self, datagram: Datagram, message: Message) -> Live | None:
        """A new initiator SPI that brings the group or the cookie the responder asked the same initiator for.

        Or that begins in full where the responder did not take a session ticket.
        """
        if message.exchange_type != _IKE_SA_INIT:
            return None
        live = self._retries.get((datagram.src_ip, datagram.dst_ip))
        if live is None or live.state not in ASKED_BACK:
            return None
        if live.last_time is None or datagram.time_ns is None or datagram.time_ns - live.last_time > _RETRY_WITHIN_NS:
            return None
        ke = message.first(_KE)
        group = ke.group if isinstance(ke, KeyExchange) else None
        cookies = [n.data for n in message.all(_N) if isinstance(n, Notify) and n.notify_type == NotifyV2.COOKIE]
        brings_group = live.state == "group-asked" and group is not None and group == live.asked_group
        if live.state != "ticket-refused" and not brings_group and live.asked_cookie not in cookies:
            return None
        live.negotiation.initiator_spi = message.initiator_spi
        live.negotiation.responder_spi = ZERO_SPI
        self._note_open(live, datagram, asks=True)
        return live

    def add(self, live: Live, datagram: Datagram, digest: int) -> None:
        """Make a new SA known by its first message, and between the hosts of it."""
        n = live.negotiation
        if n.responder_spi == ZERO_SPI:
            before = self._first_messages.get((n.ike_version, n.initiator_spi, datagram.dst_ip))
            sights = before[2] if before is not None and before[0] == digest else 0
            self._note_first(n.ike_version, n.initiator_spi, datagram.dst_ip, (digest, live, sights))
        else:
            self.add_pair(live)
        asks = n.responder_spi == ZERO_SPI and datagram.src_ip == n.initiator_ip
        self._note_open(live, datagram, asks=asks)
        self.moved(live, hosts_of(datagram))

    def _note_first(self, version: int, spi: str, target: str, seen: tuple[int, Live, int]) -> None:
        """A first message was seen on its way to a target; one that was packed before may come behind a later one."""
        number = seen[1].negotiation.number
        for address in names_of(target):
            before = self._first_messages.get((version, spi, address))
            if before is None or before[1].negotiation.number <= number:
                self._first_messages[version, spi, address] = seen

    def add_pair(self, live: Live) -> None:
        """Make an SA known by both its SPIs."""
        n = live.negotiation
        self.by_pair[n.ike_version, n.initiator_spi, n.responder_spi] = live

    def note_ends(self, live: Live, frame_number: int, ends: Ends) -> None:
        """Messages of an SA go between other addresses or ports, or in another transport, than before."""
        n, before = live.negotiation, live.ends
        live.ends = ends
        if ends[4] == "udp-4500":
            n.nat_t = True
        if before is not None and before[:4] == ends[:4]:
            return
        if before is None and ends[:4] == (n.initiator_ip, n.initiator_port, n.responder_ip, n.responder_port):
            n.began = frame_number
            return  # who made it has made it known between these hosts
        if len(n.moves) < MOVES_KEPT:
            n.moves.append((frame_number, *ends[:4]))
        self.moved(live, both(ends[0], ends[2]))

    def moved(self, live: Live, hosts: Hosts) -> None:
        """The SA is now seen between these hosts."""
        recent = self._by_hosts.setdefault(hosts, [])
        if live in recent:
            recent.remove(live)
        recent.append(live)
        del recent[:-_SAS_PER_HOST_PAIR]

    def asked_back(self, live: Live, step: Step, responder_ip: str, initiator_ip: str) -> None:
        """The responder asked for a cookie or another group: the next request may come under a new SPI.

        The addresses are of the message that `step` is.
        """
        for notify in step.notifies:
            if notify.notify_type == NotifyV2.COOKIE:
                live.asked_cookie = notify.data
            elif notify.notify_type == NotifyV2.INVALID_KE_PAYLOAD and len(notify.data) == _GROUP_BYTES:
                live.asked_group = int.from_bytes(notify.data, "big")
        self._retries[initiator_ip, responder_ip] = live

    def quoted(self, hosts: Hosts, initiator_spi: str | None) -> Live | None:
        """The newest SA that fits a datagram of which only hosts and (perhaps) the initiator's SPI are known."""
        if initiator_spi is not None:
            for version in (2, 1):
                live = self._half_open.get((version, initiator_spi, hosts))
                if live is not None:
                    return live
        fits = (n for n in self.between(hosts) if initiator_spi in (None, n.negotiation.initiator_spi))
        return next(fits, None)

    def age(self) -> None:
        """Forget what is old."""
        for recent in (self._half_open, self._retries, self._first_messages):
            recent.age()

    def between(self, hosts: Hosts) -> Iterator[Live]:
        """Recent SAs between two hosts, newest first."""
        yield from reversed(self._by_hosts.get(hosts, ()))
