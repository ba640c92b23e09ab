"""First messages of a flood, packed: what each takes to be told as if there were no flood, in some eighty bytes.

Records are found by initiator's SPI. They stand in two halves, a young one that grows and an old one; when the young
one is full, the old one is forgotten. That bounds the room they take, and what was packed last is known longest.
"""

from collections.abc import Iterable, Iterator
from struct import Struct
from typing import Final, NamedTuple

from analyzer.capture.addresses import packed_address, text_of
from analyzer.capture.datagram import NO_TIME, Datagram
from analyzer.negotiation.follow.patterns import SPI, Pattern

FIRST, REPEAT, TAKEN = 0, 1, 2
"""What a record is: of the first transmission, of another one, or of one that is told by now."""

CROWD: Final = 8
"""First messages under one SPI; more are a tool's, and only messages between the same two hosts find those."""

_BUCKETS, _PLACE = 1 << 14, 4
_ENTRY = SPI + _PLACE

# state, depth in its chain, size of `hop`, size of the source address, source, its port, the target's, size of the
# rest, pattern, number; place + 1 of the record before it under the same key; place of the rest; frame, time, digest,
# SPI, hop
ROW: Final = Struct("<BBBB16sHHHIIIIQqq8s8s")
_DEPTH: Final = 1  # its place in a row
DTYPE: Final = {
    "names": ["state", "size", "source", "source4", "target_port", "pattern", "number", "frame", "time", "spi"],
    "formats": ["u1", "u1", "S16", "<u4", "<u2", "<u4", "<u4", "<u8", "<i8", "<u8"],
    "offsets": [0, 3, 4, 4, 22, 26, 30, 42, 50, 66],
    "itemsize": ROW.size,
}
"""What numpy reads of a row: of IPv4 the source is source4."""

_PER_ROW: Final = ROW.size + 2 * _ENTRY  # with its entry in the index


class Row(NamedTuple):
    """The columns of a record; see ROW."""

    state: int
    depth: int
    hop_size: int
    size: int
    source: bytes
    port: int
    target_port: int
    rest_size: int
    pattern: int
    number: int
    before: int
    rest: int
    frame: int
    time: int
    digest: int
    spi: bytes
    hop: bytes


class Record(NamedTuple):
    """One packed message: in which half and at which place its row is, what the tracker gave it, its datagram."""

    half: "Half"
    place: int
    row: Row
    target: str
    datagram: Datagram

    def take(self) -> None:
        """The message is told from now on."""
        self.half.rows[self.place] = TAKEN


class Half:
    """Some records, and where they are by key."""

    def __init__(self) -> None:
        self.rows = bytearray()
        self.rests = bytearray()
        self._buckets: list[bytearray | None] = [None] * _BUCKETS

    @property
    def size(self) -> int:
        """Bytes that it takes, roughly."""
        return len(self.rows) // ROW.size * _PER_ROW + len(self.rests)

    def newest(self, key: bytes) -> int:
        """Place + 1 of the newest record under a key; 0: there is none."""
        bucket = self._buckets[hash(key) % _BUCKETS]
        at = -1 if bucket is None else _entry(bucket, key)
        return 0 if bucket is None or at < 0 else int.from_bytes(bucket[at + SPI : at + _ENTRY], "little")

    def put(self, key: bytes, place: int, *, new: bool = False) -> None:
        """Make the record at a place the newest under a key. new: there is none."""
        number, entry = hash(key) % _BUCKETS, (place + 1).to_bytes(_PLACE, "little")
        bucket = self._buckets[number]
        if bucket is None:
            self._buckets[number] = bytearray(key + entry)
            return
        at = -1 if new else _entry(bucket, key)
        if at < 0:
            bucket += key + entry
        else:
            bucket[at + SPI : at + _ENTRY] = entry

    def row(self, place: int) -> Row:
        """The record at a place."""
        return Row._make(ROW.unpack_from(self.rows, place))

    def chain(self, key: bytes) -> Iterator[tuple[int, Row]]:
        """The records under a key that are not told yet, with their places, newest first."""
        following = self.newest(key)
        while following:
            row = self.row(following - 1)
            if row.state != TAKEN:
                yield following - 1, row
            following = row.before


def _entry(bucket: bytearray, key: bytes) -> int:
    """Where the entry of a key is in a bucket; -1: nowhere."""
    at = bucket.find(key)
    while at > 0 and at % _ENTRY:
        at = bucket.find(key, at + 1)
    return at


def _crowded(spi: bytes, source: bytes, target: str) -> bytes:
    """The key of a message of a crowd."""
    return hash((spi, source, target)).to_bytes(SPI, "little", signed=True)


class Packed:
    """The records of one capture. room: bytes."""

    def __init__(self, room: int, patterns: list[Pattern]) -> None:
        self.halves = [Half()]
        self.room = room
        self._patterns = patterns

    def knows(self, spi: bytes) -> bool:
        """Whether there may be records under a SPI."""
        return any(half.newest(spi) for half in self.halves)

    def add(
        self,
        datagram: Datagram,
        pattern: Pattern,
        number: int,
        digest: int,
        repeats: Row | None = None,
        *,
        new: bool = False,
    ) -> Half | None:
        """One more; repeats: the record of its first transmission; new: nothing is known under its SPI.

        Returned is the half that is forgotten for it, if there was no more room.
        """
        half, forgotten = self.halves[-1], None
        if half.size >= self.room // 2:
            if len(self.halves) > 1:
                forgotten = self.halves.pop(0)
            half = Half()
            self.halves.append(half)
        frame, time, _, src_ip, src_port, dst_ip, dst_port, payload, _, _, hop = datagram
        source, spi, rest = packed_address(src_ip), payload[:SPI], pattern.rest_of(datagram)
        key, before, depth = spi, 0 if new else half.newest(spi), 0
        if repeats is not None:
            depth = repeats.depth
        elif before:
            depth = min(CROWD, half.rows[before - 1 + _DEPTH] + 1)
        if depth == CROWD:
            key = _crowded(spi, source, dst_ip)
            before = half.newest(key)
        place = len(half.rows)
        half.rows += ROW.pack(
            FIRST if repeats is None else REPEAT, depth, len(hop), len(source), source, src_port, dst_port, len(rest),
            pattern.place, number, before, len(half.rests),
            frame, NO_TIME if time is None else time, digest, spi, hop,
        )  # fmt: skip
        half.rests += rest
        half.put(key, place, new=new)
        return forgotten

    def under(self, spi: bytes, hosts: tuple[str, str] = ("", "")) -> list[Record]:
        """The records under a SPI, oldest first; of a crowd those between the two hosts too."""
        found: list[Record] = []
        for half in self.halves:
            rows = list(half.chain(spi))
            newest = half.newest(spi)
            if newest and half.rows[newest - 1 + _DEPTH] == CROWD - 1 and hosts[0]:
                for source, target in (hosts, hosts[::-1]):
                    rows += half.chain(_crowded(spi, packed_address(source), target))
            found += [self._record(half, place, row) for place, row in sorted(rows)]
        return with_first(found)

    def records(self, half: Half, places: Iterable[int]) -> list[Record]:
        """The records at these places of a half."""
        return [self._record(half, place, half.row(place)) for place in places]

    def _record(self, half: Half, place: int, row: Row) -> Record:
        rest = bytes(half.rests[row.rest : row.rest + row.rest_size])
        target, port, transport, offset, missing, payload = self._patterns[row.pattern].carried(rest)
        time = None if row.time == NO_TIME else row.time
        src = text_of(row.source[: row.size])
        about = row.frame, time, transport, src, row.port, target, port, row.spi + payload, offset, missing
        return Record(half, place, row, target, Datagram(*about, row.hop[: row.hop_size]))


def with_first(records: list[Record]) -> list[Record]:
    """The records but those whose first transmission is forgotten."""
    begun = {record.row.number for record in records if record.row.state == FIRST}
    return [record for record in records if record.row.number in begun]
