"""What formats of logs have in common: messages, between whom they are, and what a log shows of their inside."""

import re
import socket
from bisect import insort
from collections import deque
from collections.abc import Callable, Iterator
from functools import partial
from hashlib import blake2b
from typing import Final, NamedTuple, Protocol, TypeAlias

from analyzer.capture.datagram import Sent, Shown
from analyzer.capture.decoder import Packet
from analyzer.capture.logs.clock import Clock
from analyzer.capture.logs.dump import LONGEST_MESSAGE, Dump
from analyzer.capture.logs.folded import Begins
from analyzer.capture.logs.inside import IKE_SA_INIT, exchange, under_header
from analyzer.capture.natt import NON_ESP_MARKER

HELD: Final = 64
"""Messages that wait for what the log shows of their inside further down; and for older ones of other threads."""

_COPIED: Final = 256
"""Messages whose inside is remembered for copies of them: retransmissions of one window."""
_PLAIN_PORTS: Final = (500, 848)
_UNKNOWN: Final = b"\0\0\0\0"
_KEEPALIVE: Final = b"\xff"  # RFC 3948 section 2.3

Find: TypeAlias = Callable[[bytes], Shown | None]
"""What is shown of a message, by its bytes; None if it is not that of this message."""


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
        marked = payload[: len(NON_ESP_MARKER)] == NON_ESP_MARKER or payload == _KEEPALIVE
        # A daemon prints no ESP: what does not look like a whole message is one of which rows are missing
        if ports.isdisjoint(_PLAIN_PORTS) and ports != {0} and not marked:
            payload = NON_ESP_MARKER + payload
        return Packet(self.line, self.time_ns, None, payload, len(payload), sent=Sent(ends.key(), self.shown))


class _Early(NamedTuple):
    """What is shown of a message that was not printed yet. line: where."""

    line: int
    find: Find


class Talk:
    """The messages of a log, in the order of their lines; each line begins one at most."""

    def __init__(self) -> None:
        self._held: list[Held] = []
        self._last = 0
        self.unplaced = 0  # messages without both addresses
        self.cut = 0  # dumps that broke off
        self.first_cut = 0
        self.others: dict[str, tuple[int, int]] = {}  # dumps of formats that are not read beside this one
        self.over_tcp = self.first_over_tcp = 0  # dumps of it, which are not read
        self._left_out = self._first_left_out = 0  # insides of which no message is sure
        self._early: deque[_Early] = deque()  # what is shown before its message is printed
        self._shown: dict[bytes, Shown] = {}  # of messages that do not wait any more, by their digests

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
            one.shown = early.find(payload)
            if one.shown is not None:
                self._early.remove(early)
                break
        insort(self._held, one, key=lambda one: one.line)
        return one

    def add_frame(self, number: int, time_ns: int | None, link_type: int, data: bytes) -> None:
        """Take in a whole frame, headers included."""
        number = max(number, self._last + 1, self._held[-1].line + 1 if self._held else 0)
        self._held.append(Held(number, time_ns, Ends(), data, link_type))

    def add_dump(self, dump: Dump, time_ns: int | None, ends: Ends) -> Held | None:
        """Take a message in whose bytes are printed row by row, if all of them are there; else count it."""
        if not dump.is_message:
            self.broke_off(dump.line)
            return None
        return self.add(dump.line, time_ns, ends, bytes(dump.data))

    def broke_off(self, line: int) -> None:
        """Count a dump that is not whole: no message is made of it."""
        self.cut += 1
        self.first_cut = self.first_cut or line

    def went_over_tcp(self, line: int) -> None:
        """Count a dump of what came or went over TCP, of which a message may be a part."""
        self.over_tcp += 1
        self.first_over_tcp = self.first_over_tcp or line

    def is_other(self, name: str, line: int) -> None:
        """Count a dump of another format, of this name, which is not read in this log."""
        count, first = self.others.get(name, (0, line))
        self.others[name] = count + 1, first

    def leave_out(self, line: int) -> None:
        """Count what the log shows decrypted and is not used. line: where it begins to."""
        self._left_out += 1
        self._first_left_out = min(self._first_left_out or line, line)

    def left_out(self) -> tuple[int, int]:
        """How often what the log shows decrypted was not used, and the first line of it; at the end of the log."""
        lines = [self._first_left_out] * bool(self._left_out) + [one.line for one in self._early]
        return self._left_out + len(self._early), min(lines, default=0)

    def show(self, line: int, find: Find) -> None:
        """The log shows what some message says, that was printed or will be. find: what it shows of this one."""
        found = [(one, shown) for one in reversed(self._held) if (shown := find(one.payload)) is not None]
        for one, shown in found:
            if one.shown is None:
                self._reveal(one, shown)
                return
        if found:
            if found[0][0].shown != found[0][1]:
                self.leave_out(line)
            return  # it is shown already
        self._early.append(_Early(line, find))
        if len(self._early) > HELD:
            self.leave_out(self._early.popleft().line)

    def show_of(self, line: int, one: Held | None, find: Find) -> None:
        """The log shows what this message says, and no other."""
        shown = None if one is None else find(one.payload)
        if one is None or shown is None or one.shown not in (None, shown):
            self.leave_out(line)
        else:
            self._reveal(one, shown)

    def _reveal(self, one: Held, shown: Shown) -> None:
        """What is shown of a message is so of each copy of it: a retransmission has the same bytes."""
        for other in self._held:
            if other.payload == one.payload:
                other.shown = shown
        one.shown = shown

    def show_whole(self, line: int, decrypted: bytes, first_payload: int, start: int, of: Held | None = None) -> None:
        """The log shows a message again, decrypted: its header, and its payloads from `start` on.

        of: the message, where it is IKEv1's: messages of one exchange share their header. A header of IKEv2 is one
        message's, which may be printed later.
        """
        version, kind = exchange(decrypted)
        find = partial(under_header, decrypted, first_payload, start)
        if version == 1:
            self.show_of(line, of, find)
        elif kind != IKE_SA_INIT:  # which is never encrypted
            self.show(line, find)

    def ready(self, most: int = HELD) -> Iterator[Packet]:
        """Those that need not wait any more."""
        while len(self._held) > most:
            one = self._held.pop(0)
            self._last = one.line
            self._compare(one)
            yield one.packet()

    def _compare(self, one: Held) -> None:
        """Remember what is shown of a message that leaves, and find it for a copy of one that left before."""
        if one.shown is None and not self._shown:
            return
        digest = blake2b(one.payload, digest_size=16).digest()
        if one.shown is None:
            one.shown = self._shown.get(digest)
            return
        self._shown[digest] = one.shown
        if len(self._shown) > _COPIED:
            self._shown.pop(next(iter(self._shown)))


class Format(Protocol):
    """How one program writes messages into its log. It is given line after line, and puts messages into its talk."""

    NAME: str
    MARK: re.Pattern[str]
    """What nothing else prints, in the text of a log."""
    SIGNS: tuple[str, ...]
    """Of lines at which a message begins, or its bytes: one of these words stands in each."""
    ANNOUNCES: re.Pattern[str]
    """Such a line."""
    LINE_END: str
    begins: Begins | None
    """Where terminals wrap lines that the program writes; None: each line is one."""
    talk: Talk
    clock: Clock

    def __init__(self, talk: Talk) -> None: ...

    def owns(self, text: str, /) -> bool:
        """Whether a line is of this format for sure, by its words or by what it waits for."""

    def read(self, number: int, text: str) -> None:
        """Take in a line: what cannot be seen is taken off."""

    def finish(self) -> None:
        """The log ends."""
