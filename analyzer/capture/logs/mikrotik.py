"""MikroTik RouterOS: `/system logging add topics=ipsec,packet` and `topics=ipsec,debug`.

Its daemon began as racoon and says the same of IKEv1, behind the topics of a line ("ipsec,debug,packet"; WinBox sets
blanks between them) and the prefix that a user gave. Of IKEv2 "=> decrypted packet (size 0xN)" and "=> outgoing plain
packet (size 0xN)" stand before a message without its encryption: its own header, and the payloads behind it. The former
has come, the latter is printed encrypted further down. Of other dumps, "(first 0x100 of 0xN)" among them, nothing is
made. An entry without text stands behind 256 bytes. With `bsd-syslog=yes` a remote log has no topics: what it says of
IKEv2 is RouterOS' own all the same.
"""

import re
from typing import Final

from analyzer.capture.logs import racoon
from analyzer.capture.logs.clock import stamped
from analyzer.capture.logs.dump import Dump
from analyzer.capture.logs.message import Talk
from analyzer.capture.natt import HEADER_LENGTH

_TOPICS: Final = re.compile(r"\bipsec(?:, ?[\w!]{1,16}){1,8}:?(?: |$)")
_BEGINNING: Final = re.compile(
    r"^<\d{1,3}>|(?:^|\s)(?:ipsec\b|[a-z][\w-]{1,15}(?:, ?[\w!-]{1,16}){1,8}:?(?: |$))|^\s*(?:#|-- |\[?[\w.-]{1,64}@)"
)
_DIGIT: Final = re.compile(r"[0-9]")
_WORD: Final = re.compile(r"[^0-9a-fA-F\s]")
_PACKET: Final = r"=> (?:decrypted|outgoing plain) packet \(size 0x([0-9a-fA-F]{1,5})\)"
_UNENCRYPTED: Final = re.compile(_PACKET + "$")
_OWN: Final = re.compile(
    rf"(?!.*\bipsec\b).*?(?:={{5}} (?:received|sending) \d{{1,6}} bytes from |(?:<-|->) ike2 re\w{{4,5}}, |{_PACKET})"
)


class Reader(racoon.Reader):
    """racoon's, with what stands before it in each line, and what it says of IKEv2."""

    NAME = "MikroTik log"
    SIGNS = ("ipsec", " packet (size 0x")
    MARK = ANNOUNCES = re.compile(
        r"\bipsec(?:, ?[\w!]{1,16}){1,8}:? "
        r"(?:[^\n]{0,64}?\b\d{1,6} bytes (?:from|message)|[^\n]{0,8}(?:[0-9a-f]{8} ){4})|" + _PACKET
    )

    def __init__(self, talk: Talk) -> None:
        super().__init__(talk)
        self._head = ""  # what stands before a row
        self._bare = False  # no topics stand there

    @staticmethod
    def begins(text: str, _before: str, /) -> bool:
        """A line with a time or topics, a prompt, or words alone: a terminal wraps within groups of digits too."""
        if stamped(text) > 0 or _BEGINNING.search(text) is not None:
            return True
        return _DIGIT.search(text) is None and _WORD.search(text) is not None

    def owns(self, text: str) -> bool:
        """Whether topics stand before what it says, or have never done so."""
        return self._bare or _TOPICS.search(text) is not None or _OWN.match(text) is not None

    def read(self, number: int, text: str) -> None:
        """Take in a line; what other topics say is passed over."""
        if not self.owns(text):
            return
        self._bare = self._bare or _TOPICS.search(text) is None
        super().read(number, text)

    def _look(self, number: int, text: str) -> None:
        if (found := _UNENCRYPTED.search(text)) is not None:
            self._begin(number, text, "unencrypted", int(found[1], 16))
        else:
            super()._look(number, text)

    def _take(self, dump: Dump, text: str) -> bool:
        found = racoon.ROW.search(text)
        if found is not None:
            self._head = text[stamped(text) : found.start()].strip()
        return super()._take(dump, text)

    def _goes_on(self, dump: Dump, text: str) -> bool:
        return bool(dump.data) and text[stamped(text) :].strip() == self._head

    def _opened(self, dump: Dump) -> None:
        if self._kind != "unencrypted":
            super()._opened(dump)
            return
        data = bytes(dump.data)
        if not dump.is_whole:
            self.talk.broke_off(dump.line)
        elif not dump.is_sure:
            self.talk.leave_out(dump.line)
        elif len(data) >= HEADER_LENGTH and int.from_bytes(data[24:HEADER_LENGTH], "big") == len(data):
            self.talk.show_whole(dump.line, data, data[16], HEADER_LENGTH)
