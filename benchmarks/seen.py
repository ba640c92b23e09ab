"""What was found in a capture, in a form that can be compared: the truth of the generator, our rows, tshark's lines."""

import csv
import hashlib
from collections.abc import Iterable, Iterator
from typing import TextIO

COLUMNS = ("frame_number", "initiator_spi", "responder_spi", "exchange_type", "message_id")
FIELDS = ("frame.number", "isakmp.ispi", "isakmp.rspi", "isakmp.exchangetype", "isakmp.messageid")


class Seen:
    """Messages in the order of their frames: how many, and a digest of frame, SPIs, exchange type and message ID."""

    def __init__(self) -> None:
        self.messages = 0
        self._hash = hashlib.sha256()

    def add(
        self, frame_number: int, initiator_spi: str, responder_spi: str, exchange_type: int, message_id: int
    ) -> None:
        """One more message."""
        self.messages += 1
        self._hash.update(f"{frame_number},{initiator_spi},{responder_spi},{exchange_type},{message_id}\n".encode())

    @property
    def digest(self) -> str:
        """Equal where all that was added was equal."""
        return self._hash.hexdigest()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Seen) and (self.messages, self.digest) == (other.messages, other.digest)

    __hash__ = None  # type: ignore[assignment]


def digest_of(spis: Iterable[str]) -> str:
    """Of a set, whatever its order."""
    return hashlib.sha256("\n".join(sorted(set(spis))).encode()).hexdigest()


def in_table(file: TextIO) -> Seen:
    """In our table `messages` as CSV."""
    rows = csv.reader(file)
    names = next(rows)
    return _seen(rows, [names.index(column) for column in COLUMNS])


def in_fields(file: TextIO, fields: Iterable[str]) -> Seen:
    """In lines of tshark with these fields, separated by tabs."""
    names = list(fields)
    return _seen((line.rstrip("\n").split("\t") for line in file), [names.index(field) for field in FIELDS])


def _seen(rows: Iterable[list[str]], places: list[int]) -> Seen:
    frame, initiator_spi, responder_spi, exchange, message_id = places
    seen = Seen()
    for row in rows:
        numbers = (int(row[place] or "-1", 0) for place in (exchange, message_id))
        seen.add(int(row[frame]), row[initiator_spi], row[responder_spi], *numbers)
    return seen


def column(file: TextIO, name: str) -> Iterator[str]:
    """The cells of one column of a CSV file."""
    rows = csv.reader(file)
    place = next(rows).index(name)
    return (row[place] for row in rows)
