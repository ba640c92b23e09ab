"""Negotiations of which there is a first message and no more, as far as a capture has been read; and their bound.

As long as there are few they are negotiations like all others. Beyond MOST of them a new one is packed away
(`packed.py`) and none of its state comes into being. Whatever comes for it later - an answer, a request after COOKIE,
an ICMP error - makes it a negotiation with its own number, frame and time, as if it had always been one. When the
capture ends, what nobody answered becomes a flood where there is more than MOST of it (`conclude/half_open.py`), and
else is told as ever: what is a flood does not depend on the order of the messages.

What is answered is never packed: a responder that answers each message of a flood makes each a negotiation.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from analyzer.capture.datagram import COPIED_NS, Datagram, IcmpError
from analyzer.isakmp import Message
from analyzer.isakmp.cursor import build
from analyzer.negotiation.follow.copies import is_copy_of, one_more
from analyzer.negotiation.follow.live import Live
from analyzer.negotiation.follow.packed import FIRST, Half, Packed, Record
from analyzer.negotiation.follow.patterns import SPI, Patterns, is_plain
from analyzer.negotiation.follow.placed import Placed
from analyzer.negotiation.follow.sa_index import SaIndex, begins_negotiation, names_of
from analyzer.negotiation.story import FloodForm

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analyzer.negotiation.follow.opening import Opener
    from analyzer.negotiation.follow.tally import Tally, Values

MOST: Final = 10_000
"""First messages without an answer that are negotiations each; of more the larger shapes are floods."""

ROOM: Final = 128 << 20
"""Bytes of what is packed: a million first messages, and more. It grows with --max-negotiations."""

MOST_REPEATS: Final = 8
"""Transmissions of one first message that are packed; with one more it is a negotiation again."""

_NO_SPI = bytes(SPI)


class HalfOpen:
    """Those of one capture. alone: how many negotiations have a first message and no more. index: all that is known.

    in_use: whether any was packed.
    """

    def __init__(self, index: SaIndex, opener: Opener | None, most: int | None = None) -> None:
        self._index, self._opener = index, opener
        self.most = MOST if most is None else most
        self.alone = 0
        self.in_use = False
        self.patterns = Patterns()
        self.packed = Packed(ROOM * max(1, self.most // MOST), self.patterns.all)
        self.tallies: dict[int, Tally] = {}  # of what was forgotten, by the place of its pattern
        self.forgotten_numbers: list[Values] = []
        self.forgotten_frame = 0  # the last one

    @property
    def is_full(self) -> bool:
        """Whether there are as many as may be negotiations."""
        return self.alone >= self.most

    def heard(self, live: Live) -> None:
        """There is more of a negotiation than its first message, of which there was no more."""
        live.alone = False
        self.alone -= 1

    def _may_be_packed(self, datagram: Datagram, message: Message) -> bool:
        return is_plain(datagram, message) and not self.keeps_values_of(message.initiator_spi)

    def keeps_values_of(self, initiator_spi: str) -> bool:
        """Whether the user's keys are of an SA with this SPI, and need what is not packed."""
        return self._opener is not None and self._opener.keeps_values_of(initiator_spi)

    def pack(self, datagram: Datagram, message: Message, digest: int, number: int) -> Placed | None:
        """Pack the first message of what would be negotiation `number`; None: it is to be one now."""
        if not self._may_be_packed(datagram, message):
            return None
        pattern = self.patterns.of(datagram, message)
        self._index.packed(message.major_version, message.initiator_spi, datagram.dst_ip, digest, number)
        self._forget(self.packed.add(datagram, pattern, number, digest))
        self.in_use = True
        return pattern.placed._replace(negotiation=number)

    def pack_alike(self, datagram: Datagram, number: int) -> Placed | None:
        """The same without a look at more than its bytes, where those before it were like it; None: it needs one.

        What is asked here is what places a message (`SaIndex.find`), by the same keys: a first message whose SPI,
        hosts and target nobody used is a new negotiation.
        """
        pattern = self.patterns.alike(datagram)
        spi = datagram.payload[:SPI]
        if pattern is None or spi == _NO_SPI or self.packed.knows(spi):
            return None
        text = spi.hex()
        if self._index.may_know(pattern.group[1].ike_version, text, datagram):
            return None
        if self.keeps_values_of(text):
            return None
        self._forget(self.packed.add(datagram, pattern, number, hash(datagram.payload), new=True))
        self.in_use = True
        return build(Placed, (number, *pattern.placed[1:]))

    def called(self, datagram: Datagram, message: Message, digest: int) -> tuple[list[Record], Placed | None]:
        """The packed first messages that a message is about, with all their transmissions, oldest first.

        None of them, but where it belongs, if it is one more transmission: that is packed, too.
        """
        spi = datagram.payload[:SPI]
        if len(spi) < SPI or not self.packed.knows(spi):
            return [], None
        found = self.packed.under(spi, (datagram.src_ip, datagram.dst_ip))
        if not begins_negotiation(message):
            meant = {r.row.number for r in found if _between(r, datagram) or _answers(r, datagram)}
        else:
            of_version = [r for r in found if self._form(r).ike_version == message.major_version]
            meant = {r.row.number for r in of_version if _between(r, datagram)}
            meant |= self._sights(of_version, datagram, message, digest)
        records = [record for record in found if record.row.number in meant]
        placed = self._pack_again(records, datagram, digest) if len(meant) == 1 else None
        return ([], placed) if placed is not None else (records, None)

    def _form(self, record: Record) -> FloodForm:
        return self.patterns.all[record.row.pattern].group[1]

    def _sights(self, records: Sequence[Record], datagram: Datagram, message: Message, digest: int) -> set[int]:
        """The number of the latest first message to the same target, if a NAT's sight of it comes from another source.

        The index keeps the latest only: what it has of an earlier one is taken out, as it would be without packing.
        """
        to_same = [record for record in records if record.row.state == FIRST and _to_same(record, datagram)]
        if not to_same:
            return set()
        latest = to_same[-1]
        spi, number = message.initiator_spi, latest.row.number
        self._index.packed(message.major_version, spi, latest.target, latest.row.digest, number)
        last = [record for record in records if record.row.number == number][-1]  # of its transmissions
        seen = _is_copy(last, datagram, digest) and self._index.may_be_sight(datagram, message, digest)
        return {number} if seen else set()

    def _pack_again(self, records: list[Record], datagram: Datagram, digest: int) -> Placed | None:
        """One more transmission of a first message, between the same ends; None: it is something else.

        A copy that the capture made is told from a retransmission as it is of any message.
        """
        first, *others = records
        if first.row.digest != digest or first.datagram[2:7] != datagram[2:7] or len(records) >= MOST_REPEATS:
            return None
        latest, hops = first.datagram, first.datagram.hop
        for record in others:
            if not is_copy_of(record.datagram, latest.time_ns, hops):
                latest, hops = record.datagram, one_more(hops, record.datagram)
        copied = is_copy_of(datagram, latest.time_ns, hops)
        pattern = self.patterns.all[first.row.pattern]
        self._forget(self.packed.add(datagram, pattern, first.row.number, digest, first.row))
        frame = first.datagram.frame_number
        return pattern.placed._replace(negotiation=first.row.number, retransmission_of=frame, duplicate=copied)

    def quoted(self, error: IcmpError) -> list[Record]:
        """The packed first messages that an ICMP error quotes."""
        if not self.in_use or len(error.quoted) < SPI or error.protocol != "udp":
            return []
        hosts = error.src_ip, error.dst_ip
        found = self.packed.under(error.quoted[:SPI], hosts)
        return [r for r in found if (r.datagram.src_ip, r.target) in (hosts, hosts[::-1])]

    def _forget(self, half: Half | None) -> None:
        if half is None:
            return
        from analyzer.negotiation.follow.tally import Tally, by_pattern, rows_of  # noqa: PLC0415  (numpy)

        rows, places = rows_of(half)
        if not len(places):
            return
        for place, some in by_pattern(rows, places):
            self.tallies.setdefault(place, Tally()).add(rows, some)
        self.forgotten_numbers.append(rows["number"][rows["state"] == FIRST])
        self.forgotten_frame = int(rows["frame"][places].max())


def _between(record: Record, datagram: Datagram) -> bool:
    """Between the same two hosts."""
    first = record.datagram
    return {first.src_ip, first.dst_ip} == {datagram.src_ip, datagram.dst_ip}


def _to_same(record: Record, datagram: Datagram) -> bool:
    """To the same target, by one of its names."""
    return not set(names_of(record.datagram.dst_ip)).isdisjoint(names_of(datagram.dst_ip))


def _is_copy(record: Record, datagram: Datagram, digest: int) -> bool:
    """The same bytes to the same target, a moment ago, from another source: as on both sides of a NAT."""
    first, now = record.datagram.time_ns, datagram.time_ns
    return record.row.digest == digest and first is not None and now is not None and abs(now - first) <= COPIED_NS


def _answers(record: Record, datagram: Datagram) -> bool:
    """From where the first message went to, or to where it came from."""
    first = record.datagram
    return datagram.dst_ip == first.src_ip or not set(names_of(first.dst_ip)).isdisjoint(names_of(datagram.src_ip))
