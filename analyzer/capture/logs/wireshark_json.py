"""JSON of Wireshark with the bytes of frames: `tshark -T json -x` or "Export Packet Dissections, As JSON" of frames.

Of all that stands there only each frame's bytes ("frame_raw"), its number, time and encapsulation are read: what
Wireshark says of them is not asked. Its dissection may be another.
"""

import re
from typing import Final

from analyzer.capture.logs.clock import Clock
from analyzer.capture.logs.frames import ETHERNET, LINUX_SLL, LINUX_SLL2, RAW, link_type_of
from analyzer.capture.logs.message import Ends, Talk

_ENCAPSULATIONS: Final = {
    1: ETHERNET,
    4: 9,
    7: RAW,
    15: 0,
    20: 105,
    23: 127,
    25: LINUX_SLL,
    129: 228,
    130: 229,
    210: LINUX_SLL2,
}
"""Wireshark's number (wiretap/wtap.h): LINKTYPE_."""

_RAW: Final = re.compile(r'"frame_raw"\s*:\s*(?:\[\s*)?"([0-9a-fA-F]*)')
_FIELD: Final = re.compile(r'"frame\.(number|encap_type|time_epoch)"\s*:\s*(?:\[\s*)?"([^"]{1,40})')
_EPOCH: Final = re.compile(r"(\d{1,11})(?:\.(\d{1,9})\d*)?$")
_LARGEST: Final = 1 << 53


class Reader:
    """A frame after the other; told apart by their bytes, which stand first."""

    NAME = "Wireshark JSON"
    LINE_END = ","
    begins = None
    SIGNS = ('"frame_raw"',)
    ANNOUNCES = re.compile(r'"frame_raw"\s*:')
    MARK = re.compile(r'"frame_raw"\s*:\s*\[\s*"[0-9a-fA-F]{16}')

    def __init__(self, talk: Talk) -> None:
        self.talk = talk
        self.clock = Clock()
        self._data: bytes | None = None
        self._fields: dict[str, str] = {}
        self._count = 0

    def owns(self, _text: str, /) -> bool:
        """Nothing else is read where this is."""
        return True

    def read(self, number: int, text: str) -> None:
        """Take in what stands between two commas."""
        del number
        if '"frame' not in text:
            return
        if (found := _RAW.search(text)) is not None:
            self._finished()
            self._data = bytes.fromhex(found[1][: len(found[1]) & ~1])
            self._count += 1
        for name, value in _FIELD.findall(text):
            self._fields.setdefault(name, value)

    def _finished(self) -> None:
        data, fields = self._data, self._fields
        self._data, self._fields = None, {}
        if not data:
            return
        link_type = _ENCAPSULATIONS.get(_number(fields.get("encap_type", ""))) if "encap_type" in fields else None
        if link_type is None:
            link_type = link_type_of(data)
        number = _number(fields.get("number", "")) or self._count
        time_ns = _time(fields.get("time_epoch", ""))
        if link_type is None:
            self.talk.add(number, time_ns, Ends(), data)
        else:
            self.talk.add_frame(number, time_ns, link_type, data)

    def finish(self) -> None:
        """The text ends."""
        self._finished()


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and int(text[:20]) < _LARGEST and len(text) < 17 else 0


def _time(text: str) -> int | None:
    """Seconds since 1970 with a fraction, or (since Wireshark 4.2) a date."""
    if (found := _EPOCH.match(text)) is not None:
        return int(found[1]) * 10**9 + int((found[2] or "").ljust(9, "0"))
    clock = Clock()
    return clock.at(text)
