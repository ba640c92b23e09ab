"""What text2pcap reads: an offset and bytes in each row, a packet beginning at offset 0 (its manual page).

`tshark -x`, `hexdump -C`, `od -Ax -tx1` and `tcpdump -x` write such rows too. A packet's time is that of the line
before.
"""

import re
from typing import Final

from analyzer.capture.logs.clock import Clock
from analyzer.capture.logs.digits import row
from analyzer.capture.logs.dump import LONGEST_MESSAGE
from analyzer.capture.logs.frames import link_type_of
from analyzer.capture.logs.inside import is_cut
from analyzer.capture.logs.message import Ends, Talk

_GROUP: Final = r"(?:[0-9a-fA-F]{2}){1,8}"
_ROW: Final = re.compile(rf"[\s>]*(?:0x)?([0-9a-fA-F]{{3,8}}):?\s{{1,8}}({_GROUP}(?:\s{{1,2}}{_GROUP})*)(?=\s|$)")
_FIRST: Final = r"^[ \t>]{0,8}(?:0x)?0{3,8}:?[ \t]{1,8}(?:[0-9a-fA-F]{2,4} {1,2}){7,15}[0-9a-fA-F]{2,4}"
_ASCII: Final = re.compile(r"\s{3,}|\|")
_LEAST: Final = 8  # bytes of what is a row without doubt
_LONGEST_FRAME: Final = 4 * LONGEST_MESSAGE


class Reader:
    """A packet after the other: with Ethernet or IP headers, or a message alone."""

    NAME = "text2pcap text"
    LINE_END = "\n"
    begins = None
    SIGNS = ("000",)
    ANNOUNCES = re.compile(rf"{_FIRST}\b")
    MARK = re.compile(
        rf"{_FIRST}\b[^\n]{{0,100}}\n"
        r"[ \t>]{0,8}(?:0x)?0{1,6}10:?[ \t]",
        re.MULTILINE,
    )

    def __init__(self, talk: Talk) -> None:
        self.talk = talk
        self.clock = Clock()
        self._line = 0
        self._stamp = self._next_stamp = ""
        self._data = bytearray()
        self._last = 0  # offset of the last row
        self._row = 0  # line of it
        self._torn = False  # rows of the packet are missing

    def owns(self, text: str) -> bool:
        """Whether it is a row that goes on."""
        return bool(self._data) and _ROW.match(text) is not None

    def read(self, number: int, text: str) -> None:
        """Take in a line."""
        found = _ROW.match(text)
        if found is None:
            self._next_stamp = text[:64]
            return
        offset = int(found[1], 16)
        data = row(_ASCII.split(found[2], maxsplit=1)[0], _LONGEST_FRAME)
        before, self._row = self._row, number
        if self._is_again(offset, data, before == number - 1):
            return
        if not data or (not self._data and offset and len(data) < _LEAST):
            return  # words
        if offset == 0:
            self._finished()
            self._line, self._stamp, self._next_stamp = number, self._next_stamp, ""
        elif self._torn or not self._last < offset <= len(self._data):
            self._tear(number)
            return
        del self._data[offset:]  # what looked like bytes at the end of the row before
        self._data += data[: _LONGEST_FRAME - offset]
        self._last = offset

    def _is_again(self, offset: int, data: bytes, follows: bool) -> bool:
        """Whether a row is one that stands there twice. Packets may begin with the same row."""
        same = bool(data) and offset <= self._last and self._data[offset:].startswith(data)
        return same and (offset > 0 or (follows and not self._last))

    def _tear(self, number: int) -> None:
        """A row is missing: what follows to the next packet is of one that is not whole."""
        if not self._torn:
            self.talk.broke_off(self._line if self._data else number)
        self._data.clear()
        self._torn = True

    def _finished(self) -> None:
        data = bytes(self._data)
        self._data.clear()
        self._last, self._torn = 0, False
        if not data:
            return
        time_ns, link_type = self.clock.at(self._stamp), link_type_of(data)
        if link_type is not None:
            self.talk.add_frame(self._line, time_ns, link_type, data)
        elif is_cut(data):
            self.talk.broke_off(self._line)
        else:
            self.talk.add(self._line, time_ns, Ends(), data)

    def finish(self) -> None:
        """The text ends."""
        self._finished()
