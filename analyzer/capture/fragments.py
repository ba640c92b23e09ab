"""IP reassembly with limits (RFC 791 section 3.2, RFC 8200 section 4.5)."""

from collections import OrderedDict
from collections.abc import Callable
from typing import NamedTuple

from analyzer.capture.damage import Damage
from analyzer.capture.datagram import Datagram, IcmpError
from analyzer.capture.network import UDP, Fragment, IpPacket
from analyzer.capture.span import Span

MAX_DATAGRAMS = 1024
MAX_BYTES = 8 << 20
MAX_PIECES = 256  # of one datagram; 65,535 bytes over the smallest IPv6 MTU are 54
MAX_AGE_NS = 60_000_000_000  # RFC 8200 section 4.5
MAX_LENGTH = 65_535
_REMEMBERED = 1024
_MOMENT_NS = 2_000_000_000
_COMPARED = 128  # bytes of a first fragment by which its copy is known: ports, checksum, and more than a header


def datagram_key(pair: bytes, protocol: int, identification: int) -> bytes:
    """What fragments of one datagram have in common: addresses, identification, and in IPv4 the protocol."""
    if len(pair) == 8:
        return pair + protocol.to_bytes(1, "big") + identification.to_bytes(2, "big")
    return pair + identification.to_bytes(4, "big")


class _Piece(NamedTuple):
    offset: int
    data: bytes
    length: int  # on the wire: more than len(data) where the capture cut it


class Partial:
    """The fragments of one datagram that have arrived.

    is_copy: the same datagram was whole, or set aside, a moment ago. waits: more of it may come. read: what was read of
    the beginning, if nothing more came. begins: its first fragment is there; is_begun: it came, and may have been left
    out. hop: of its first fragment, as of a Datagram.
    """

    __slots__ = (
        *("begins", "first_frame", "frame_number", "hop", "is_begun", "is_copy", "key", "last_frame", "last_time_ns"),
        *("overlaps", "pair", "pieces", "protocol", "read", "stored", "time_ns", "total", "waits"),
    )

    def __init__(self, key: bytes, packet: IpPacket, frame_number: int, time_ns: int | None, *, is_copy: bool) -> None:
        self.key = key
        self.waits = True
        self.read: list[Datagram | IcmpError | Partial] = []
        self.pair = packet.pair
        self.protocol = packet.protocol
        self.hop = b""
        self.begins = self.is_begun = False
        self.first_frame = self.last_frame = frame_number
        self.frame_number = frame_number
        self.time_ns = self.last_time_ns = time_ns
        self.pieces: list[_Piece] = []
        self.total: int | None = None  # known once the last fragment arrived
        self.stored = 0
        self.is_copy = is_copy
        self.overlaps = False  # some claim the same bytes: which of them is the last is not sure either

    @property
    def first(self) -> bytes:
        """What the first fragment holds; empty if it is not there."""
        return next((piece.data for piece in self.pieces if piece.offset == 0), b"")

    def is_complete(self) -> bool:
        """Whether all bytes of the wire are accounted for, captured or not."""
        if self.total is None or not self.begins or (self.overlaps and self._promised() > self.total):
            return False
        reach = 0
        for piece in sorted(self.pieces):
            if piece.offset > reach:
                return False
            reach = max(reach, piece.offset + piece.length)
        return reach >= self.total

    def _promised(self) -> int:
        """The bytes that the UDP header speaks of; 0: there is none."""
        return int.from_bytes(self.first[4:6], "big") if self.protocol == UDP else 0

    def span(self) -> Span:
        """The captured bytes from the beginning to the first gap, and how many are missing behind them."""
        known = max((p.offset + p.length for p in self.pieces), default=0)
        total = known if self.total is None else self.total
        whole, held = bytearray(total), bytearray(total)
        for piece in reversed(self.pieces):  # where pieces overlap, the one that came first has the last word
            end = min(piece.offset + len(piece.data), total)
            whole[piece.offset : end] = piece.data[: end - piece.offset]
            held[piece.offset : end] = b"\1" * (end - piece.offset)
        gap = held.find(0)
        length = total if gap < 0 else gap
        return Span(bytes(whole[:length]), 0, length, total - length, in_frame=False)


class Reassembler:
    """Puts IPv4 and IPv6 datagrams together from their fragments.

    Bytes that arrived first are kept where fragments overlap. The table is bounded in datagrams, bytes and age; what
    leaves it without having become whole is handed to `abandoned`, which says whether it is known from elsewhere;
    `begun` gets it when its beginning arrives. A datagram is set aside when its first fragment shows that it does not
    concern us.

    later_fragments: how many arrived that are not the first of a datagram. point_of: the point at which a frame was
    captured, if there are several: each sees all fragments of a datagram, and those of one are not another's.
    """

    def __init__(
        self,
        damage: Damage,
        concerns: Callable[[IpPacket], bool],
        begun: Callable[[Partial], None],
        abandoned: Callable[[Partial], bool],
    ) -> None:
        self.later_fragments = 0
        self.point_of: Callable[[int], int] | None = None
        self._damage = damage
        self._concerns = concerns
        self._begun = begun
        self._abandoned = abandoned
        self._partials: OrderedDict[bytes, Partial] = OrderedDict()  # the oldest in front
        # When the last datagrams were whole, set aside or abandoned, and what their first fragment held
        self._settled: OrderedDict[bytes, tuple[int | None, bytes]] = OrderedDict()
        self._stored = 0
        self._begun_partials = 0

    def add(self, packet: IpPacket, fragment: Fragment, frame_number: int, time_ns: int | None) -> IpPacket | None:
        """Take a fragment; the whole packet if this one made it whole."""
        key = datagram_key(packet.pair, packet.protocol, fragment.identification)
        if fragment.offset:
            return self.add_later(key, packet, fragment, frame_number, time_ns)
        if not self._concerns(packet):
            self.set_aside(key, frame_number, time_ns)
            return None
        key = self._here(key, frame_number)
        self.expire(time_ns)
        was_settled = self._unsettle(key, time_ns, packet.payload)
        if packet.payload.missing:
            # The snapshot length cut it: nothing that comes can be joined to it. Its own bytes are read now.
            self._settle(key, time_ns)
            return packet._replace(fragment=None)
        if not self._fits(packet.payload, fragment, frame_number):
            return None
        partial = self._partial(key, packet, frame_number, time_ns, is_copy=was_settled)
        if not partial.begins:
            self._begun_partials += not partial.is_begun
            partial.is_begun = True
            if not partial.is_copy:
                self._begun(partial)
            partial.protocol = packet.protocol  # only the first fragment's counts (RFC 8200 section 4.5)
            partial.frame_number, partial.time_ns, partial.hop = frame_number, time_ns, packet.hop
        return self._join(partial, packet.payload, fragment, frame_number, time_ns)

    def _here(self, key: bytes, frame_number: int) -> bytes:
        """The key of a datagram as it is seen at the point of this frame."""
        point = self.point_of(frame_number) if self.point_of is not None else 0
        return key + bytes((point,)) if point else key

    def set_aside(self, key: bytes, frame_number: int, time_ns: int | None) -> None:
        """Take the first fragment of a datagram that does not concern us."""
        key = self._here(key, frame_number)
        self.expire(time_ns)
        self._settled.pop(key, None)
        self._settle(key, time_ns)

    def add_later(
        self, key: bytes, packet: IpPacket, fragment: Fragment, frame_number: int, time_ns: int | None
    ) -> IpPacket | None:
        """Take a fragment that is not the first of its datagram, as `add` does."""
        key = self._here(key, frame_number)
        self.expire(time_ns)
        self.later_fragments += 1
        if self._unsettle(key, time_ns, None):
            self._settle(key, time_ns)
            return None
        if not self._fits(packet.payload, fragment, frame_number):
            return None
        partial = self._partial(key, packet, frame_number, time_ns, is_copy=False)
        return self._join(partial, packet.payload, fragment, frame_number, time_ns)

    @property
    def is_begun(self) -> bool:
        """Whether some datagram waits of which the first fragment came."""
        return self._begun_partials > 0

    @property
    def waits(self) -> bool:
        """Whether the rest of some datagram may still come."""
        return bool(self._partials)

    def finish(self) -> None:
        """End of the capture: abandon what did not become whole."""
        while self._partials:
            self._abandon(next(iter(self._partials)), "the capture ends")

    def give_up(self, partial: Partial, why: str) -> None:
        """Abandon a datagram whose rest may still come."""
        if partial.waits:
            self._abandon(partial.key, why)

    def _partial(
        self, key: bytes, packet: IpPacket, frame_number: int, time_ns: int | None, *, is_copy: bool
    ) -> Partial:
        """What has arrived of the datagram with this key, made if it is new."""
        partial = self._partials.get(key)
        if partial is None:
            if len(self._partials) >= MAX_DATAGRAMS:
                self._abandon(next(iter(self._partials)), f"more than {MAX_DATAGRAMS} others begin")
            partial = self._partials[key] = Partial(key, packet, frame_number, time_ns, is_copy=is_copy)
        return partial

    def _join(
        self, partial: Partial, payload: Span, fragment: Fragment, frame_number: int, time_ns: int | None
    ) -> IpPacket | None:
        """Put a fragment to the others of its datagram; the whole packet if nothing is missing now."""
        partial.last_frame, partial.last_time_ns = frame_number, time_ns
        self._insert(partial, payload, fragment, frame_number)
        if partial.is_complete():
            self._settle(partial.key, time_ns, partial.first)
            return IpPacket(partial.pair, partial.protocol, partial.span(), None, partial.hop)
        while self._stored > MAX_BYTES:
            self._abandon(next(iter(self._partials)), f"more than {MAX_BYTES} bytes of others wait")
        return None

    def _fits(self, payload: Span, fragment: Fragment, frame_number: int) -> bool:
        length, start = payload.wire_length, payload.start
        if length == 0 or (fragment.more and length % 8):
            expected, found = "a multiple of 8", f"{length} bytes in a fragment that is not the last"
        elif fragment.offset + length > MAX_LENGTH:
            expected, found = f"at most {MAX_LENGTH} bytes", f"a fragment up to {fragment.offset + length}"
        else:
            return True
        self._damage.add("wire-fragment-length", start, expected, found, "the fragment is left out", frame_number)
        return False

    def _insert(self, partial: Partial, payload: Span, fragment: Fragment, frame_number: int) -> None:
        offset = fragment.offset
        piece = _Piece(offset, bytes(payload.data[payload.start : payload.end]), payload.wire_length)
        end, last = offset + piece.length, 0
        if partial.pieces:
            if piece in partial.pieces:  # a mirror port's copy, or a retransmission
                return
            if len(partial.pieces) >= MAX_PIECES:
                expected, effect = f"at most {MAX_PIECES} fragments", "the fragment is left out"
                self._damage.add("limit-fragments", payload.start, expected, "one more", effect, frame_number)
                return
            last = max(p.offset + p.length for p in partial.pieces)
            if any(p.offset < end and offset < p.offset + p.length for p in partial.pieces):
                found, effect = f"bytes {offset} to {end - 1} overlap others", "the bytes that came first are kept"
                start, expected = payload.start, "disjoint fragments"
                self._damage.add("wire-fragment-overlap", start, expected, found, effect, frame_number)
                partial.overlaps = True
        if not fragment.more and end >= last and (partial.total is None or partial.overlaps):
            partial.total = end
        partial.begins |= offset == 0
        partial.pieces.append(piece)
        partial.stored += len(piece.data)
        self._stored += len(piece.data)

    def expire(self, now_ns: int | None) -> None:
        """Abandon the oldest while they are too old. A capture's times may run backwards: then nothing is old."""
        while self._partials and now_ns is not None:
            key, partial = next(iter(self._partials.items()))
            if partial.last_time_ns is None or now_ns - partial.last_time_ns <= MAX_AGE_NS:
                return
            self._abandon(key, "no more came within 60 s")

    def _abandon(self, key: bytes, why: str) -> None:
        partial = self._forget(key)
        if partial is None:
            return
        self._settle(key, partial.last_time_ns, partial.first)
        if partial.is_copy:
            return
        is_known = self._abandoned(partial)
        kind = "capture-fragments-incomplete"
        if self._damage.is_full(kind):
            self._damage.count(kind)
        else:
            known = "unknown" if partial.total is None else str(partial.total)
            found = f"{sum(p.length for p in partial.pieces)} of {known} bytes, then {why}"
            read = "only its beginning can be read" if partial.begins else "without its beginning it cannot be read"
            read = "another transmission shows what it holds" if is_known else read
            effect = f"the datagram is not whole: {read}"
            self._damage.add(kind, 0, "all fragments of a datagram", found, effect, partial.first_frame)

    def _settle(self, key: bytes, time_ns: int | None, first: bytes = b"") -> None:
        """Nothing more is wanted of this datagram; copies of its fragments will be known for a while."""
        self._forget(key)
        self._settled[key] = time_ns, first[:_COMPARED]
        if len(self._settled) > _REMEMBERED:
            self._settled.popitem(last=False)

    def _unsettle(self, key: bytes, now_ns: int | None, begins: Span | None) -> bool:
        """Whether a datagram with this key was settled a moment ago; later its identification is another one's.

        A first fragment that holds the same bytes is a copy however late it comes.
        """
        if key not in self._settled:
            return False
        then_ns, first = self._settled.pop(key)
        if begins is not None and first and begins.data[begins.start : begins.start + len(first)] == first:
            return True
        return then_ns is None or now_ns is None or abs(now_ns - then_ns) <= _MOMENT_NS

    def _forget(self, key: bytes) -> Partial | None:
        partial = self._partials.pop(key, None)
        if partial is not None:
            partial.waits = False
            self._stored -= partial.stored
            self._begun_partials -= partial.is_begun
        return partial
