"""racoon of the KAME project, ipsec-tools, Android and Apple, with `log debug2` (or `-ddd`).

"N bytes message received from A[500] to B[500]" or "===== received N bytes from A[500] to B[500]", and "N times of M
bytes message will be sent to B[500]" stand before the digits, eight groups of four bytes a line. Before the latter "M
bytes from A[500] to B[500]", "send packet from A[500]", or of a keepalive "KA: A[4500]->B[4500]" say from where.
"decrypted." stands before the message that came last once more, decrypted. What stands behind "pad length = N" will be
encrypted: nothing that is printed with it says in which message, so it is counted and not used.
"""

import re
from typing import Final

from analyzer.capture.logs.clock import Clock, stamped
from analyzer.capture.logs.digits import row
from analyzer.capture.logs.dump import LONGEST_MESSAGE, Dump
from analyzer.capture.logs.message import Ends, Held, Talk, end
from analyzer.capture.natt import HEADER_LENGTH, NON_ESP_MARKER

_END: Final = r"(\S{1,64}?\[\d+\])"
_RECEIVED: Final = re.compile(
    rf"(?:(\d{{1,6}}) bytes message received|={{2,}} received (\d{{1,6}}) bytes) from {_END}(?: to {_END})?"
)
_WAY: Final = re.compile(rf"(?:\d{{1,6}} bytes from|\bKA:) {_END}(?: to |->){_END}")
_FROM: Final = re.compile(rf"(?:send packet from|sockname) {_END}")
_TO: Final = re.compile(rf"\b\d+ times of (\d{{1,6}}) bytes message will be sent(?: to {_END})?")
_INSIDE: Final = re.compile(r"(?:\b(decrypted)\.|\b(pad length) = \d{1,5})$")
ROW: Final = re.compile(r"(?<!\S)(?<![0-9a-fA-F]{8} )((?:[0-9a-fA-F]{8} ?){0,7}(?:[0-9a-fA-F]{2}){1,4})$")
"""Digits at the end of a line; a terminal that wrapped it may have taken a blank."""

_DIGITS: Final = re.compile(r"\s*(?:[0-9a-fA-F]{8}\s*){0,7}(?:[0-9a-fA-F]{2}){1,4}\s*")
_WRAPPED: Final = re.compile(r"(?<!\S)[0-9a-fA-F]{8} (?:[0-9a-fA-F]{8} ?)*[0-9a-fA-F]{1,8}$")
_WIDTH: Final = 32
_MESSAGES: Final = ("received", "sent")
_PLAIN: Final = "pad length"


class Reader:
    """One message after the other: the daemon has one thread."""

    NAME = "racoon log"
    LINE_END = "\n"
    SIGNS: tuple[str, ...] = (" bytes from ", " message received from ", "= received ", " message will be sent")
    ANNOUNCES = re.compile(rf"{_RECEIVED.pattern}|{_TO.pattern}|{_WAY.pattern}")
    MARK = re.compile(
        r"(?:bytes message received from|== received \d+ bytes from|bytes message will be sent to) [^\n]{1,100}\n"
        r"(?:[^\n]{0,200}\n){0,3}?[^\n]{0,200}(?<!\S)(?:[0-9a-f]{8} ){4}"
    )

    def __init__(self, talk: Talk) -> None:
        self.talk = talk
        self.clock = Clock()
        self._dump: Dump | None = None
        self._kind = ""
        self._ends = Ends()
        self._way = Ends()
        self._received: Held | None = None

    @staticmethod
    def begins(text: str, before: str, /) -> bool:
        """Lines with a time, and rows of digits alone, but behind a row that has a time: that one was wrapped."""
        if stamped(text) > 0:
            return True
        return _DIGITS.fullmatch(text) is not None and not (stamped(before) and _WRAPPED.search(before))

    def owns(self, text: str) -> bool:
        """Whether it is a row that is waited for."""
        return self._dump is not None and not self._dump.is_whole and _DIGITS.fullmatch(text) is not None

    def read(self, number: int, text: str) -> None:
        """Take in a line."""
        if self._dump is None or not self._take(self._dump, text):
            self._look(number, text)

    def _look(self, number: int, text: str) -> None:
        """See whether the line announces a dump, or says from where to where."""
        if (came := _RECEIVED.search(text)) is not None:
            ends = Ends(*end(came[3]), *(end(came[4]) if came[4] else ("", 0)))
            self._begin(number, text, "received", int(came[1] or came[2]), ends)
        elif (going := _TO.search(text)) is not None:
            said, self._way = self._way, Ends()  # each message has lines of its own
            ends = Ends(*said[:2], *end(going[2])) if going[2] else said
            self._begin(number, text, "sent", int(going[1]), ends)
        elif (way := _WAY.search(text)) is not None:
            self._way = Ends(*end(way[1]), *end(way[2]))
        elif (own := _FROM.search(text)) is not None:
            self._way = Ends(*end(own[1]), self._way.destination, self._way.destination_port)
        elif (inside := _INSIDE.search(text)) is not None:
            self._begin(number, text, next(filter(None, inside.groups())), LONGEST_MESSAGE)

    def _begin(self, number: int, text: str, kind: str, size: int, ends: Ends | None = None) -> None:
        self._finished()
        self._dump, self._kind, self._ends = Dump(number, text[:64], size), kind, ends or Ends()

    def _take(self, dump: Dump, text: str) -> bool:
        """Take a row of the dump; False if the line says something else."""
        found = ROW.search(text)
        if found is None:
            if not self._goes_on(dump, text):
                self._finished()
            return False
        data = row(found[1], _WIDTH)
        room = min(_WIDTH, dump.size - len(dump.data))
        if self._kind == _PLAIN:
            dump.data += data
        elif data and len(data) == room:
            dump.note(text)
            dump.data += data
            self._measure(dump)
        else:  # all rows but the last are full: this one is of another dump, or stands twice
            dump.tear()
        return True

    def _goes_on(self, dump: Dump, text: str) -> bool:
        """Whether rows may follow a line that is none."""
        return not dump.data or text.endswith("DEBUG:")

    def _measure(self, dump: Dump) -> None:
        """What is decrypted is as long as its header says; RouterOS counts a non-ESP marker that it does not print."""
        if len(dump.data) < HEADER_LENGTH or dump.data[: len(NON_ESP_MARKER)] == NON_ESP_MARKER:
            return
        length = int.from_bytes(dump.data[24:HEADER_LENGTH], "big")
        if self._kind == "decrypted" or (self._kind == "sent" and length == dump.size - len(NON_ESP_MARKER)):
            dump.size = min(max(length, HEADER_LENGTH), LONGEST_MESSAGE)

    def _finished(self) -> None:
        """The dump is over."""
        dump, self._dump = self._dump, None
        if dump is None:
            return
        if self._kind in _MESSAGES:
            one = self.talk.add_dump(dump, self.clock.at(dump.stamp), self._ends)
            self._received = one if self._kind == "received" else self._received
        elif self._kind != _PLAIN:
            self._opened(dump)
        elif dump.data:
            self.talk.leave_out(dump.line)

    def _opened(self, dump: Dump) -> None:
        """The message that came last, decrypted."""
        data = bytes(dump.data[: dump.size])
        received, self._received = self._received, None
        if data and not dump.is_whole:
            self.talk.broke_off(dump.line)
        elif data and not dump.is_sure:
            self.talk.leave_out(dump.line)
        elif data:
            self.talk.show_whole(dump.line, data, data[16], HEADER_LENGTH, of=received)

    def finish(self) -> None:
        """The log ends."""
        self._finished()
