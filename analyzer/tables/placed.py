"""Which rows of a table are about a set of captures, and which columns hold frames.

Tables keep numbers that count through the set; whoever reads rows gets `PlacedFrame`s, which know their files.
"""

from array import array
from collections.abc import Iterable, Iterator
from itertools import chain, repeat
from typing import Any, Final

from analyzer.capture.placed_frame import PlacedFrame
from analyzer.capture.places import Places

_OF_FRAMES: Final = frozenset({"frame_number", "retransmission_of", "samples"})


def of_frames(column: str) -> bool:
    """Whether the cells of a column, by its name, are numbers of frames."""
    return column in _OF_FRAMES or column.endswith(("_frame", "_frames"))


def file_column(column: str) -> str:
    """The column that names the files of such a column's frames, if there is one: last_capture beside last_frame."""
    stem, _, last = column.rpartition("_")
    return {"frame": f"{stem}_capture", "frames": f"{stem}_captures"}.get(last) or f"{column}_capture"


class Placed:
    """Of each row of a table the set that it is about: 0 for none, or one of `sets`, counted from 1."""

    __slots__ = ("_which", "sets")

    def __init__(self, which: Iterable[int] = (), sets: Iterable[Places] = ()) -> None:
        self._which = array("I", which)
        self.sets = list(sets)

    def add(self, start: int, stop: int, places: Places) -> None:
        """The rows from `start` on are about this set; those before them that are not known yet are about none."""
        self.sets.append(places)
        del self._which[start:]
        self._which.extend(repeat(0, start - len(self._which)))
        self._which.extend(repeat(len(self.sets), stop - start))

    def at(self, rows: Iterable[int]) -> "Placed":
        """That of the rows at these places."""
        return Placed(map(self._of, rows), self.sets)

    def _of(self, row: int) -> int:
        return self._which[row] if row < len(self._which) else 0

    def between(self, start: int, stop: int) -> Iterator[int]:
        """That of each row from the one to before the other."""
        return chain(self._which[start:stop], repeat(0, max(0, stop - max(start, len(self._which)))))

    def picked(self, rows: Iterable[int]) -> Iterator[int]:
        """That of each of these rows."""
        return map(self._of, rows)

    def frames(self, values: Iterable[Any], which: Iterable[int]) -> list[Any]:
        """The cells of rows, numbers or lists of them, as frames of the sets that the rows are about."""
        return [
            self.frame(value, one) if one and value is not None else value
            for value, one in zip(values, which, strict=False)
        ]

    def frame(self, value: Any, one: int) -> Any:
        """A cell of a row that is about this set."""
        places = self.sets[one - 1]
        if isinstance(value, tuple):
            return tuple(PlacedFrame(frame, places) for frame in value)
        return PlacedFrame(value, places)
