"""The tracker: messages in, IKE SAs out. It places each message in its SA and exchange for the version's reader.

Streaming: nothing of a message is kept but its place in the log. Messages that are no plausible ISAKMP of version 1 or
2 belong to no negotiation.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from analyzer.capture.datagram import Datagram, EspStream, Flow, IcmpError, Revealed
from analyzer.capture.points import Points
from analyzer.defects import Defect
from analyzer.isakmp import Memory, Message, decode
from analyzer.isakmp.cursor import build
from analyzer.isakmp.header import FLAG_INITIATOR
from analyzer.isakmp.numbers import ExchangeV2
from analyzer.negotiation.conclude.closing import Gaps, Said, close, story_of
from analyzer.negotiation.conclude.half_open import renumber, settle
from analyzer.negotiation.follow.copies import Seen, digest_of_cut, note_copy, one_more
from analyzer.negotiation.follow.esp_answers import EspAnswerIndex
from analyzer.negotiation.follow.fragments import Inside, reassembled
from analyzer.negotiation.follow.groups import IKEV2, kind_of
from analyzer.negotiation.follow.half_open import HalfOpen
from analyzer.negotiation.follow.live import Live
from analyzer.negotiation.follow.log import ExchangeIndex, StepLog
from analyzer.negotiation.follow.malformed import MalformedIndex
from analyzer.negotiation.follow.noted import Noter, Sealed, take
from analyzer.negotiation.follow.packed import FIRST, Record
from analyzer.negotiation.follow.placed import NOWHERE, Placed
from analyzer.negotiation.follow.plausible import ZERO_SPI, trackable
from analyzer.negotiation.follow.recent import Pace, Recent
from analyzer.negotiation.follow.rekeys import parent_of
from analyzer.negotiation.follow.sa_index import SaIndex, begins_negotiation, hosts_of, restarts
from analyzer.negotiation.follow.sides import PHASE1, begun_by_initiator, sent_by_initiator, take_sides
from analyzer.negotiation.follow.steps import looked_at
from analyzer.negotiation.follow.windows import AuthIpIndex
from analyzer.negotiation.model import Exchange, Negotiation, Step
from analyzer.negotiation.read import ikev1, ikev2
from analyzer.negotiation.seen import Suite
from analyzer.negotiation.story import Flood, Story

if TYPE_CHECKING:
    from analyzer.decryption.keyfile import KeyStore
    from analyzer.negotiation.follow.opening import Opener
    from analyzer.negotiation.follow.tally import Values

_IKE_SA_INIT = int(ExchangeV2.IKE_SA_INIT)
_AGES = 8  # of the memory of messages: minutes of any real traffic, a bound for floods


def opener_of(keys: KeyStore | None, memory: Memory) -> Opener:
    """What opens encrypted messages, by keys or by what a log shows of them."""
    from analyzer.negotiation.follow.opening import Opener  # noqa: PLC0415  (most captures come without keys)

    return Opener(keys, memory)


class Tracker:
    """Follows all IKE SAs of one capture, numbered from `first_number` on. `memory`: of the run that decodes them.

    most: first messages without an answer that are negotiations each (half_open.py). unpacked: messages placed before
    that were packed; whoever wants them takes them away. defects: bounds that were reached. numbers: in the end, what
    became of the numbers given before (`renumber`); None: they stay. pace: when memories age. begun: the frame with
    which each SA begins, in order of their numbers before that. reads: whether all that messages say is asked for.
    """

    index_type = SaIndex

    def __init__(
        self,
        capture: str,
        keys: KeyStore | None = None,
        first_number: int = 1,
        memory: Memory | None = None,
        *,
        most: int | None = None,
        reads: bool = True,
    ) -> None:
        self._reads = reads
        self._capture = capture
        self._memory = Memory() if memory is None else memory
        self._opener = opener_of(keys, self._memory) if keys is not None else None
        self._index = self.index_type()
        self._log = StepLog()
        # Of the same bytes the latest step, its exchange, and `hop` of their datagrams
        self._messages: Recent[int, Seen] = Recent(_AGES)
        self._exchanges = ExchangeIndex(self._log)
        self._esp_answers = EspAnswerIndex()
        self._malformed = MalformedIndex()
        self._authip = AuthIpIndex()
        self._lives: list[Live] = []
        self.begun = array("q")
        self.half_open = HalfOpen(self._index, self._opener, most)
        self.unpacked: list[tuple[Datagram, Message, Placed]] = []
        self._settled: list[Flood] | None = None
        self.defects: list[Defect] = []
        self.numbers: Values | None = None
        self.next_number = self._first_number = first_number
        self._icmp: list[IcmpError] = []
        self.pace = Pace((self._messages, self._exchanges.older, self._index))
        self._noter = Noter(self._index, self._log, self._messages, self._exchanges)

    def feed(self, datagram: Datagram, message: Message) -> Placed:
        """Place one message. Never raises for anything in it."""
        self._step(datagram.frame_number)
        if message.defects:
            self._malformed.take(datagram, message)
        digest = digest_of_cut(datagram) if datagram.missing else hash(datagram.payload)
        if self.half_open.in_use:
            records, placed = self.half_open.called(datagram, message, digest)
            if placed is not None:
                return placed
            self._unpack(records)
        if not trackable(message, datagram) and self._index.asked_in_other_version(datagram, message) is None:
            self._esp_answers.take(datagram, message)
            self._authip.take(datagram, message)
            return NOWHERE
        live, seen, begins = self._known(datagram, message, digest)
        if live is None:
            full = begins and self.half_open.alone >= self.half_open.most
            packed = self.half_open.pack(datagram, message, digest, self.next_number) if full else None
            if packed is not None:
                self.next_number += 1
                return packed
            if message.responder_spi != ZERO_SPI and self._esp_answers.take(datagram, message):
                return NOWHERE
            live = self._begin(datagram, message, digest, begins=begins)
        elif seen is None and live.alone:
            self.half_open.heard(live)
        return self._place(live, seen, digest, datagram, message, begins)

    def watch(self, points: Points | None) -> None:
        """At which points packets are captured is noted there while they are read."""
        self._index.points = points

    def pack_alike(self, datagram: Datagram) -> Placed | None:
        """Place one message that need not be decoded: one of a flood, like others of it. None: `feed` it."""
        placed = self.half_open.pack_alike(datagram, self.next_number) if self.half_open.is_full else None
        if placed is not None:
            self.next_number += 1
            self._step(datagram.frame_number)
        return placed

    def _step(self, frame_number: int) -> None:
        """A message comes: as `Pace.step`, which most need not be asked."""
        pace = self.pace
        if pace.left <= 0:
            pace.step(frame_number)
        else:
            pace.left, pace.frame = pace.left - 1, frame_number

    def note(
        self,
        some: Sealed,
        start: int,
        stop: int,
        one: Callable[..., None],
        numbers: list[int | None],
        senders: list[bool | None],
    ) -> None:
        """Place messages from columns, as `Noter.note`."""
        while start < stop:
            end = self.pace.reach(some.frame, start, stop)
            left = self.pace.left
            self._noter.note(some, start, end, one, numbers, senders)
            self.pace.passed(some.frame, start, end, left)
            start = end

    def _place(
        self, live: Live, seen: Seen | None, digest: int, datagram: Datagram, message: Message, begins: bool
    ) -> Placed:
        """Place a message of an SA; seen: the step of the same bytes before it; begins: it is a first message."""
        if begins and not live.begun:
            live.begun, live.negotiation.starts_late = True, False
            if message.major_version == 1:
                take_sides(live.negotiation, datagram)
                live.ends = None
                self._index.moved(live, hosts_of(datagram))
        from_initiator = self._sides(live, datagram, message, seen)
        if seen is None:
            placed = self._first(live, digest, datagram, message, from_initiator)
        else:
            placed = self._repeat(live, seen, digest, datagram, message, from_initiator)
        live.last_time = datagram.time_ns
        return placed

    def _known(self, datagram: Datagram, message: Message, digest: int) -> tuple[Live | None, Seen | None, bool]:
        """The SA of a message, if it is known; the step of the same bytes before; whether it may begin an SA."""
        seen, begins = None, False
        live = self._index.by_pair.get((message.major_version, message.initiator_spi, message.responder_spi))
        if live is None:
            live, begins = self._index.find(datagram, message, digest)
        if live is not None:
            seen = self._messages.get(digest ^ live.negotiation.number)
            if begins and seen is None and restarts(live):
                live = None
        return live, seen, begins

    def _unpack(self, records: Iterable[Record]) -> None:
        """Make negotiations of packed first messages, under the numbers and with the frames that they have."""
        after, lives = self.next_number, {}
        try:
            for record in records:
                record.take()
                one, number, digest = record.datagram, record.row.number, record.row.digest
                message = decode(one.payload, one.missing, self._memory)
                if record.row.state == FIRST:
                    self.next_number = number
                    lives[number] = self._begin(one, message, digest, begins=True)
                seen = self._messages.get(digest ^ number)
                self.unpacked.append(
                    (one, message, self._place(lives[number], seen, digest, one, message, begins=True))
                )
        finally:
            self.next_number = after

    def _sides(self, live: Live, datagram: Datagram, message: Message, seen: Seen | None) -> bool:
        """Whether the SA's initiator sent a message; where its sides are now is noted."""
        _, _, transport, src_ip, src_port, dst_ip, dst_port, _, _, _, _ = datagram
        ends, back = (src_ip, src_port, dst_ip, dst_port, transport), (dst_ip, dst_port, src_ip, src_port, transport)
        if message.major_version == 2 == live.negotiation.ike_version:
            from_initiator = message.flags & FLAG_INITIATOR != 0
        elif live.ends in (ends, back):
            from_initiator = live.ends == ends
        else:
            from_initiator = sent_by_initiator(live, datagram, message, None if seen is None else seen[0])
        if not from_initiator:
            ends = back
        if ends != live.ends:
            self._index.note_ends(live, datagram.frame_number, ends)
        return from_initiator

    def icmp(self, error: IcmpError) -> None:
        """An ICMP error, joined to the newest SA of the quoted hosts, by SPI where quoted; that of ESP or AH later."""
        self._unpack(self.half_open.quoted(error))
        live = self._index.quoted(hosts_of(error), error.quoted[:8].hex() if len(error.quoted) >= 8 else None)
        if live is not None or error.protocol != "fragment":  # it may be one of any datagram
            self._icmp.append(error)
        if live is not None and error.protocol not in ("esp", "ah"):
            live.negotiation.icmp_errors.append(error)
            if live.alone:
                self.half_open.heard(live)

    def renumber(self, numbers: Callable[[int], int]) -> None:
        """Give all SAs other numbers, by those that they have. No message may come after it."""
        for n in (live.negotiation for live in self._lives):
            n.number = numbers(n.number)
            if n.rekeyed_from is not None:
                n.rekeyed_from = numbers(n.rekeyed_from)

    def finish(
        self,
        flows: list[Flow],
        streams: list[EspStream],
        first_time: int | None,
        last_time: int | None,
        gaps: Gaps | None = None,
    ) -> Story:
        """The end of the capture: pass the verdicts."""
        gaps, floods = gaps or Gaps(), self.settle()
        said = self.said(streams, last_time, gaps)
        return story_of([said], self._capture, flows, streams, (first_time, last_time), gaps, floods)

    def said(self, streams: list[EspStream], last_time: int | None, gaps: Gaps) -> Said:
        """What is known when the capture ends, but for what may concern any of its SAs; numbers are the last ones."""
        self._log.beginnings = gaps.beginnings
        self._log.settle()
        closed = close(self._lives, streams, last_time, gaps)
        odd = tuple(self._malformed), len(self._malformed), tuple(self._authip)
        return Said(closed, self._icmp, tuple(self._esp_answers), bool(gaps.unread), *odd)

    def settle(self) -> list[Flood]:
        """All messages are placed: what nobody answered becomes floods, which are returned, or negotiations."""
        if self._settled is None:
            found = settle(self.half_open, self._lives)
            self._unpack(found.kept)
            self._settled, self.defects = found.floods, [*found.defects, *self._malformed.left(), *self._authip.left()]
            if self.half_open.in_use:
                self.numbers = renumber(self._lives, self._first_number, self.next_number, found.numbers)
                self.next_number = self._first_number + len(self._lives)
        return self._settled

    def _begin(self, datagram: Datagram, message: Message, digest: int, *, begins: bool) -> Live:
        """A new SA: by its first message (`begins`), or found in the middle."""
        version = message.major_version
        from_initiator = message.flags & FLAG_INITIATOR != 0 if version == 2 else begun_by_initiator(datagram, message)
        ends = (datagram.src_ip, datagram.src_port), (datagram.dst_ip, datagram.dst_port)
        (i_ip, i_port), (r_ip, r_port) = ends if from_initiator else ends[::-1]
        kind = message.exchange_type
        mode, gdoi = IKEV2 if kind == _IKE_SA_INIT else kind_of(datagram, message, self._index)
        known = message.initiator_spi, message.responder_spi, i_ip, i_port, r_ip, r_port, self._log
        new = Negotiation(self.next_number, self._capture, version, mode, *known, gdoi=gdoi)
        live = self._new(new, datagram.frame_number)
        if mode != "group-rekey" and kind != _IKE_SA_INIT and kind not in PHASE1 and not begins_negotiation(message):
            parent = parent_of(self._index.between(hosts_of(datagram)), message, datagram, from_initiator)
            if parent is not None:
                live.negotiation.rekeyed_from = parent.negotiation.number
                live.made_inside()
            else:
                live.negotiation.starts_late = True
        self._index.add(live, datagram, digest)
        live.alone = begins
        self.half_open.alone += begins
        return live

    def _adopt(self, parent: Live, spis: tuple[str, str], suite: Suite | None, answer: Datagram) -> None:
        """A new IKE SA negotiated inside `parent` and read with keys (RFC 7296 section 1.3.2): follow it.

        Who is answered is its initiator, at the addresses and ports of that answer.
        Its own messages may have come before the one that makes it: captures are merged by clocks that differ.
        """
        p = parent.negotiation
        live = self._index.by_pair.get((2, *spis))
        if live is None or live.negotiation.number <= p.number:
            ends = answer.dst_ip, answer.dst_port, answer.src_ip, answer.src_port
            new = Negotiation(self.next_number, self._capture, 2, "ikev2", *spis, *ends, self._log)
            live = self._new(new, answer.frame_number)
            self._index.add_pair(live)
            self._index.moved(live, hosts_of(answer))
        n = live.negotiation
        n.rekeyed_from, n.starts_late, n.suite, n.chosen_frame = p.number, False, suite, answer.frame_number
        live.made_inside()

    def _new(self, negotiation: Negotiation, frame_number: int) -> Live:
        live = Live(negotiation)
        self.next_number += 1
        self._lives.append(live)
        self.begun.append(frame_number)
        return live

    def _repeat(
        self, live: Live, seen: Seen, digest: int, datagram: Datagram, message: Message, from_initiator: bool
    ) -> Placed:
        """The same bytes again: a retransmission, or a mirror port's copy of the latest transmission."""
        n, log, (latest, exchange, hops) = live.negotiation, self._log, seen
        time, before = datagram.time_ns, (log.frame_number(latest), log.time(latest))
        duplicate = note_copy(n, datagram, message, before, hops, self._index.sighting(datagram, before[0]))
        shape = log.shape(latest)._replace(from_initiator=from_initiator, transport=datagram.transport)
        origin = log.origin(latest)
        step = log.add(exchange, datagram.frame_number, time, shape, origin, is_copy=duplicate)
        if not duplicate:
            self._messages[digest ^ n.number] = step, exchange, one_more(hops, datagram)
        if self._reads and not message.encrypted and message.major_version == n.ike_version:
            # It may come from another address than before, as on both sides of a NAT
            (ikev2 if message.major_version == 2 else ikev1).detect_nat(live, from_initiator, datagram, message)
        answering, first = from_initiator != log.begun_by_initiator(exchange), log.frame_number(origin)
        group = ikev1.group_so_far(live) if ikev1.KE in shape.payload_types else None
        fragment, begun = shape.fragment, (n.number, from_initiator, answering, None, first, duplicate)
        return build(Placed, (*begun, None, None, fragment, group, n.gdoi, False))

    def _first(self, live: Live, digest: int, datagram: Datagram, message: Message, from_initiator: bool) -> Placed:
        """Bytes not seen before."""
        number, version, encrypted = live.negotiation.number, message.major_version, message.encrypted
        frame_number, time, transport, *_ = datagram
        inside = None
        if encrypted and (self._opener is not None or isinstance(datagram, Revealed)):
            self._opener = opener = self._opener or opener_of(None, self._memory)  # a log shows it without any keys
            inside = opener.open(live, datagram, message, from_initiator)
        whole, opened = message, inside
        if version == 1 and message.payloads:  # there may be a Cisco fragment among them
            whole, opened = reassembled(self._opener, live, datagram, message, from_initiator, inside, self._memory)
        looks = looked_at(live, message, transport, from_initiator, self._memory, inside, whole)
        (shape, may_change, is_readable), enter = looks, self._exchanges.enter
        exchange, step, begun, answered = enter(live, message, from_initiator, frame_number, time, shape)
        self._messages[digest ^ number] = step, exchange, datagram.hop
        child = group = None
        if may_change:
            taken = build(Step, (frame_number, time, None, False, *shape))
            if is_readable:
                child, group = self._read(live, exchange, message.exchange_type, taken, datagram, whole, opened)
            kind = message.exchange_type, message.message_id
            take(self._index, live, exchange, taken, kind, (datagram.src_ip, datagram.dst_ip), answered)
        decrypted, fragment = self._decrypted(opened) if encrypted else None, shape.fragment
        answering, gdoi = shape.is_response if version == 2 else from_initiator != begun, live.negotiation.gdoi
        placed = number, from_initiator, answering, child, None, False, decrypted, opened, fragment, group, gdoi, False
        return build(Placed, placed)

    def _read(
        self, live: Live, place: int, kind: int, step: Step, datagram: Datagram, whole: Message, opened: Inside | None
    ) -> tuple[int | None, int | None]:
        """Take in what can be read of a message: the child SA it is about, and the group of IKEv1's KE payload."""
        if whole.major_version == 2 and opened is None:
            return ikev2.read_clear(live, place, kind, step, datagram, whole, reads=self._reads), None
        if whole.major_version == 2 and opened is not None:
            about = ikev2.read_inside(self._index, live, Exchange(self._log, place), step, datagram, opened)
            if about.ike_spis is not None:
                self._adopt(live, about.ike_spis, about.suite, datagram)
            return about.child, None
        found = ikev1.read(self._index, live, place, step, datagram, whole, opened, reads=self._reads)
        if self._opener is not None:
            self._opener.keep_public_values(live, step.from_initiator, whole, opened)
        return found

    def _decrypted(self, inside: Inside | None) -> bool | None:
        """Whether keys opened an encrypted message; None for a fragment that they opened, without the whole set."""
        waits = inside is None and self._opener is not None and self._opener.waits
        return None if waits else inside is not None
