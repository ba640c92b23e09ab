"""IP reassembly with limits (RFC 791 section 3.2, RFC 8200 section 4.5)."""

from collections.abc import Callable
from typing import NamedTuple

from analyzer.capture.damage import Damage
from analyzer.capture.network import IpPacket
from analyzer.capture.span import Span

MAX_DATAGRAMS = 1024
MAX_BYTES = 8 << 20
MAX_PIECES = 256  # of one datagram; 65,535 bytes over the smallest IPv6 MTU are 54
MAX_AGE_NS = 60_000_000_000  # RFC 8200 section 4.5
MAX_LENGTH = 65_535
_REMEMBERED = 1024


class _Piece(NamedTuple):
    offset: int
    data: bytes
    length: int  # on the wire: more than len(data) where the capture cut it


class Partial:
    """The fragments of one datagram that have arrived."""

    def __init__(self, packet: IpPacket, frame_number: int, time_ns: int | None) -> None:
        self.pair = packet.pair
        self.protocol = packet.protocol
        self.first_frame = frame_number
        self.frame_number = frame_number
        self.time_ns = self.last_time_ns = time_ns
        self.pieces: list[_Piece] = []
        self.total: int | None = None  # known once the last fragment arrived
        self.stored = 0

    def is_complete(self) -> bool:
        """Whether all bytes of the wire are accounted for, captured or not."""
        if self.total is None:
            return False
        reach = 0
        for piece in sorted(self.pieces):
            if piece.offset > reach:
                return False
            reach = max(reach, piece.offset + piece.length)
        return reach >= self.total

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

    Bytes that arrived first are kept where fragments overlap. The table is bounded in datagrams, bytes and age; what leaves it without
    having become whole is handed to `abandon` if its beginning is there.
    """

    def __init__(self, damage: Damage, abandon: Callable[[Partial], None]) -> None:
        self._damage = damage
        self._abandoned = abandon
        self._partials: dict[tuple[bytes, int, int], Partial] = {}
        self._completed: dict[tuple[bytes, int, int], None] = {}
        self._stored = 0

    def add(self, packet: IpPacket, frame_number: int, time_ns: int | None) -> IpPacket | None:
        """Take a fragment; the whole packet if this one made it whole."""
        self._expire(time_ns)
        fragment, payload = packet.fragment, packet.payload
        assert fragment is not None  # noqa: S101 (the caller's promise, for the type checker)
        key = (packet.pair, packet.protocol if len(packet.pair) == 8 else -1, fragment.identification)
        if fragment.offset == 0 and payload.missing:
            # The snapshot length cut it: nothing that comes can be joined to it. Its own bytes are read now.
            if key in self._partials:
                self._forget(key)
            self._complete(key)
            return packet._replace(fragment=None)
        if not self._fits(packet, frame_number):
            return None
        partial = self._partials.get(key)
        if partial is None:
            if len(self._partials) >= MAX_DATAGRAMS:
                self._drop_oldest("datagrams in reassembly", MAX_DATAGRAMS)
            partial = self._partials[key] = Partial(packet, frame_number, time_ns)
        if fragment.offset == 0:
            partial.protocol = packet.protocol  # only the first fragment's next header counts (RFC 8200 section 4.5)
            partial.frame_number, partial.time_ns = frame_number, time_ns
        partial.last_time_ns = time_ns
        self._insert(partial, packet, frame_number)
        if partial.is_complete():
            self._forget(key)
            self._complete(key)
            return IpPacket(partial.pair, partial.protocol, partial.span(), None)
        while self._stored > MAX_BYTES:
            self._drop_oldest("bytes in reassembly", MAX_BYTES)
        return None

    def finish(self) -> None:
        """End of the capture: abandon what did not become whole."""
        for key in list(self._partials):
            self._abandon(key, "the capture ends")

    def _fits(self, packet: IpPacket, frame_number: int) -> bool:
        fragment, payload = packet.fragment, packet.payload
        assert fragment is not None  # noqa: S101
        length = payload.wire_length
        if length == 0 or (fragment.more and length % 8):
            found = f"{length} bytes in a fragment that is not the last"
            self._damage.add(
                "wire-fragment-length", payload.start, "a multiple of 8", found, "fragment is left out", frame_number
            )
            return False
        if fragment.offset + length > MAX_LENGTH:
            found = f"fragment ends at {fragment.offset + length}"
            self._damage.add(
                "wire-fragment-length",
                payload.start,
                f"at most {MAX_LENGTH} bytes",
                found,
                "fragment is left out",
                frame_number,
            )
            return False
        return True

    def _insert(self, partial: Partial, packet: IpPacket, frame_number: int) -> None:
        fragment, payload = packet.fragment, packet.payload
        assert fragment is not None  # noqa: S101
        data = bytes(payload.data[payload.start : payload.end])
        piece = _Piece(fragment.offset, data, payload.wire_length)
        if piece in partial.pieces:  # a mirror port's copy, or sent again
            return
        end = piece.offset + piece.length
        last = max((p.offset + p.length for p in partial.pieces), default=0)
        if any(p.offset < end and piece.offset < p.offset + p.length for p in partial.pieces):
            found = f"bytes {piece.offset}-{end - 1} overlap earlier fragments"
            self._damage.add(
                "wire-fragment-overlap",
                payload.start,
                "disjoint fragments",
                found,
                "the bytes that came first are kept",
                frame_number,
            )
        elif partial.total is not None and end > partial.total:
            self._damage.add(
                "wire-fragment-overlap",
                payload.start,
                f"fragments up to {partial.total}",
                f"bytes up to {end}",
                "fragment is left out",
                frame_number,
            )
            return
        if len(partial.pieces) >= MAX_PIECES:
            self._damage.add(
                "limit-fragments",
                payload.start,
                f"at most {MAX_PIECES} fragments",
                "more",
                "fragment is left out",
                frame_number,
            )
            return
        if not fragment.more and partial.total is None and end >= last:
            partial.total = end
        partial.pieces.append(piece)
        partial.stored += len(data)
        self._stored += len(data)

    def _complete(self, key: tuple[bytes, int, int]) -> None:
        self._completed[key] = None
        if len(self._completed) > _REMEMBERED:
            del self._completed[next(iter(self._completed))]

    def _expire(self, now_ns: int | None) -> None:
        """Abandon the oldest while they are too old. A capture's times may run backwards: then nothing is old."""
        while self._partials and now_ns is not None:
            key, partial = next(iter(self._partials.items()))
            if partial.last_time_ns is None or now_ns - partial.last_time_ns <= MAX_AGE_NS:
                return
            self._abandon(key, "no more came within 60 s")

    def _drop_oldest(self, what: str, limit: int) -> None:
        self._abandon(next(iter(self._partials)), f"more than {limit} {what}")

    def _abandon(self, key: tuple[bytes, int, int], why: str) -> None:
        partial = self._forget(key)
        if key in self._completed:  # a copy of a fragment of a datagram that did become whole
            return
        known = "unknown" if partial.total is None else str(partial.total)
        found = f"{sum(p.length for p in partial.pieces)} of {known} bytes, then {why}"
        self._damage.add(
            "capture-fragments-incomplete",
            0,
            "all fragments of a datagram",
            found,
            "the datagram is not whole",
            partial.first_frame,
        )
        if any(piece.offset == 0 for piece in partial.pieces):
            self._abandoned(partial)

    def _forget(self, key: tuple[bytes, int, int]) -> Partial:
        partial = self._partials.pop(key)
        self._stored -= partial.stored
        return partial
