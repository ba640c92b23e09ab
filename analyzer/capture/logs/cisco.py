"""Cisco IOS and ASA: `debug crypto ikev2 packet hexdump`, or whatever prints a message's digits behind its way.

"Received Packet [From A:500/To B:500/VRF i0:f0]", "Sending Packet [To A:500/From B:500/VRF i0:f0]" (IOS) and
"Rx [L A:500/R B:500/VRF i0:f0]", "Tx [...]" (ASA) say from where to where. Rows of digits behind them, with or without
an offset, are read where they begin with a message's header, and with the SPIs and the message ID that "Initiator SPI"
says between, if it does. What these debugs say in words about a message is no
message: nothing is made of it. Rows of a message that is never sent without encryption, and has none, are what the
device decrypted or will encrypt: they are the inside of the message of that header, if that is printed too.
"""

import re
from typing import Final

from analyzer.capture.logs.clock import Clock, stamped
from analyzer.capture.logs.digits import row as _digits
from analyzer.capture.logs.dump import LONGEST_MESSAGE, Dump
from analyzer.capture.logs.inside import is_decrypted, unmarked
from analyzer.capture.logs.message import Ends, Talk, end
from analyzer.capture.natt import HEADER_LENGTH, NON_ESP_MARKER

_FROM_TO: Final = re.compile(r"(Received|Sending|Sent) Packet \[(From|To) (\S{1,64}:\d+)/(?:From|To) (\S{1,64}?:\d+)/")
_LOCAL: Final = re.compile(r"\b(Rx|Tx) \[L (\S{1,64}?:\d+)/R (\S{1,64}?:\d+)/")
_WORDS: Final = re.compile(r"IKEv2[-\w]{0,16}:\s?(?:\([^)]{0,64}\)):?\s?|IKEv2-[A-Z]{2,8}-?\d{0,2}:\s?(?:\(\d+\): ?)?")
_GROUP: Final = r"(?:[0-9a-fA-F]{2}){1,4}"
_ROW: Final = re.compile(rf"\s*(?:(?:0x)?([0-9a-fA-F]{{1,8}}): ?)?({_GROUP}(?: {{1,3}}{_GROUP})*)(?=\s|$)")
_SAID: Final = re.compile(r"\s*[A-Z][\w ()-]{1,64}(?:\s?:|$)")
_WIDTH: Final = 32
_LEAST: Final = 8  # bytes of what is the first row without doubt
_NAMED: Final = re.compile(
    r"Initiator SPI : ([0-9a-fA-F]{16}) - Responder SPI : ([0-9a-fA-F]{16}) Message id: (\d{1,10})"
)


class Reader:
    """Looks for rows of digits behind each line that says from where to where."""

    NAME = "Cisco log"
    LINE_END = "\n"
    SIGNS = (" Packet [", "x [L ")
    ANNOUNCES = re.compile(rf"{_FROM_TO.pattern}|{_LOCAL.pattern}")
    MARK = re.compile(
        r"(?:(?:Received|Sending|Sent) Packet \[(?:From|To) |\b[RT]x \[L )[^\n]{8,200}\n(?:[^\n]{0,200}\n){0,20}?"
        r"[^\n]{0,100}?(?<!\S)(?:(?:[0-9a-fA-F]{2} ){15}|(?:[0-9a-fA-F]{4} ){7}|(?:[0-9a-fA-F]{8} ){3})[0-9a-fA-F]{2}"
    )

    @staticmethod
    def begins(text: str, _before: str, /) -> bool:
        """Lines with a time, rows, and lines of words: these begin with a name and a colon, or with nothing else."""
        return stamped(text) > 0 or _ROW.match(text) is not None or _SAID.match(text) is not None

    def __init__(self, talk: Talk) -> None:
        self.talk = talk
        self.clock = Clock()
        self._ends: Ends | None = None
        self._stamp = ""
        self._dump: Dump | None = None
        self._named: bytes | None = None  # SPIs and message ID

    def owns(self, text: str) -> bool:
        """Whether it says from where to where, or is a row of what came or went."""
        waits = self._ends is not None and (self._dump is None or not self._dump.is_whole)
        return _way(text) is not None or (waits and _row_of(text) is not None)

    def read(self, number: int, text: str) -> None:
        """Take in a line."""
        way = _way(text)
        if way is not None:
            self._finished()
            self._ends, self._stamp, self._named = way, text[:64], None
            return
        if self._ends is None:
            return
        if (named := _NAMED.search(text)) is not None:
            self._finished()
            self._named = bytes.fromhex(named[1] + named[2]) + (int(named[3]) & 0xFFFF_FFFF).to_bytes(4, "big")
            return
        row = _row_of(text)
        if row is None:
            self._finished()
            return
        if self._dump is None and len(_digits(row[2], _WIDTH)) < _LEAST:
            return  # a word
        dump = self._dump = self._dump or Dump(number, self._stamp, LONGEST_MESSAGE)
        if row[1] is not None and (place := int(row[1], 16)) != len(dump.data):
            again = _digits(row[2], _WIDTH)  # a line that stands there twice
            if place > len(dump.data) or dump.data[place : place + len(again)] != again:
                dump.tear()
            return
        before = len(dump.data)
        if not dump.take(row[2], _WIDTH) and before >= dump.size:
            dump.tear()
        if row[1] is None:
            dump.note(text)
        marker = len(NON_ESP_MARKER) if dump.data[:4] == NON_ESP_MARKER else 0
        if len(dump.data) >= marker + HEADER_LENGTH:
            length = int.from_bytes(dump.data[marker + 24 : marker + HEADER_LENGTH], "big")
            dump.size = min(length + marker, LONGEST_MESSAGE)

    def _finished(self) -> None:
        """The rows are over: a message, if they are as long as their header says."""
        dump, self._dump = self._dump, None
        if dump is None or self._ends is None or not (dump.data or dump.is_torn):
            return
        message = unmarked(bytes(dump.data))
        if not dump.is_message or len(message) < HEADER_LENGTH or self._named not in (None, _name(message)):
            self.talk.broke_off(dump.line)
            return
        if is_decrypted(message):
            self.talk.show_whole(dump.line, message, message[16], HEADER_LENGTH)
        else:
            self.talk.add(dump.line, self.clock.at(dump.stamp), self._ends, bytes(dump.data))
        self._ends = None

    def finish(self) -> None:
        """The log ends."""
        self._finished()


def _row_of(text: str) -> re.Match[str] | None:
    """A row of digits, behind a time and words."""
    start = stamped(text)
    said = _WORDS.search(text, start)
    return _ROW.match(text[said.end() if said else start :])


def _name(message: bytes) -> bytes:
    """SPIs and message ID of a header."""
    return message[:16] + message[20:24]


def _way(text: str) -> Ends | None:
    """From where to where, if the line says it."""
    if (found := _FROM_TO.search(text)) is not None:
        first, second = end(found[3]), end(found[4])
        return Ends(*first, *second) if found[2] == "From" else Ends(*second, *first)
    if (found := _LOCAL.search(text)) is not None:
        local, remote = end(found[2]), end(found[3])
        return Ends(*remote, *local) if found[1] == "Rx" else Ends(*local, *remote)
    return None
