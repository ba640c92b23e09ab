"""Libreswan's and Openswan's pluto with `plutodebug=all` (or raw and crypt), also in syslog and in the journal.

"sending N bytes for X through eth0 from A:500 to B:500" and "*received N bytes from A:500 on eth0 B:500" stand before
the bytes. Versions before 4 do not name their own address there; it is learnt from where it was named. Of what is sent
on port 4500 the non-ESP marker is printed too. What is decrypted is shown behind "afterde"
(with crypt), in IKEv1 behind "decrypted payload", with the header in front.
"""

import re
from typing import Final

from analyzer.capture.logs.clock import Clock, stamped
from analyzer.capture.logs.message import LONGEST_MESSAGE, SURE, Dump, Ends, Talk, end
from analyzer.capture.natt import HEADER_LENGTH

_SAYS: Final = re.compile(r"(?:(?<=[ :])|^)\| ?(.*)")
_ROW: Final = re.compile(r" {2,3}[0-9a-fA-F]{2}(?: |$)")
_WIDTH: Final = 54  # of the digits; behind them the bytes are printed as characters
_SENT: Final = re.compile(
    r"sending (\d{1,6}) bytes for .{0,120}? through (\S{1,64}?)(?::\d+)?(?: from (\S{1,64}?))? to (\S{1,64}?:\d+)"
    r"(?: using (\w+))?(?: |$)"
)
_RECEIVED: Final = re.compile(
    r"\*received (\d{1,6}) bytes from (\S{1,64}?:\d+) on (\S{1,64})(?: (\S{1,64}:\d+))?(?: \(port=(\d+)\))?"
    r"(?: using (\w+))?"
)
_INSIDE: Final = re.compile(
    r"(?:data|payload) (before|after) (?:authenticated )?(en|de)cryption:|(decrypted) payload \(|(IV) before auth"
)
_OWN: Final = re.compile(r"adding (?:UDP )?interface (\S{1,64}) (\S{1,64}:\d+)")
_INTERFACES: Final = 1024
_GROUPS: Final = 16


class Reader:
    """One message after the other: what its helpers print is no message."""

    NAME = "pluto log"
    LINE_END = "\n"
    MARK = re.compile(r"\| (?:sending \d+ bytes for |\*received \d+ bytes from )")

    def __init__(self) -> None:
        self.talk = Talk()
        self.clock = Clock()
        self._own: dict[str, tuple[str, int]] = {}  # interface: its address
        self._dump: Dump | None = None
        self._kind = ""
        self._ends = Ends()
        self._before = self._iv = b""

    @staticmethod
    def begins(text: str) -> bool:
        """Pluto's lines begin with a bar or the name of a connection, or a time stands before that."""
        return text[:2] == "| " or text[:1] == '"' or stamped(text) > 0

    def read(self, number: int, text: str) -> None:
        """Take in a line."""
        found = _SAYS.search(text)
        says = found[1] if found else ""
        row = _ROW.match(says) if self._dump is not None else None
        if self._dump is not None and row is not None:
            self._dump.take(says[:_WIDTH], _GROUPS)
            if self._dump.is_whole:
                self._finished()
            return
        if found is None and self._dump is not None:
            return  # another daemon's line, or a log line of pluto between: the rows go on
        self._finished()
        if (sent := _SENT.match(says)) is not None:
            own = end(sent[3]) if sent[3] else self._own.get(sent[2], ("", 0))
            if sent[3]:
                self._learn(sent[2], own)
            self._begin(number, text, int(sent[1]), "message", Ends(*own, *end(sent[4])), sent[5])
        elif (came := _RECEIVED.match(says)) is not None:
            own = end(came[4]) if came[4] else self._own.get(came[3], ("", 0))
            if came[4]:
                self._learn(came[3], own)
            elif came[5]:
                own = own[0], int(came[5][:5])
            self._begin(number, text, int(came[1]), "message", Ends(*end(came[2]), *own), came[6])
        elif (inside := _INSIDE.match(says)) is not None:
            self._dump = Dump(number, "", LONGEST_MESSAGE)
            self._kind = inside[3] or inside[4] or inside[1] + inside[2]
        elif (named := _OWN.search(text)) is not None:
            self._learn(named[1].partition("/")[0], end(named[2]))

    def _learn(self, interface: str, own: tuple[str, int]) -> None:
        if len(self._own) < _INTERFACES:
            self._own.setdefault(interface, own)

    def _begin(self, number: int, text: str, size: int, kind: str, ends: Ends, using: str | None) -> None:
        if using not in (None, "UDP"):
            kind = "over TCP"
            self.talk.went_over_tcp(number)
        self._dump, self._kind, self._ends = Dump(number, text, size), kind, ends

    def _finished(self) -> None:
        """The dump is over."""
        dump, self._dump = self._dump, None
        if dump is None:
            return
        data = bytes(dump.data)
        if self._kind == "message":
            if not dump.is_whole:
                self.talk.broke_off(dump.line)
            if data:
                self.talk.add(dump.line, self.clock.at(dump.stamp), self._ends, data)
        elif self._kind == "afteren":
            self._show(data, self._before)
        elif self._kind == "afterde":
            self._show(self._before, data)
        elif self._kind == "decrypted" and len(data) > HEADER_LENGTH:
            self.talk.show_whole(data, first_payload=data[16], start=HEADER_LENGTH)
        if self._kind == "IV":
            self._iv = data
        else:
            self._before = data

    def _show(self, ciphertext: bytes, plaintext: bytes) -> None:
        """Of an empty message the ciphertext is short: the IV stands in front of it."""
        self.talk.show(self._iv + ciphertext if len(ciphertext) < SURE else ciphertext, plaintext)

    def finish(self) -> None:
        """The log ends."""
        self._finished()
