"""FortiGate: `diagnose debug application ike -1` (or 255), as a console, SSH or a file has it.

"ike 0: comes A:500->B:500" and "ike 0: in HEX" are what is received, "ike 0:NAME:7: out HEX" and "sent IKE msg (...):
A:500->B:500" what is sent; newer versions write "ike V=root:0:NAME:7:". A message's digits are one line, which
terminals wrap. "dec HEX" is the message just received, decrypted behind its header (in IKEv2 four bytes of the
Encrypted payload's header stand in between), "enc HEX" what the next "out" encrypts.
"""

import re
from typing import Final

from analyzer.capture.logs.clock import Clock, stamped
from analyzer.capture.logs.message import LONGEST_MESSAGE, Ends, Talk, end
from analyzer.capture.natt import HEADER_LENGTH

_SAYS: Final = re.compile(r"\bike (?:V=\S{1,64}?:)?\d+:(?P<who>(?:[^\s:]{1,64}:)*) ?(?P<what>.*)")
_DIGITS: Final = re.compile(r"(in|out|enc|dec) ([0-9A-Fa-f]+)$")
_MORE: Final = re.compile(r"\s*([0-9A-Fa-f]+)$")
_WAY: Final = re.compile(r"(comes|sent IKE msg \([^)]{0,64}\):) (\S{1,64}?:\d+)->([^\s,]{1,64}:\d+)(?=[,\s]|$)")
_SK_AT, _SK_HEADER = HEADER_LENGTH, 4


class Reader:
    """One message after the other: the daemon has one thread."""

    NAME = "FortiGate log"
    LINE_END = "\n"
    MARK = re.compile(r"\bike (?:V=\S{1,64}?:)?\d+:[^\n]{0,200}?(?<=[ :])(?:in|out) [0-9A-Fa-f]{32}")

    def __init__(self) -> None:
        self.talk = Talk()
        self.clock = Clock()
        self._ends = Ends()
        self._out: tuple[int, str, bytes] | None = None  # not yet said where to
        self._enc = b""
        self._begun: tuple[int, str, str] | None = None  # line, stamp and word of the digits that are read
        self._digits: list[str] = []
        self._count = 0

    @staticmethod
    def begins(text: str) -> bool:
        """A line of the daemon, with a time or without, or a prompt of the console."""
        return _SAYS.search(text) is not None or stamped(text) > 0 or "# " in text or "$ " in text

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
            self._begun = number, text[:64], digits[1]
            self._digits, self._count = [digits[2]], len(digits[2])
        elif (way := _WAY.match(what)) is not None:
            self._placed(Ends(*end(way[2]), *end(way[3])), received=way[1] == "comes")

    def _placed(self, ends: Ends, *, received: bool) -> None:
        if received:
            self._ends = ends
        elif self._out is not None:
            line, stamp, data = self._out
            self._out = None
            self._add(line, stamp, ends, data)

    def _add(self, line: int, stamp: str, ends: Ends, data: bytes) -> None:
        self.talk.add(line, self.clock.at(stamp), ends, data)
        enc, self._enc = self._enc, b""
        if not enc or len(data) <= HEADER_LENGTH:
            return
        if enc[:16] == data[:16]:  # IKEv1: with its header
            self.talk.show_whole(enc, first_payload=enc[16], start=HEADER_LENGTH)
        else:
            self.talk.show(data[HEADER_LENGTH:], enc)

    def _finished(self) -> None:
        """All digits of a message are there."""
        begun, self._begun = self._begun, None
        if begun is None:
            return
        line, stamp, word = begun
        digits = "".join(self._digits)
        data = bytes.fromhex(digits[: len(digits) & ~1])[:LONGEST_MESSAGE]
        if word in ("in", "out") and _is_short(data):
            self.talk.broke_off(line)
        if word == "in":
            self.talk.add(line, self.clock.at(stamp), self._ends, data)
        elif word == "out":
            self._unplaced()
            self._out = line, stamp, data
        elif word == "enc":
            self._enc = data
        elif len(data) > HEADER_LENGTH:
            self._decrypted(data)

    def _decrypted(self, data: bytes) -> None:
        if data[17] >> 4 == 1:
            self.talk.show_whole(data, first_payload=data[16], start=HEADER_LENGTH)
        elif len(data) >= _SK_AT + _SK_HEADER:
            self.talk.show_whole(data, first_payload=data[_SK_AT], start=_SK_AT + _SK_HEADER)

    def _unplaced(self) -> None:
        """A message was sent, and the log does not say where to."""
        out, self._out = self._out, None
        if out is not None:
            self._add(out[0], out[1], Ends(), out[2])

    def finish(self) -> None:
        """The log ends."""
        self._finished()
        self._unplaced()


def _is_short(data: bytes) -> bool:
    """Whether there are fewer bytes than the header of the message says."""
    return len(data) >= HEADER_LENGTH and int.from_bytes(data[24:28], "big") > len(data)
