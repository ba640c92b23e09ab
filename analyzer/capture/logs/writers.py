"""Who wrote each line of a log: hosts and programs of one syslog, containers, or formats one behind the other.

What one writer prints is read by readers of its own, whatever stands between its lines.
"""

import re
from collections.abc import Iterable
from typing import Final

from analyzer.capture.logs import announced, formats, guess_of
from analyzer.capture.logs.clock import stamped
from analyzer.capture.logs.folded import LONGEST
from analyzer.capture.logs.message import Format, Talk

MOST: Final = 256
"""Writers that are followed at once: of more, what the one that is silent for the longest had begun is given up."""
_HEADER: Final = re.compile(  # behind a time: host and program (RFC 3164 section 4.1), host and number, or topics
    r"\s*(?!ike\b)(?P<host>[A-Za-z0-9](?:[\w.:-]{0,253}\w)?) +"
    r"(?:(?P<program>[A-Za-z][\w./-]{0,63})(?:\[\d{1,10}\])?: |\d{1,9}: |(?=ipsec[, ]))"
)
_MODERN: Final = re.compile(r"\s*(?P<host>\S{1,255}) (?P<program>\S{1,48}) \S{1,128} \S{1,32} (?:-|\[)")  # RFC 5424
_HEAD: Final = 80  # characters in which a time stands
_PRIORITY: Final = re.compile(r"<\d{1,3}>(1 )?")
_CONTAINER: Final = re.compile(r"(?:(?P<name>[\w.-]{1,64}) +\| |\[(?P<pod>pod/[^\]\s]{1,200})\] )")  # compose, kubectl


def writer_of(text: str) -> str | None:
    """Host and program, or container, as it stands before a line; None: nothing says it."""
    start = 0
    if (priority := _PRIORITY.match(text)) is not None:
        start = priority.end()
    if (container := _CONTAINER.match(text, start)) is not None:
        return container["name"] or container["pod"]
    end = stamped(text[start : start + _HEAD])
    if not end:
        return None
    header = _MODERN if priority is not None and priority[1] else _HEADER
    found = header.match(text, start + end)
    return None if found is None else f"{found['host']} {found['program'] or ''}"


def known_writers(lines: Iterable[str]) -> dict[str, type[Format]]:
    """The format of each writer of the first lines of a log, where it is known by them."""
    texts: dict[str, list[str]] = {}
    last = ""
    for line in lines:
        last = writer_of(line) or last
        texts.setdefault(last, []).append(line)
    found = ((name, guess_of("\n".join(some))) for name, some in texts.items())
    return {name: made for name, made in found if made is not None}


class _Writer:
    """What one writer's lines are read with. now: the reader of the last one."""

    def __init__(self) -> None:
        self.readers: list[Format] = []
        self.now: Format | None = None

    def reader(self, made: type[Format], talk: Talk) -> Format:
        """The one of this format, which is that of the lines that follow."""
        self.now = next((one for one in self.readers if type(one) is made), None)
        if self.now is None:
            self.now = made(talk)
            self.readers.append(self.now)
        return self.now


class Writers:
    """Gives each line to the reader of its writer and format; those that a terminal wrapped as one.

    names: of the formats that were read. no_date, no_year, no_zone: whether times of any lacked it.
    """

    def __init__(self, talk: Talk, known: dict[str, type[Format]]) -> None:
        self._talk = talk
        self._known = known
        self._writers: dict[str, _Writer] = {}
        self._last = ""  # who wrote the line before
        self._reader: Format | None = None  # of the line that is not complete yet
        self._number, self._whole = 0, ""
        self.names: dict[str, None] = {}
        self.no_date = self.no_year = self.no_zone = False

    def take(self, number: int, text: str) -> None:
        """Take in a line."""
        name = writer_of(text)
        made = announced(text)
        if name is None and made is None and self._goes_on(text) and not self._is_of_another(text):
            self._whole += text
            return
        self._complete()
        self._number, self._whole = number, text
        self._reader = self._reader_of(name, made, text)

    def finish(self) -> None:
        """The log ends."""
        self._complete()
        for name in list(self._writers):
            self._end(name)

    def _goes_on(self, text: str) -> bool:
        reader = self._reader
        if reader is None or reader.begins is None or len(self._whole) >= LONGEST:
            return False
        return not reader.begins(text, self._whole)

    def _is_of_another(self, text: str) -> bool:
        """Whether a line is of another format of the same writer."""
        writer = self._writers.get(self._last)
        return writer is not None and any(one is not self._reader and one.owns(text) for one in writer.readers)

    def _complete(self) -> None:
        """The line before is all there."""
        reader, self._reader = self._reader, None
        if reader is not None:
            reader.read(self._number, self._whole.rstrip())

    def _reader_of(self, name: str | None, made: type[Format] | None, text: str) -> Format | None:
        writer = self._writer(self._last if name is None else name, made)
        if writer is None:
            return None
        now = writer.now
        if now is None or type(now) is made or (now.owns(text) and (made is None or issubclass(type(now), made))):
            return now
        if made is None:
            writer.now = next((one for one in writer.readers if one.owns(text)), now)
        elif made.LINE_END != "\n" or (made.MARK is formats()[-1].MARK and now.owns(text)):
            self._talk.is_other(made.NAME, self._number)
        else:
            self._begin(writer, made)
        return writer.now

    def _writer(self, name: str, made: type[Format] | None) -> _Writer | None:
        """Who wrote a line; None of one in whose lines no message was announced yet."""
        writer = self._writers.pop(name, None)
        if writer is None:
            first = self._known.get(name, made)
            if first is None:
                return None
            while len(self._writers) >= MOST:
                self._end(next(iter(self._writers)))
            writer = _Writer()
            self._begin(writer, first)
        self._writers[name] = writer  # behind all others
        self._last = name
        return writer

    def _begin(self, writer: _Writer, made: type[Format]) -> Format:
        self.names.setdefault(made.NAME)
        return writer.reader(made, self._talk)

    def _end(self, name: str) -> None:
        for reader in self._writers.pop(name).readers:
            reader.finish()
            clock = reader.clock
            self.no_date |= clock.no_date
            self.no_year |= clock.no_year
            self.no_zone |= clock.no_zone
