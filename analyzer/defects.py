"""Defect: damage or a protocol violation found in a capture, with its place.

Three things are kept apart by `kind`'s prefix: `capture-` (truncation, lost bytes: the file's fault), `wire-` (the
sender broke the protocol) and `limit-` (our own limit was reached). Apart from them stands `internal`: a fault of this
program (net.py).
"""

from functools import cache
from typing import NamedTuple

from analyzer import data


class Defect(NamedTuple):
    """One piece of damage.

    `offset` counts bytes from the start of the ISAKMP message for defects of the isakmp layer, and from the start of
    the captured frame for those of the capture layer. `effect` says what could not be read because of it ("payload
    chain stops here").
    """

    kind: str
    offset: int
    expected: str
    found: str
    effect: str
    frame_number: int | None = None

    def __str__(self) -> str:
        return f"{self.kind} at byte {self.offset}: expected {self.expected}, found {self.found}; {self.effect}"


class Meaning(NamedTuple):
    """What a kind of defect is, and what to do about it."""

    title: str
    what: str
    advice: str


@cache
def meanings() -> dict[str, Meaning]:
    """Every kind of defect that there is."""
    return {row.pop("kind"): Meaning(**row) for row in data.rows(__file__, "defects.csv")}


def kinds() -> tuple[str, ...]:
    """Their ids."""
    return tuple(meanings())
