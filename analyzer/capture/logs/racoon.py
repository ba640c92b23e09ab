"""racoon of the KAME project, ipsec-tools, Android and Apple, with `log debug2` (or `-ddd`).

"N bytes message received from A[500] to B[500]" or "===== received N bytes from A[500] to B[500]", and "N times of M
bytes message will be sent to B[500]" stand before the digits, eight groups of four bytes a line. Before the latter "M
bytes from A[500] to B[500]" or "send packet from A[500]" say from where. "decrypted." stands before a message of IKEv1
once more, decrypted.
"""

import re
from typing import Final

from analyzer.capture.logs.clock import Clock
from analyzer.capture.logs.message import LONGEST_MESSAGE, Dump, Ends, Talk, end
from analyzer.capture.natt import HEADER_LENGTH

_END: Final = r"(\S{1,64}?\[\d+\])"
_RECEIVED: Final = re.compile(
    rf"(?:(\d{{1,6}}) bytes message received|={{2,}} received (\d{{1,6}}) bytes) from {_END}(?: to {_END})?"
)
_WAY: Final = re.compile(rf"\d{{1,6}} bytes from {_END} to {_END}")
_FROM: Final = re.compile(rf"(?:send packet from|sockname) {_END}")
_TO: Final = re.compile(rf"\b\d+ times of (\d{{1,6}}) bytes message will be sent(?: to {_END})?")
_DECRYPTED: Final = re.compile(r"\bdecrypted\.$")
_ROW: Final = re.compile(r"(?<!\S)((?:[0-9a-fA-F]{8} ){0,7}(?:[0-9a-fA-F]{2}){1,4})$")
_WIDTH: Final = 32


class Reader:
    """One message after the other: the daemon has one thread."""

    NAME = "racoon log"
    LINE_END = "\n"
    begins = None
    MARK = re.compile(
        r"(?:bytes message received from|== received \d+ bytes from|bytes message will be sent to) [^\n]{1,100}\n"
        r"(?:[^\n]{0,200}\n){0,3}?[^\n]{0,200}(?<!\S)(?:[0-9a-f]{8} ){4}"
    )

    def __init__(self) -> None:
        self.talk = Talk()
        self.clock = Clock()
        self._dump: Dump | None = None
        self._inside = False
        self._ends = Ends()
        self._way = Ends()

    def read(self, number: int, text: str) -> None:
        """Take in a line."""
        if self._dump is not None and self._take(text):
            return
        if (came := _RECEIVED.search(text)) is not None:
            ends = Ends(*end(came[3]), *(end(came[4]) if came[4] else ("", 0)))
            self._begin(number, text, int(came[1] or came[2]), ends)
        elif (going := _TO.search(text)) is not None:
            ends = Ends(*self._way[:2], *end(going[2])) if going[2] else self._way
            self._begin(number, text, int(going[1]), ends)
        elif (way := _WAY.search(text)) is not None:
            self._way = Ends(*end(way[1]), *end(way[2]))
        elif (own := _FROM.search(text)) is not None:
            self._way = Ends(*end(own[1]), self._way.destination, self._way.destination_port)
        elif _DECRYPTED.search(text):
            self._begin(number, text, LONGEST_MESSAGE, Ends(), inside=True)

    def _take(self, text: str) -> bool:
        """Take a row of the dump; False if the line says something else."""
        found = _ROW.search(text)
        dump = self._dump
        if dump is None or found is None:
            if dump is not None and dump.data and not text.rstrip().endswith("DEBUG:"):
                self._finished()
            return False
        dump.take(found[1], _WIDTH)
        if dump.is_whole or self._is_over(dump):
            self._finished()
        return True

    def _is_over(self, dump: Dump) -> bool:
        """What is decrypted is as long as its header says."""
        if not self._inside or len(dump.data) < HEADER_LENGTH:
            return False
        return HEADER_LENGTH <= int.from_bytes(dump.data[24:28], "big") <= len(dump.data)

    def _begin(self, number: int, text: str, size: int, ends: Ends, *, inside: bool = False) -> None:
        self._finished()
        self._dump, self._ends, self._inside = Dump(number, text[:64], size), ends, inside

    def _finished(self) -> None:
        dump, self._dump = self._dump, None
        if dump is None or not dump.data:
            return
        data = bytes(dump.data)
        if self._inside:
            if len(data) > HEADER_LENGTH:
                self.talk.show_whole(data, first_payload=data[16], start=HEADER_LENGTH)
            return
        if not dump.is_whole:
            self.talk.broke_off(dump.line)
        self.talk.add(dump.line, self.clock.at(dump.stamp), self._ends, data)

    def finish(self) -> None:
        """The log ends."""
        self._finished()
