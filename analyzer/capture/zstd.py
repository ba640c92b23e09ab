"""One frame of zstd (RFC 8878), block by block, so that all in front of a damaged byte or of something else is kept."""

from typing import Final

MAGIC: Final = b"\x28\xb5\x2f\xfd"
_SKIPPABLE: Final = b"\x50\x2a\x4d\x18"  # the last four bits of the first byte are anybody's (section 3.1.2)
_DICTIONARY_SIZES, _CONTENT_SIZES = (0, 1, 2, 4), (0, 2, 4, 8)  # bytes, by two bits each
_SINGLE_SEGMENT, _CHECKSUM = 0x20, 0x04
_RLE: Final = 1


class Zstd:
    """A frame, or one to be skipped (sections 3.1.1 and 3.1.2); a block of it becomes 128 KiB at most.

    memory_limit: bytes of the largest window.
    """

    def __init__(self, memory_limit: int) -> None:
        import zstandard  # noqa: PLC0415  (only for such files)

        self._inner = zstandard.ZstdDecompressor(max_window_size=memory_limit).decompressobj()
        self._stored = b""  # and not passed on
        self._ready = b""
        self._damage: Exception | None = None
        self._left = 0  # bytes of the piece that has begun: header, block or checksum
        self._begun = self._skipped = self._is_last = self._has_checksum = False

    @property
    def eof(self) -> bool:
        """Whether the data are complete."""
        return self._is_last and not self._left and not self._has_checksum and not self._ready

    @property
    def unused_data(self) -> bytes:
        """What was behind them."""
        return self._stored if self.eof else b""

    @property
    def hungry(self) -> bool:
        """Whether there is nothing to give without more of them."""
        return not self._ready and (not self._stored or (not self._left and self._next_size() is None))

    def decompress(self, data: bytes, limit: int) -> bytes:
        """At most `limit` bytes. ValueError, ZstdError: the data are damaged."""
        self._stored += data
        while not self._ready and self._stored and not self.eof:
            if not self._left and not self._begin():
                break
            piece = self._stored[: self._left]
            if not self._skipped:
                self._ready = self._passed(piece)
            self._stored = self._stored[len(piece) :]
            self._left -= len(piece)
        given, self._ready = self._ready[:limit], self._ready[limit:]
        return given

    def _passed(self, piece: bytes) -> bytes:
        """What a piece becomes; once one is damaged nothing more: whoever asks again shall not get other bytes."""
        try:
            if self._damage is None:
                return bytes(self._inner.decompress(piece))
        except Exception as error:
            self._damage = error
            raise
        raise self._damage

    def _begin(self) -> bool:
        """Begin the next piece; False where more bytes have to say how long it is. ValueError: it is none of zstd."""
        size = self._next_size()
        if size is None:
            return False
        self._left, head = size, self._stored
        if not self._begun:
            self._begun = True
            self._skipped = self._is_last = not head.startswith(MAGIC)
            self._has_checksum = not self._skipped and bool(head[4] & _CHECKSUM)
        elif self._is_last:
            self._has_checksum = False
        else:
            self._is_last = bool(head[0] & 1)
        return True

    def _next_size(self) -> int | None:
        """Bytes of the piece with which what is stored begins; None where that needs more of it."""
        head = self._stored
        if self._is_last:
            return 4 if self._has_checksum else None
        if self._begun:
            return _block_size(head) if len(head) >= 3 else None
        if MAGIC.startswith(head[:4]):
            return _header_size(head[4]) if len(head) > 4 else None
        if _SKIPPABLE.startswith(bytes((head[0] & 0xF0,)) + head[1:4]):
            return 8 + int.from_bytes(head[4:8], "little") if len(head) >= 8 else None
        raise ValueError("what is behind the compressed data is no frame of zstd")


def _header_size(descriptor: int) -> int:
    """Bytes of a frame's header by its descriptor (section 3.1.1.1.1), the magic number with them."""
    is_single = bool(descriptor & _SINGLE_SEGMENT)
    content = _CONTENT_SIZES[descriptor >> 6] or int(is_single)
    return 5 + (not is_single) + _DICTIONARY_SIZES[descriptor & 3] + content


def _block_size(head: bytes) -> int:
    """Bytes of a block with its header (section 3.1.1.2)."""
    header = int.from_bytes(head[:3], "little")
    return 3 + (1 if header >> 1 & 3 == _RLE else header >> 3)
