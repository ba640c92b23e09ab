"""What formats of logs have in common: messages, between whom they are, and what a log shows of their inside."""

import re
import socket
from bisect import insort
from collections import deque
from collections.abc import Callable, Iterator
from functools import partial
from typing import Final, NamedTuple, Protocol

from analyzer.capture.datagram import Sent, Shown
from analyzer.capture.decoder import Packet
from analyzer.capture.logs.clock import Clock
from analyzer.capture.logs.digits import row
from analyzer.capture.natt import HEADER_LENGTH, NON_ESP_MARKER

LONGEST_MESSAGE: Final = 65_535
SURE: Final = 8
"""Bytes of ciphertext by which a message is known."""

HELD: Final = 64
"""Messages that wait for what the log shows of their inside further down; and for older ones of other threads."""

_PLAIN_PORTS: Final = (500, 848)
_UNKNOWN: Final = b"\0\0\0\0"
_HEADER_LENGTH_AT: Final = 24
_ALIKE: Final = slice(17, 24)  # of a header: version, exchange, flags, message ID
_NEXT_PAYLOAD_AT, _VERSION_AT, _FLAGS_AT = 16, 17, 19
_SK, _SKF = 46, 53  # RFC 7296 section 3.14, RFC 7383 section 2.5


class Ends(NamedTuple):
    """From whom to whom; an address that the log does not say is empty, a port 0."""

    source: str = ""
    source_port: int = 0
    destination: str = ""
    destination_port: int = 0

    def key(self) -> bytes:
        """As the capture layer packs them. What is not known is 0.0.0.0 or ::, and port 500."""
        source, destination = _packed(self.source), _packed(self.destination)
        if len(source) != len(destination):
            source = source if len(source) == 16 else bytes(16)
            destination = destination if len(destination) == 16 else bytes(16)
        ports = self.source_port or self.destination_port or 500, self.destination_port or self.source_port or 500
        return source + destination + b"".join((port & 0xFFFF).to_bytes(2, "big") for port in ports)


def _packed(address: str) -> bytes:
    text = address.strip("[]").partition("%")[0]
    try:
        packed = socket.inet_pton(socket.AF_INET6 if ":" in text else socket.AF_INET, text)
    except OSError:
        return _UNKNOWN
    return packed[12:] if len(packed) == 16 and packed.startswith(bytes(10) + b"\xff\xff") else packed


def end(text: str) -> tuple[str, int]:
    """Address and port of `192.0.2.1[500]`, `192.0.2.1:500`, `[2001:db8::1]:500` or `2001:db8::1:500`."""
    address, _, port = text.rstrip("]").replace("]:", "[").rpartition("[" if "[" in text.lstrip("[") else ":")
    return address.strip("[]"), int(port) if port.isdecimal() and len(port) < 6 else 0


class Held:
    """A message that waits."""

    __slots__ = ("ends", "line", "link_type", "payload", "shown", "time_ns")

    def __init__(
        self, line: int, time_ns: int | None, ends: Ends, payload: bytes, link_type: int | None = None
    ) -> None:
        self.line, self.time_ns, self.ends, self.payload, self.link_type = line, time_ns, ends, payload, link_type
        self.shown: Shown | None = None

    def packet(self) -> Packet:
        """As the capture layer reads it: on a port of NAT-T with the marker, which most logs leave out (RFC 3948)."""
        payload, ends = self.payload, self.ends
        if self.link_type is not None:
            return Packet(self.line, self.time_ns, self.link_type, payload, len(payload))
        ports = {ends.source_port, ends.destination_port}
        marked = payload[: len(NON_ESP_MARKER)] == NON_ESP_MARKER or len(payload) < HEADER_LENGTH
        if ports.isdisjoint(_PLAIN_PORTS) and ports != {0} and not marked and _is_ike(payload):
            payload = NON_ESP_MARKER + payload
        return Packet(self.line, self.time_ns, None, payload, len(payload), sent=Sent(ends.key(), self.shown))


def _is_ike(payload: bytes) -> bool:
    """Not ESP: its header says how long it is."""
    return int.from_bytes(payload[_HEADER_LENGTH_AT:HEADER_LENGTH], "big") == len(payload)


def unmarked(payload: bytes) -> bytes:
    """A message without the non-ESP marker."""
    return payload[len(NON_ESP_MARKER) :] if payload[: len(NON_ESP_MARKER)] == NON_ESP_MARKER else payload


def _holds(ciphertext: bytes, payload: bytes) -> bool:
    return payload.find(ciphertext, HEADER_LENGTH) > 0


def _ends_with(block: bytes, size: int, payload: bytes) -> bool:
    return payload.endswith(block) and len(unmarked(payload)) == HEADER_LENGTH + size


def _is_under(header: bytes, payload: bytes, *, whole: bool = False) -> bool:
    """Whether it is an encrypted message whose header is this one, but for its length and what comes first in it.

    whole: of IKEv2 no fragment.
    """
    message = unmarked(payload)
    if len(message) < HEADER_LENGTH or message[:16] != header[:16] or message[_ALIKE] != header[_ALIKE]:
        return False
    if message[_VERSION_AT] >> 4 == 1:
        return bool(message[_FLAGS_AT] & 1)
    return message[_NEXT_PAYLOAD_AT] in ((_SK,) if whole else (_SK, _SKF))


class Talk:
    """The messages of a log, in the order of their lines; each line begins one at most."""

    def __init__(self) -> None:
        self._held: list[Held] = []
        self._last = 0
        self.unplaced = 0  # messages without both addresses
        self.cut = 0  # dumps that broke off
        self.first_cut = 0
        self.over_tcp = self.first_over_tcp = 0  # dumps of it, which are not read
        # Shown before its message is printed, and by what the message is known
        self._early: deque[tuple[Callable[[bytes], bool], Shown]] = deque(maxlen=HELD)

    def add(self, line: int, time_ns: int | None, ends: Ends, payload: bytes) -> Held | None:
        """Take a message in, if there is one. line: where its dump begins."""
        if not payload:
            return None
        taken = {one.line for one in self._held}
        line = max(line, self._last + 1)
        while line in taken:  # what was printed together
            line += 1
        self.unplaced += not (ends.source and ends.destination)
        one = Held(line, time_ns, ends, payload[:LONGEST_MESSAGE])
        for early in self._early:
            if early[0](payload):
                one.shown = early[1]
                self._early.remove(early)
                break
        insort(self._held, one, key=lambda one: one.line)
        return one

    def add_frame(self, number: int, time_ns: int | None, link_type: int, data: bytes) -> None:
        """Take in a whole frame, headers included."""
        number = max(number, self._last + 1, self._held[-1].line + 1 if self._held else 0)
        self._held.append(Held(number, time_ns, Ends(), data, link_type))

    def broke_off(self, line: int) -> None:
        """Count a dump of which there are fewer bytes than it says."""
        self.cut += 1
        self.first_cut = self.first_cut or line

    def went_over_tcp(self, line: int) -> None:
        """Count a dump of what came or went over TCP, of which a message may be a part."""
        self.over_tcp += 1
        self.first_over_tcp = self.first_over_tcp or line

    def show(self, ciphertext: bytes, plaintext: bytes) -> None:
        """The log shows what these encrypted bytes of a message say."""
        if len(ciphertext) >= SURE:
            self._show(partial(_holds, ciphertext), Shown(None, plaintext))

    def show_by_end(self, block: bytes, plaintext: bytes) -> None:
        """The log shows what a message says, padding included, and the last block of its ciphertext (CBC)."""
        if len(block) >= SURE:
            self._show(partial(_ends_with, block, len(plaintext)), Shown(None, plaintext))

    def _show(self, is_of: Callable[[bytes], bool], shown: Shown) -> None:
        for one in reversed(self._held):
            if one.shown is None and is_of(one.payload):
                one.shown = shown
                return
        self._early.append((is_of, shown))

    def show_whole(self, decrypted: bytes, *, first_payload: int, start: int, of: Held | None = None) -> None:
        """The log shows a message again, decrypted: its header, and its payloads from `start` on.

        of: the message, where the log says which it is. Messages of an IKEv1 exchange share their header; a header of
        IKEv2 is one message's, which may be printed later.
        """
        header, shown = decrypted[:HEADER_LENGTH], Shown(first_payload, decrypted[start:])
        for one in reversed(self._held) if of is None else (of,):
            if _is_under(header, one.payload):
                one.shown = one.shown or shown
                return
        if of is None and header[_VERSION_AT] >> 4 == 2:
            self._early.append((partial(_is_under, header, whole=True), shown))

    def ready(self, most: int = HELD) -> Iterator[Packet]:
        """Those that need not wait any more."""
        while len(self._held) > most:
            one = self._held.pop(0)
            self._last = one.line
            yield one.packet()


class Dump:
    """Rows of digits that come line by line. size: how many bytes there will be, as the log says."""

    __slots__ = ("data", "line", "size", "stamp")

    def __init__(self, line: int, stamp: str, size: int) -> None:
        self.line, self.stamp, self.size = line, stamp, min(size, LONGEST_MESSAGE)
        self.data = bytearray()

    @property
    def is_whole(self) -> bool:
        """Whether all bytes are there."""
        return len(self.data) >= self.size

    def take(self, text: str, width: int) -> bool:
        """Take a row of at most `width` bytes; False if it is none."""
        found = row(text, min(width, self.size - len(self.data)))
        self.data += found
        return bool(found)


class Format(Protocol):
    """How one program writes messages into its log. It is given line after line, and puts messages into its talk."""

    NAME: str
    MARK: re.Pattern[str]
    LINE_END: str
    begins: Callable[[str], bool] | None
    """Whether a line is the beginning of one, where terminals wrap lines that the program writes; None: each is."""
    talk: Talk
    clock: Clock

    def __init__(self) -> None: ...

    def read(self, number: int, text: str) -> None:
        """Take in a line: what cannot be seen is taken off."""

    def finish(self) -> None:
        """The log ends."""
