"""strongSwan's charon with `net = 3` and `enc = 3`, also of its apps and of charon-systemd in the journal.

What is received is printed as it came, the non-ESP marker included ("received packet => N bytes", and then from where
to where). What is sent is printed by the generator, which prints much else in the same words: headers alone, and what
will be encrypted. Of the dumps of a thread those are messages that a line "sending packet" of that thread follows with
their length; the length in their header may still be that of the header. "plain =>" stands near "encrypted =>", before
or behind it.
"""

import re
from collections import deque
from typing import Final

from analyzer.capture.logs.clock import Clock, stamped
from analyzer.capture.logs.message import SURE, Dump, Ends, Talk, end
from analyzer.capture.natt import HEADER_LENGTH

_ROW: Final = re.compile(r"\s*(\d+): ?((?:[0-9A-Fa-f]{2}(?: |$)){1,16})")
_SAYS: Final = re.compile(r"(?:(?<!\S)(\d\d)\[(?:[A-Z]{3})\] ?(?:<[^>]{0,255}> ?)?)(.*)")
_BEGINNING: Final = re.compile(r"(?<!\S)\d\d\[[A-Z]{3}\]|charon-systemd\[|^\s*\d+: ?[0-9A-Fa-f]{2} ")
_OF_JOURNAL: Final = re.compile(r"()\bcharon-systemd\[\d{1,9}\]: ?(.*)")  # whose lines name no thread
_HEAD: Final = re.compile(r"(received packet|generated data of this generator|IV|plain|encrypted) => (\d{1,6}) bytes @")
_BEGINS: Final = re.compile(r"(?:encrypted payload (?:en|de)cryption|(?:en|de)crypting payloads):")
_WAY: Final = re.compile(r"(received|sending) packet: from (\S+?\[\d+\]) to (\S+?\[\d+\])(?: \((\d{1,6}) bytes\))?")
_KEPT: Final = 256  # dumps of a thread that no line "sending packet" has claimed yet
_KEPT_BYTES: Final = 1 << 20
_SENT: Final = 64
_THREADS: Final = 64


class _Thread:
    """What one thread has printed, and not said enough of."""

    __slots__ = ("dump", "encrypted", "generated", "iv", "kind", "plain", "received")

    def __init__(self) -> None:
        self.dump: Dump | None = None
        self.kind = ""
        self.received: Dump | None = None
        self.generated: deque[Dump] = deque(maxlen=_KEPT)
        self.plain: bytes | None = None
        self.encrypted: bytes | None = None
        self.iv = b""


class Reader:
    """Follows each thread for itself, since their lines are mixed."""

    NAME = "charon log"
    LINE_END = "\n"
    MARK = re.compile(r"(?:received packet|generated data of this generator) => \d+ bytes @ ?(?:0x[0-9a-f]+|\(nil\))")

    def __init__(self) -> None:
        self.talk = Talk()
        self.clock = Clock()
        self._threads: dict[str, _Thread] = {}
        self._sent: deque[tuple[Ends, bytes]] = deque(maxlen=_SENT)
        self._row = ""  # the last row, which a terminal may have wrapped
        self._last: _Thread | None = None

    @staticmethod
    def begins(text: str) -> bool:
        """Charon's lines have a thread, those of others a time, rows of the journal an offset."""
        return _BEGINNING.search(text) is not None or stamped(text) > 0

    def read(self, number: int, text: str) -> None:
        """Take in a line."""
        found = _SAYS.search(text) or _OF_JOURNAL.search(text)
        if found is None:
            self._wrapped(text)
            return
        name, says = found.groups()
        thread = self._threads.get(name) or self._new(name)
        self._row, self._last = "", thread
        if thread.dump is not None and self._continue(thread, says):
            return
        if (head := _HEAD.match(says)) is not None:
            self._finished(thread)
            thread.dump, thread.kind = Dump(number, text, int(head[2])), head[1]
            if thread.dump.is_whole:
                self._finished(thread)
        elif (way := _WAY.search(says)) is not None:
            self._finished(thread)
            self._placed(thread, number, text, way)
        elif _BEGINS.search(says):
            self._finished(thread)
            thread.plain = thread.encrypted = None
            thread.iv = b""

    def _new(self, name: str) -> _Thread:
        if len(self._threads) >= _THREADS:
            self._threads.clear()
        return self._threads.setdefault(name, _Thread())

    def _continue(self, thread: _Thread, says: str) -> bool:
        """Take a row of the dump that the thread is printing; True if it is one."""
        dump = thread.dump
        row = _ROW.match(says)
        if dump is None or row is None or int(row[1]) > len(dump.data):
            return False
        self._row, self._last = says, thread
        del dump.data[int(row[1]) :]  # a row that is printed again, joined to its wrapped rest
        dump.take(row[2], 16)
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
        if not dump.is_whole:
            if thread.kind in ("received packet", "generated data of this generator"):
                self.talk.broke_off(dump.line)
            return
        if thread.kind == "received packet":
            thread.received = dump
        elif thread.kind == "generated data of this generator":
            if len(dump.data) > HEADER_LENGTH and all(one.data != dump.data for one in thread.generated):
                thread.generated.append(dump)
                while sum(len(one.data) for one in thread.generated) > _KEPT_BYTES:
                    thread.generated.popleft()
        else:
            self._inside(thread, dump)

    def _inside(self, thread: _Thread, dump: Dump) -> None:
        if thread.kind == "IV":
            thread.iv = bytes(dump.data)
        elif thread.kind == "encrypted":
            thread.encrypted = bytes(dump.data)
        elif thread.kind == "plain":
            thread.plain = bytes(dump.data)
        if thread.plain is not None and thread.encrypted is not None:
            short = len(thread.encrypted) < SURE  # of an empty message: in IKEv2 the IV stands in front of it
            self.talk.show(thread.iv + thread.encrypted if short else thread.encrypted, thread.plain)
            thread.plain = thread.encrypted = None

    def _placed(self, thread: _Thread, number: int, text: str, way: re.Match[str]) -> None:
        """A line that says from where to where."""
        ends = Ends(*end(way[2]), *end(way[3]))
        if way[1] == "received":
            dump, thread.received = thread.received, None
            if dump is not None:
                self.talk.add(dump.line, self.clock.at(dump.stamp), ends, bytes(dump.data))
        elif way[4] is not None:
            self._send(thread, number, text, ends, int(way[4]))

    def _send(self, thread: _Thread, number: int, text: str, ends: Ends, size: int) -> None:
        dump = next((one for one in thread.generated if len(one.data) == size), None)
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

    def finish(self) -> None:
        """The log ends."""
        for thread in self._threads.values():
            self._finished(thread)
