"""FortiGate: `diagnose debug application ike -1` (or 255), as a console, SSH or a file has it.

"ike 0: comes A:500->B:500" and "ike 0: in HEX" are what is received, "ike 0:NAME:7: out HEX" and "sent IKE msg (...):
A:500->B:500" what is sent; newer versions write "ike V=root:0:NAME:7:". A message's digits are one line, which
terminals wrap. "dec HEX" is the message just received, decrypted behind its header (in IKEv2 four bytes of the
Encrypted payload's header stand in between), "enc HEX" what the next "out" encrypts, in IKEv1 with a header. The lines
before "in" and behind "out" say how long the message is ("len=") and which ("id="): it has to be that one. In IKEv2
nothing in it says of which message it is: it is the next one's where the message IDs show that none is missing between.
"""

import re
from functools import partial
from operator import eq
from typing import Final, NamedTuple

from analyzer.capture.logs.clock import Clock, at_once, stamped
from analyzer.capture.logs.dump import LONGEST_MESSAGE
from analyzer.capture.logs.inside import before_encryption, exchange, holds_together, unmarked
from analyzer.capture.logs.message import Ends, Held, Talk, end
from analyzer.capture.natt import HEADER_LENGTH

_SAYS: Final = re.compile(r"\bike (?:V=\S{1,64}?:)?\d+:(?P<who>(?:[^\s:]{1,64}:)*) ?(?P<what>.*)")
_DIGITS: Final = re.compile(r"(in|out|enc|dec) ([0-9A-Fa-f]+)$")
_LEAST, _MOST = 40, 200  # digits of a piece of a wrapped line, or of two
_MANY: Final = 16
_MORE: Final = re.compile(r"\s*([0-9A-Fa-f]+)$")
_WAY: Final = re.compile(r"(comes|sent IKE msg \([^)]{0,64}\):) (\S{1,64}?:\d+)->([^\s,]{1,64}:\d+)(?=[,\s]|$)")
_ID: Final = re.compile(r"\bid=([0-9a-fA-F]{16})/([0-9a-fA-F]{16})(?::([0-9a-fA-F]{8}))?")
_LENGTH: Final = re.compile(r"\blen=(\d{1,6})\b")
_SK_AT, _SK_HEADER = HEADER_LENGTH, 4
_FLAGS_AT, _RESPONSE, _NUMBER = 19, 0x20, slice(20, 24)
_SAS: Final = 1024


class _Digits(NamedTuple):
    """A line of digits. word: in, out, enc or dec; who: what stands before it, which names the connection.

    is_torn: half a byte is missing, or a piece of a wrapped line stands there twice.
    """

    line: int
    stamp: str
    who: str
    word: str
    data: bytes = b""
    is_torn: bool = False


class _Turns:
    """What each IKE SA sent and received last: message IDs go up by one (RFC 7296 section 2.2)."""

    def __init__(self) -> None:
        self._asked: dict[bytes, int] = {}  # the last request that was sent, by the initiator's SPI
        self._heard: dict[bytes, tuple[int, bool]] = {}  # the last one that was received, and whether it was answered

    def received(self, message: bytes) -> None:
        """Take note of a message of IKEv2."""
        _bound(self._heard)
        if not message[_FLAGS_AT] & _RESPONSE:
            self._heard[message[:8]] = int.from_bytes(message[_NUMBER], "big"), False

    def sent(self, message: bytes) -> bool:
        """Take note of a message of IKEv2; whether no other one was sent since what the log shows before it."""
        _bound(self._asked)
        spi, number = message[:8], int.from_bytes(message[_NUMBER], "big")
        heard, answered = self._heard.get(spi, (-1, True))
        if message[_FLAGS_AT] & _RESPONSE:
            self._heard[spi] = heard, answered or heard == number
            return heard == number and not answered
        asked, self._asked[spi] = self._asked.get(spi, -1), number
        return answered and asked == number - 1


def _bound(seen: dict[bytes, int] | dict[bytes, tuple[int, bool]]) -> None:
    if len(seen) >= _SAS:
        seen.pop(next(iter(seen)))


class Reader:
    """One message after the other: the daemon has one thread."""

    NAME = "FortiGate log"
    LINE_END = "\n"
    SIGNS = (": in ", ": out ", ": comes ")
    ANNOUNCES = re.compile(
        rf"\bike (?:V=\S{{1,64}}?:)?\d+:[^\n]{{0,200}}?(?<=[ :])(?:(?:in|out) [0-9A-Fa-f]{{8,}}$|{_WAY.pattern})"
    )
    MARK = re.compile(r"\bike (?:V=\S{1,64}?:)?\d+:[^\n]{0,200}?(?<=[ :])(?:in|out) [0-9A-Fa-f]{32}")

    def __init__(self, talk: Talk) -> None:
        self.talk = talk
        self.clock = Clock()
        self._ends = Ends()
        self._out: _Digits | None = None  # not yet said where to
        self._enc: _Digits | None = None
        self._received: Held | None = None
        self._turns = _Turns()
        self._begun: _Digits | None = None  # whose digits are read
        self._digits: list[str] = []
        self._named = ""  # what is said of the message that comes next
        self._count = 0

    @staticmethod
    def begins(text: str, _before: str, /) -> bool:
        """A line of the daemon, with a time or without, or a prompt of the console."""
        return _SAYS.search(text) is not None or stamped(text) > 0 or "# " in text or "$ " in text

    def owns(self, text: str) -> bool:
        """Whether the daemon is named."""
        return _SAYS.search(text) is not None

    def read(self, number: int, text: str) -> None:
        """Take in a line."""
        found = _SAYS.search(text)
        if found is None:
            more = _MORE.match(text) if self._begun is not None and not stamped(text) else None
            if more is not None and self._count < 2 * LONGEST_MESSAGE:
                self._digits.append(more[1])
                self._count += len(more[1])
            else:
                self._finished()
            return
        self._finished()
        what = found["what"]
        if (digits := _DIGITS.match(what)) is not None:
            self._begun = _Digits(number, text[:64], found["who"], digits[1])
            self._digits, self._count = [digits[2]], len(digits[2])
        elif (way := _WAY.match(what)) is not None:
            ends = Ends(*end(way[2]), *end(way[3]))
            if way[1] == "comes":
                self._unplaced()
                self._ends, self._received, self._named = ends, None, ""
                self._leave_enc()
            elif self._out is not None:
                self._send(ends, what)
        elif "exchange=" in what:
            self._named = what
        elif self.ANNOUNCES.search(text) is not None:
            self.talk.broke_off(number)

    def _send(self, ends: Ends, named: str = "") -> None:
        """The message that is sent is all there. named: what is said of it."""
        out, self._out = self._out, None
        if out is None:
            return
        enc, self._enc = self._enc, None
        one, message = self._add(out, ends, named), unmarked(out.data)
        if one is None:
            if enc is not None:
                self.talk.leave_out(enc.line)
            return
        is_next = len(message) > HEADER_LENGTH and exchange(message)[0] == 2 and self._turns.sent(message)
        if enc is None:
            return
        if enc.data[:16] == message[:16] and len(enc.data) > HEADER_LENGTH:  # IKEv1: with its header
            self.talk.show_whole(enc.line, enc.data, enc.data[16], HEADER_LENGTH, of=one)
        else:
            near = is_next and enc.who == out.who and at_once(enc.stamp, out.stamp)
            self.talk.show_of(enc.line, one if near else None, partial(before_encryption, enc.data))

    def _leave_enc(self) -> None:
        """What the last "enc" shows was not sent, as far as the log says."""
        if self._enc is not None:
            self.talk.leave_out(self._enc.line)
        self._enc = None

    def _finished(self) -> None:
        """All digits of a message are there."""
        begun, self._begun = self._begun, None
        if begun is None:
            return
        digits = "".join(self._digits)
        data = bytes.fromhex(digits[: len(digits) & ~1])[:LONGEST_MESSAGE]
        begun = begun._replace(data=data, is_torn=len(digits) % 2 > 0 or _is_doubled(digits))
        if begun.word == "in":
            self._came(begun)
        elif begun.word == "out":
            self._unplaced()
            self._out = begun
        elif begun.is_torn:
            self.talk.leave_out(begun.line)
        elif begun.word == "enc":
            self._unplaced()
            self._leave_enc()
            self._enc = begun
        else:
            self._decrypted(begun)

    def _came(self, begun: _Digits) -> None:
        self._unplaced()
        self._leave_enc()
        message = unmarked(begun.data)
        self._received = self._add(begun, self._ends, self._named)
        self._ends, self._named = Ends(), ""
        if self._received is not None and len(message) > HEADER_LENGTH and exchange(message)[0] == 2:
            self._turns.received(message)

    def _add(self, begun: _Digits, ends: Ends, named: str) -> Held | None:
        if begun.is_torn or not _is_named(begun.data, named) or not holds_together(begun.data):
            self.talk.broke_off(begun.line)
            return None
        return self.talk.add(begun.line, self.clock.at(begun.stamp), ends, begun.data)

    def _decrypted(self, begun: _Digits) -> None:
        data, (received, self._received) = begun.data, (self._received, None)
        if len(data) >= HEADER_LENGTH and exchange(data)[0] == 1:
            self.talk.show_whole(begun.line, data, data[16], HEADER_LENGTH, of=received)
        elif len(data) >= _SK_AT + _SK_HEADER and exchange(data)[0] == 2:
            self.talk.show_whole(begun.line, data, data[_SK_AT], _SK_AT + _SK_HEADER)
        else:
            self.talk.leave_out(begun.line)

    def _unplaced(self) -> None:
        """A message was sent, and the log does not say where to."""
        self._send(Ends())

    def finish(self) -> None:
        """The log ends."""
        self._finished()
        self._unplaced()
        self._leave_enc()


def _is_doubled(digits: str) -> bool:
    """Whether a piece stands there twice in a row, as of a line that was wrapped and doubled."""
    half = _LEAST // 2
    apart = set[int]()  # a part of the piece, and the same one again
    for at in range(0, len(digits) - half, half):
        again = digits.find(digits[at : at + half], at + _LEAST, at + _MOST + half)
        if again >= 0:
            apart.add(again - at)
    same = ("".join("01"[one] for one in map(eq, digits, digits[size:])) for size in apart)
    return len(apart) > _MANY or any("1" * size in found for size, found in zip(apart, same, strict=True))


def _is_named(data: bytes, named: str) -> bool:
    """Whether bytes are the message that a line is about, all of it; without that line as long as its header says."""
    message, size, which = unmarked(data), _LENGTH.search(named), _ID.search(named)
    if which is not None and not (message[:16] + message[_NUMBER]).hex().startswith("".join(which.groups("")).lower()):
        return False
    if size is not None:
        return int(size[1]) in (len(message), len(data))
    return len(message) >= HEADER_LENGTH and int.from_bytes(message[24:HEADER_LENGTH], "big") == len(message)
