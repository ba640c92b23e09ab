"""IKE and ESP in a TCP byte stream: the framing of RFC 9329, or bare ISAKMP messages one after the other."""

from typing import NamedTuple

from analyzer.capture import natt

PREFIX = b"IKETCP"
MAX_MESSAGE = 65_535
_DECISIVE = 2 + 4 + natt.HEADER_LENGTH  # length, marker and ISAKMP header: enough to recognise a framed message

SEARCHING, FRAMED, BARE, IGNORED = "searching", "framed", "bare", "ignored"


class Message(NamedTuple):
    """One message of the stream.

    kind: as natt classifies (IKE, ESP, KEEPALIVE); data: without length and marker, `missing` bytes lost at its end;
    length: with the marker; start: of data, counted from the bytes last pushed (negative: it began in earlier ones).
    """

    kind: int
    data: bytes
    missing: int
    length: int
    start: int


class Framing:
    """Cuts one direction of a stream into messages.

    The stream is taken for IKE only once it has shown so: by the prefix "IKETCP", by a framed message with marker and
    ISAKMP header, by a bare ISAKMP header, or because the opposite direction has. `anchored`: the next byte is the
    stream's first; else it is where a segment begins, which is only likely to be where a message begins.
    """

    def __init__(self, *, anchored: bool) -> None:
        self.mode = SEARCHING
        self.anchored = anchored
        self.buffer = bytearray()
        self.out_of_step = False  # set when a length made no sense; the caller reports and clears it
        self._consumed = 0  # bytes cut off the buffer since the last push, less what it held before

    def push(self, data: bytes, peer_mode: str = SEARCHING) -> list[Message]:
        """Take the next bytes; the messages that they complete."""
        if self.mode == IGNORED:
            return []
        self._consumed = -len(self.buffer)
        self.buffer += data
        if self.mode == SEARCHING and not self._recognise(peer_mode):
            return []
        messages: list[Message] = []
        while True:
            message = self._next_framed() if self.mode == FRAMED else self._next_bare() if self.mode == BARE else None
            if message is None:
                return messages
            messages.append(message)

    def lose(self, count: int) -> list[Message]:
        """Take note that the next `count` bytes are not in the capture; the message that they cut off, if any."""
        messages, step = [], 0
        self._consumed = -len(self.buffer)
        size = self._announced()
        if size is not None and self.buffer and size - len(self.buffer) <= count:
            step = size - len(self.buffer)
            messages.append(self._cut(size))
        if self.mode in (FRAMED, BARE) and step == count:
            return messages  # the loss ended where the message did
        self.buffer.clear()
        if self.mode != IGNORED:
            self.mode, self.anchored = SEARCHING, False
        return messages

    @property
    def unfinished(self) -> tuple[int | None, int]:
        """Of a message that is not whole yet its size, once that is there, and how many bytes of it are."""
        held = len(self.buffer) if self.mode in (FRAMED, BARE) else 0
        return self._announced() if held else None, held

    def _recognise(self, peer_mode: str) -> bool:
        """Look at the beginning of the buffer; False while nothing can be said or when it is nothing of ours."""
        head = bytes(self.buffer[:_DECISIVE])
        if head.startswith(PREFIX):
            self._take(len(PREFIX))
            self.mode = FRAMED
        elif len(head) >= 6 and natt.is_isakmp(head[2:], int.from_bytes(head[:2], "big") - 2, 4) and not any(head[2:6]):
            self.mode = FRAMED
        elif len(head) >= natt.HEADER_LENGTH and natt.is_isakmp(head, _bare_length(head)):
            self.mode = BARE
        elif self.anchored and peer_mode == FRAMED:
            self.mode = FRAMED
        elif PREFIX.startswith(head) or (len(head) < _DECISIVE and (self.anchored or not any(head[2:6]))):
            return False  # a small segment: the marker may be there, the rest comes
        else:
            self.buffer.clear()
            if self.anchored:
                self.mode = IGNORED
            return False
        return True

    def _announced(self) -> int | None:
        """Size of the message at the beginning of the buffer, framing included, as far as its length is there."""
        if self.mode == FRAMED and len(self.buffer) >= 2:
            return int.from_bytes(self.buffer[:2], "big")
        if self.mode == BARE and len(self.buffer) >= natt.HEADER_LENGTH:
            return _bare_length(self.buffer)
        return None

    def _next_framed(self) -> Message | None:
        size = self._announced()
        if size is None:
            return None
        if size <= 2:
            self._lose_step()
            return None
        return self._cut(size) if len(self.buffer) >= size else None

    def _next_bare(self) -> Message | None:
        size = self._announced()
        if size is None:
            return None
        if not natt.HEADER_LENGTH <= size <= MAX_MESSAGE:
            self._lose_step()
            return None
        return self._cut(size) if len(self.buffer) >= size else None

    def _cut(self, size: int) -> Message:
        """Take the message of `size` bytes off the buffer, which may hold only its beginning."""
        start = self._consumed
        held = self._take(size)
        missing = size - len(held)
        if self.mode == BARE:
            return Message(natt.IKE, held, missing, size, start)
        data = held[2:]
        if data[:4] == natt.NON_ESP_MARKER:
            return Message(natt.IKE, data[4:], missing, size - 2, start + 6)
        keepalive = size == 3 and data == b"\xff"
        return Message(natt.KEEPALIVE if keepalive else natt.ESP, data, missing, size - 2, start + 2)

    def _take(self, count: int) -> bytes:
        taken = bytes(self.buffer[:count])
        del self.buffer[:count]
        self._consumed += len(taken)
        return taken

    def _lose_step(self) -> None:
        self.buffer.clear()
        self.mode, self.anchored, self.out_of_step = SEARCHING, False, True


def _bare_length(header: bytes | bytearray) -> int:
    return int.from_bytes(header[24:28], "big")
