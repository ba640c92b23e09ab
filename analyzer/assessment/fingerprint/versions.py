"""Ranges of versions as the data files have them: "5.8.0-", "4.7-5.3", "-4.6", "7.2"; "" where none is known."""

import re
from typing import Final, NamedTuple

_NUMBERS: Final = re.compile(r"\d+")


class Versions(NamedTuple):
    """The first and the last version that fit; "": not known. A last one of 4.6 holds all that begin so."""

    first: str = ""
    last: str = ""

    def meet(self, other: "Versions") -> "Versions | None":
        """What both hold; None: nothing."""
        first = max(self.first, other.first, key=_key)
        lasts = [last for last in (self.last, other.last) if last]
        last = min(lasts, key=_key) if lasts else ""
        return None if first and last and _key(first)[: len(_key(last))] > _key(last) else Versions(first, last)

    @property
    def text(self) -> str:
        """Such as "5.8.0 or later"; "": nothing is known."""
        if self.first == self.last:
            return self.first
        if not self.first:
            return f"up to {self.last}"
        return f"{self.first} to {self.last}" if self.last else f"{self.first} or later"


def parsed(cell: str) -> Versions:
    """A cell of a data file."""
    first, dash, last = cell.partition("-")
    return Versions(first, last if dash else first)


def _key(version: str) -> tuple[int, ...]:
    return tuple(map(int, _NUMBERS.findall(version)))
