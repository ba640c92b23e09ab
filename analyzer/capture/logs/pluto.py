"""Libreswan's and Openswan's pluto with `plutodebug=all` (or raw and crypt), also in syslog and in the journal.

"sending N bytes for X through eth0 from A:500 to B:500" and "*received N bytes from A:500 on eth0 B:500" stand before
the bytes. Versions before 4 do not name their own address there; it is learnt from where it was named. Of what is sent
on port 4500 the non-ESP marker is printed too.

With crypt, "data before encryption" and "data after encryption" and the same of decryption, behind the IV; of AEAD
("authenticated") what is decrypted has the ICV behind it. Of IKEv1 "decrypted payload" is what came last, with its
header, and "IV after" the last block of its ciphertext. These dumps do not say how long they are.
"""

import re
from typing import Final

from analyzer.capture.logs.clock import Clock, at_once, stamped
from analyzer.capture.logs.digits import row
from analyzer.capture.logs.dump import LONGEST_MESSAGE, Dump
from analyzer.capture.logs.inside import Inside
from analyzer.capture.logs.message import Ends, Held, Talk, end
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
    r"(?:data|payload) (before|after) ((?:authenticated )?)(en|de)cryption:"
    r"|(decrypted) payload \(|(IV|AAD) before auth|(?:en|de)cryption (IV)/starting-variable|(IV) after:"
)
_OWN: Final = re.compile(r"adding (?:UDP )?interface (\S{1,64}) (\S{1,64}:\d+)")
_INTERFACES: Final = 1024
_MESSAGES: Final = ("sent", "received")
_ROW_BYTES: Final = 16
_COUNTER: Final = bytes(3) + b"\x01"  # of CTR, behind salt and IV (RFC 3686 section 4)
_SALT: Final = len(_COUNTER)
_LONGEST_NS: Final = 10**8  # that the dumps of one message take


class Reader:
    """One message after the other: what its helpers print is no message."""

    NAME = "pluto log"
    LINE_END = "\n"
    MARK = re.compile(r"\| (?:sending \d+ bytes for |\*received \d+ bytes from )")
    SIGNS = ("| sending ", "| *received ")
    ANNOUNCES = MARK

    def __init__(self, talk: Talk) -> None:
        self.talk = talk
        self.clock = Clock()
        self._own: dict[str, tuple[str, int]] = {}  # interface: its address
        self._dump: Dump | None = None
        self._kind = ""
        self._ends = Ends()
        self._before: Dump | None = None  # what is encrypted or decrypted, and its kind
        self._before_kind = ""
        self._since = self._until = ""  # lines at which dumps of one message begin and end
        self._iv = self._header = b""
        self._received: Held | None = None

    @staticmethod
    def begins(text: str, _before: str, /) -> bool:
        """Pluto's lines begin with a bar or the name of a connection, or a time stands before that."""
        return text[:2] == "| " or text[:1] == '"' or stamped(text) > 0

    def owns(self, text: str) -> bool:
        """Whether there is a bar before what it says."""
        return _SAYS.search(text) is not None

    def read(self, number: int, text: str) -> None:
        """Take in a line."""
        found = _SAYS.search(text)
        says = found[1] if found else ""
        if self._dump is not None and _ROW.match(says):
            self._take(self._dump, text, says)
            return
        if found is None and self._dump is not None:
            return  # another daemon's line, or a log line of pluto between: the rows go on
        self._finished()
        if (sent := _SENT.match(says)) is not None:
            own = end(sent[3]) if sent[3] else self._own.get(sent[2], ("", 0))
            if sent[3]:
                self._learn(sent[2], own)
            self._begin(number, text, int(sent[1]), "sent", Ends(*own, *end(sent[4])), sent[5])
        elif (came := _RECEIVED.match(says)) is not None:
            own = end(came[4]) if came[4] else self._own.get(came[3], ("", 0))
            if came[4]:
                self._learn(came[3], own)
            elif came[5]:
                own = own[0], int(came[5][:5])
            self._begin(number, text, int(came[1]), "received", Ends(*end(came[2]), *own), came[6])
        elif (inside := _INSIDE.match(says)) is not None:
            self._dump = Dump(number, text, LONGEST_MESSAGE)
            self._since = self._since if self._iv or self._before is not None else text
            self._kind = inside[4] or inside[5] or inside[6] or inside[7] or "".join(inside.group(1, 2, 3))
        elif self.ANNOUNCES.search(text) is not None:
            self.talk.broke_off(number)
        elif (named := _OWN.search(text)) is not None:
            self._learn(named[1].partition("/")[0], end(named[2]))

    def _take(self, dump: Dump, text: str, says: str) -> None:
        """Take a row of a dump. All but the last are full: behind another one, a row is of another dump."""
        data = row(says[:_WIDTH], _ROW_BYTES)
        foreign = len(dump.data) % _ROW_BYTES or len(data) > dump.size - len(dump.data)
        if foreign or not dump.is_near(text):
            dump.is_sure = False
            dump.tear()
            return
        dump.note(text)
        self._until = text
        dump.data += data

    def _learn(self, interface: str, own: tuple[str, int]) -> None:
        if len(self._own) < _INTERFACES:
            self._own.setdefault(interface, own)

    def _begin(self, number: int, text: str, size: int, kind: str, ends: Ends, using: str | None) -> None:
        if using not in (None, "UDP"):
            kind = "over TCP"
            self.talk.went_over_tcp(number)
        self._leave_plain()
        self._iv, self._header, self._received = b"", b"", None
        self._dump, self._kind, self._ends = Dump(number, text, size), kind, ends

    def _finished(self) -> None:
        """The dump is over."""
        dump, self._dump = self._dump, None
        if dump is None:
            return
        if self._kind in _MESSAGES:
            self._message(dump)
        elif self._kind == "IV":
            iv = bytes(dump.data)
            self._iv = iv[_SALT:-_SALT] if iv.endswith(_COUNTER) else iv
        elif self._kind == "AAD":
            self._header = bytes(dump.data)
        elif self._kind == "decrypted":
            self._opened(dump)
        elif self._kind.startswith("before"):
            self._leave_plain()
            self._before, self._before_kind = dump, self._kind
        elif self._kind.startswith("after"):
            self._after(dump)

    def _message(self, dump: Dump) -> None:
        one = self.talk.add_dump(dump, self.clock.at(dump.stamp), self._ends)
        self._received = one if self._kind == "received" else None

    def _leave_plain(self) -> None:
        """What is printed of an encryption or decryption is not all there."""
        before, self._before = self._before, None
        if before is not None and self._before_kind.endswith("en"):
            self.talk.leave_out(before.line)

    def _after(self, dump: Dump) -> None:
        """The end of an encryption, whose ciphertext this is, or of a decryption, whose plaintext it is.

        A plaintext that will be encrypted stands between the message's IV and its ciphertext. One that was decrypted
        is known by the ICV behind it; of CBC nothing behind it is printed that is the message's.
        """
        before, self._before, iv, header = self._before, None, self._iv, self._header
        self._iv = self._header = b""
        if before is None or self._kind.removeprefix("after") != self._before_kind.removeprefix("before"):
            if before is not None or self._kind.endswith("de"):
                self.talk.leave_out(dump.line)
            return
        inside = Inside(bytes(before.data), bytes(dump.data), iv, header=header)
        sure = before.is_sure and dump.is_sure and bool(header) == ("authenticated" in self._kind)
        if self._kind.endswith("de"):
            size = len(before.data)
            inside = Inside(inside.ciphertext[:size], inside.plaintext, iv, inside.ciphertext[size:], header)
            sure = sure and bool(inside.icv) and bool(header)
        if sure and iv:
            self.talk.show(before.line, inside.of)
        else:
            self.talk.leave_out(dump.line)

    def _opened(self, dump: Dump) -> None:
        """The message that came last (IKEv1), decrypted: the block that the next IV is made of ends its ciphertext."""
        data, received, iv = bytes(dump.data), self._received, self._iv
        self._received, self._iv = None, b""
        known = received is not None and iv and received.payload.endswith(iv)
        if (
            len(data) <= HEADER_LENGTH
            or not known
            or not dump.is_sure
            or not at_once(self._since, self._until, _LONGEST_NS)
        ):
            self.talk.leave_out(dump.line)
        else:
            self.talk.show_whole(dump.line, data, data[16], HEADER_LENGTH, of=received)

    def finish(self) -> None:
        """The log ends."""
        self._finished()
        self._leave_plain()
