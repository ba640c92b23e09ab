"""The bytes of one message as a log prints them: rows of digits that come line by line."""

from typing import Final

from analyzer.capture.logs.clock import at_once, same_second
from analyzer.capture.logs.digits import row
from analyzer.capture.logs.inside import holds_together, is_encrypted

LONGEST_MESSAGE: Final = 65_535
_MOST_COMPARED: Final = 256


class Dump:
    """Rows of digits. size: how many bytes there will be, as the log says.

    Loggers lose lines, and print some twice: it is whole where there are as many bytes as the log says, and the rows of
    it are printed together. is_torn: a row stood there that cannot be of it. is_sure: no row stands in it twice. Where
    rows have no offsets, one that stands twice may hide one that is missing.
    """

    __slots__ = ("_known", "_rows", "data", "is_sure", "is_torn", "line", "size", "stamp")

    def __init__(self, line: int, stamp: str, size: int) -> None:
        self.line, self.stamp, self.size = line, stamp, min(size, LONGEST_MESSAGE)
        self.data = bytearray()
        self.is_sure = True
        self._rows: list[str] = []
        self._known: set[str] = set()
        self.is_torn = False

    def note(self, line: str) -> None:
        """Take note of the line of a row."""
        self.is_sure = self.is_sure and line not in self._known
        self._known.add(line)
        self._rows.append(line)
        self.is_torn = self.is_torn or not self.is_near(line)

    def is_near(self, line: str) -> bool:
        """Whether a line was written with those of the dump, as far as it says when."""
        return same_second(self.stamp, line) or at_once(self.stamp, line)

    def tear(self) -> None:
        """A row stands there that cannot be of it: it is not whole."""
        self.is_torn = True

    @property
    def is_whole(self) -> bool:
        """Whether all bytes are there."""
        return len(self.data) >= self.size

    @property
    def is_message(self) -> bool:
        """Whether it is whole for sure, and of one message.

        Rows without offsets may be of two dumps between which lines are missing: the payloads show it, as far as they
        are not encrypted. Of rows that are alike one may stand for another. They may be so in a list of proposals,
        where the payloads show that, too, unless rows stand twice in a row.
        """
        if self.is_torn or len(self.data) != self.size:
            return False
        if not self._rows:
            return True
        data = bytes(self.data)
        return holds_together(data) and (self.is_sure or not (is_encrypted(data) or self._repeats))

    @property
    def _repeats(self) -> bool:
        """Whether some rows are followed by the same ones, or there are too many rows to see."""
        rows = self._rows
        return len(rows) > _MOST_COMPARED or any(
            rows[at : at + size] == rows[at + size : at + 2 * size]
            for size in range(1, len(rows) // 2 + 1)
            for at in range(len(rows) - 2 * size + 1)
        )

    def take(self, text: str, width: int) -> bool:
        """Take a row of at most `width` bytes; False if it is none."""
        found = row(text, min(width, self.size - len(self.data)))
        self.data += found
        return bool(found)
