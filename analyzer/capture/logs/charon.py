"""strongSwan's charon with `net = 3` and `enc = 3`, also of its apps and of charon-systemd in the journal.

What is received is printed as it came, the non-ESP marker included ("received packet => N bytes", and then from where
to where). What is sent is printed by the generator, which prints much else in the same words: headers alone, and what
will be encrypted. Of the dumps of a thread those are messages that a line "sending packet" of that thread follows with
their length; the length in their header may still be that of the header.

"plain =>" stands near "encrypted =>": before it, and behind "generating INFORMATIONAL request 2 [ D ]", of what is
sent; behind it, and before "parsed INFORMATIONAL request 2 [ D ]", of what is received. So what is printed on both
sides of the plaintext is of its message. Without these words the memory must be the same, where one becomes the other.
"""

import re
from collections import deque
from typing import Final

from analyzer.capture.logs.clock import Clock, stamped
from analyzer.capture.logs.dump import Dump
from analyzer.capture.logs.inside import Inside, Name
from analyzer.capture.logs.message import Ends, Talk, end
from analyzer.capture.natt import HEADER_LENGTH

_ROW: Final = re.compile(r"\s*(\d+): ?((?:[0-9A-Fa-f]{2}(?: |$)){1,16})")
_SAYS: Final = re.compile(r"(?:(?<!\S)(\d\d)\[(?:[A-Z]{3})\] ?(?:<([^>]{0,255})> ?)?)(.*)")
_BEGINNING: Final = re.compile(r"(?<!\S)\d\d\[[A-Z]{3}\]|charon-systemd\[|^\s*\d+: ?[0-9A-Fa-f]{2} ")
_OF_JOURNAL: Final = re.compile(r"()()\bcharon-systemd\[\d{1,9}\]: ?(.*)")  # whose lines name no thread
_HEAD: Final = re.compile(
    r"(received packet|generated data of this generator|IV|plain|padding|assoc|encrypted|ICV)"
    r" => (\d{1,6}) bytes @ ?(\w*)"
)
_BEGINS: Final = re.compile(r"(?:encrypted (?:fragment )?payload (en|de)cryption|(en|de)crypting payloads):")
_NAMES: Final = re.compile(r"(generating|parsed) (\w{1,32}) (request|response) (\d{1,10}) \[(?: EF\((\d{1,5})/)?")
_ROW_BYTES: Final = 16
_WAY: Final = re.compile(r"(received|sending) packet: from (\S+?\[\d+\]) to (\S+?\[\d+\])(?: \((\d{1,6}) bytes\))?")
_RECEIVED, _GENERATED = "received packet", "generated data of this generator"
_MESSAGES: Final = (_RECEIVED, _GENERATED)
_KEPT: Final = 256  # dumps of a thread that no line "sending packet" has claimed yet
_KEPT_BYTES: Final = 1 << 20
_SENT: Final = 64
_THREADS: Final = 64


class _Cycle:
    """What is printed of one encryption or decryption. tag: of the IKE SA, as the line says at which it began."""

    __slots__ = ("encrypts", "is_whole", "line", "name", "parts", "tag")

    def __init__(self, line: int, encrypts: bool, tag: str | None, name: Name | None) -> None:
        self.line, self.encrypts, self.tag, self.name = line, encrypts, tag, name
        self.parts: dict[str, tuple[bytes, str]] = {}
        self.is_whole = True

    def take(self, kind: str, dump: Dump, memory: str) -> None:
        """Take one of its dumps, each of which there is once. memory: where the bytes are."""
        part = bytes(dump.data), memory
        self.is_whole &= self.parts.setdefault(kind, part) == part and dump.is_whole

    def inside(self) -> Inside | None:
        """What it shows; None where something is missing."""
        (plain, source), (ciphertext, target) = (self.parts.get(kind, (b"", "")) for kind in ("plain", "encrypted"))
        if not self.is_whole or not ciphertext or (self.name is None and (source != target or not source)):
            return None
        iv, padding, icv, header = (self.parts.get(kind, (b"", ""))[0] for kind in ("IV", "padding", "ICV", "assoc"))
        if not self.encrypts and icv and ciphertext[len(plain + padding) :] == icv:
            ciphertext = ciphertext[: len(plain + padding)]
        return Inside(plain + padding, ciphertext, iv, icv, header, self.name)


class _Thread:
    """What one thread has printed, and not said enough of.

    name: of the message that it generates, as long as it is not encrypted; sends: as long as it is not sent. ended:
    whether a dump of an encryption or decryption is whole since the last line.
    """

    __slots__ = ("cycle", "dump", "ended", "generated", "kind", "memory", "name", "received", "sends")

    def __init__(self) -> None:
        self.cycle: _Cycle | None = None
        self.name: Name | None = None
        self.sends: Name | None = None
        self.dump: Dump | None = None
        self.kind = self.memory = ""
        self.ended = False
        self.received: Dump | None = None
        self.generated: deque[Dump] = deque(maxlen=_KEPT)


class Reader:
    """Follows each thread for itself, since their lines are mixed."""

    NAME = "charon log"
    LINE_END = "\n"
    MARK = re.compile(r"(?:received packet|generated data of this generator) => \d+ bytes @ ?(?:0x[0-9a-f]+|\(nil\))")
    SIGNS = (" bytes @",)
    ANNOUNCES = MARK

    def __init__(self, talk: Talk) -> None:
        self.talk = talk
        self.clock = Clock()
        self._threads: dict[str, _Thread] = {}
        self._sent: deque[tuple[Ends, bytes]] = deque(maxlen=_SENT)
        self._prints_sent = False
        self._row = ""  # the last row, which a terminal may have wrapped
        self._last: _Thread | None = None

    @staticmethod
    def begins(text: str, _before: str, /) -> bool:
        """Charon's lines have a thread, those of others a time, rows of the journal an offset."""
        return _BEGINNING.search(text) is not None or stamped(text) > 0

    def owns(self, text: str) -> bool:
        """Whether the line names a thread."""
        return _SAYS.search(text) is not None or _OF_JOURNAL.search(text) is not None

    def read(self, number: int, text: str) -> None:
        """Take in a line."""
        found = _SAYS.search(text) or _OF_JOURNAL.search(text)
        if found is None:
            self._wrapped(text)
            return
        name, tag, says = found.groups()
        thread = self._threads.get(name) or self._new(name)
        self._row, self._last = "", thread
        if thread.dump is not None and thread.dump.is_near(text) and self._continue(thread, says):
            return
        if thread.ended and thread.cycle is not None and _ROW.match(says):
            thread.cycle.is_whole = False  # a row too many: another one was not of this dump
            return
        self._finished(thread)  # rows of a dump stand together
        thread.ended = False
        if thread.cycle is not None and thread.cycle.tag != tag:
            self._over(thread)
        if (head := _HEAD.match(says)) is not None:
            thread.dump, thread.kind, thread.memory = Dump(number, text, int(head[2])), head[1], head[3]
            if thread.dump.is_whole:
                self._finished(thread)
        elif (way := _WAY.search(says)) is not None:
            self._over(thread)
            thread.name = None
            self._placed(thread, number, text, way)
        elif (begins := _BEGINS.search(says)) is not None:
            self._over(thread)
            encrypts = "en" in begins.groups()
            thread.cycle = _Cycle(number, encrypts, tag, thread.name if encrypts else None)
            thread.name = None
        elif (names := _NAMES.match(says)) is not None:
            self._named(thread, names)

    def _named(self, thread: _Thread, names: re.Match[str]) -> None:
        """A message is named: before it is encrypted, or behind its decryption."""
        name, parsed = Name(int(names[4]), names[3] == "response", int(names[5] or 0)), names[1] == "parsed"
        if parsed and thread.cycle is not None and not thread.cycle.encrypts:
            thread.cycle.name = name
        self._over(thread)
        if not parsed:
            thread.sends = name
        thread.name = None if parsed else name

    def _over(self, thread: _Thread) -> None:
        """All is printed of an encryption or decryption; of one that failed no plaintext is."""
        cycle, thread.cycle = thread.cycle, None
        if cycle is None or "plain" not in cycle.parts:
            return
        inside = cycle.inside()
        if inside is None:
            self.talk.leave_out(cycle.line)
        else:
            self.talk.show(cycle.line, inside.of)

    def _new(self, name: str) -> _Thread:
        if len(self._threads) >= _THREADS:
            self.finish()
            self._threads.clear()
        return self._threads.setdefault(name, _Thread())

    def _continue(self, thread: _Thread, says: str) -> bool:
        """Take a row of the dump that the thread is printing; True if it is one."""
        dump = thread.dump
        row = _ROW.match(says)
        if dump is None or row is None:
            return False
        start, data = int(row[1]), bytes.fromhex(row[2])
        again = bytes(dump.data[start:])  # a row that is printed again, joined to its wrapped rest
        if start % _ROW_BYTES or start > len(dump.data) or start + len(data) > dump.size or not data.startswith(again):
            return False
        self._row, self._last = says, thread
        dump.data[start:] = data
        if dump.is_whole:
            self._finished(thread)
        return True

    def _wrapped(self, text: str) -> None:
        """A line that does not begin as charon's do: a row of the journal, or what a terminal wrapped."""
        thread, row = self._last, self._row
        if thread is None or thread.dump is None:
            return
        if self._continue(thread, text) or self._continue(thread, row + text):
            return
        self._row, self._last = "", None

    def _finished(self, thread: _Thread) -> None:
        """The dump of a thread is over."""
        dump, thread.dump = thread.dump, None
        if dump is None:
            return
        self._prints_sent = self._prints_sent or thread.kind == _GENERATED
        if thread.kind not in _MESSAGES:
            self._inside(thread, dump)
        elif thread.kind == _RECEIVED:
            self._received(thread, dump)
        elif (
            dump.is_whole and len(dump.data) > HEADER_LENGTH and all(one.data != dump.data for one in thread.generated)
        ):
            thread.generated.append(dump)
            while sum(len(one.data) for one in thread.generated) > _KEPT_BYTES:
                thread.generated.popleft()

    def _received(self, thread: _Thread, dump: Dump | None) -> None:
        """A message was received; of the one before it no line says between whom it was."""
        before, thread.received = thread.received, dump
        if before is not None:
            self.talk.add(before.line, self.clock.at(before.stamp), Ends(), bytes(before.data))
        if dump is not None and not dump.is_whole:
            thread.received = None
            self.talk.broke_off(dump.line)

    def _inside(self, thread: _Thread, dump: Dump) -> None:
        """One of the dumps of an encryption or decryption, whose beginning may be missing."""
        if thread.cycle is None and thread.kind == "plain":
            self.talk.leave_out(dump.line)
        elif thread.cycle is not None:
            thread.cycle.take(thread.kind, dump, thread.memory)
            thread.ended = dump.is_whole

    def _placed(self, thread: _Thread, number: int, text: str, way: re.Match[str]) -> None:
        """A line that says from where to where."""
        ends = Ends(*end(way[2]), *end(way[3]))
        if way[1] == "received":
            dump, thread.received = thread.received, None
            if dump is not None and way[4] is not None and int(way[4]) != len(dump.data):
                thread.received = dump  # whose line is missing
            elif dump is not None:
                self.talk.add(dump.line, self.clock.at(dump.stamp), ends, bytes(dump.data))
        elif way[4] is not None:
            self._send(thread, number, text, ends, int(way[4]))

    def _send(self, thread: _Thread, number: int, text: str, ends: Ends, size: int) -> None:
        sends, thread.sends = thread.sends, None
        dump = next((one for one in thread.generated if _is_sent(one, size, sends)), None)
        if dump is not None:
            while thread.generated.popleft() is not dump:
                pass  # what was never sent
            data = bytes(dump.data[:24]) + size.to_bytes(4, "big") + bytes(dump.data[HEADER_LENGTH:])
            self._sent.append((ends, data))
            self.talk.add(dump.line, self.clock.at(text), ends, data)
            return
        again = next((data for known, data in reversed(self._sent) if known == ends and len(data) == size), None)
        if again is not None:
            self.talk.add(number, self.clock.at(text), ends, again)
        elif self._prints_sent:
            self.talk.broke_off(number)

    def finish(self) -> None:
        """The log ends, or what its threads have begun."""
        for thread in self._threads.values():
            self._finished(thread)
            self._received(thread, None)
            self._over(thread)


def _is_sent(dump: Dump, size: int, sends: Name | None) -> bool:
    """Whether what was generated is the message that is sent: by its length, and by the name that words gave to it."""
    header = dump.data[:HEADER_LENGTH]
    length, message_id = (int.from_bytes(header[at : at + 4], "big") for at in (24, 20))
    if len(dump.data) != size or length not in (size, HEADER_LENGTH):
        return False
    return sends is None or sends.message_id == message_id
