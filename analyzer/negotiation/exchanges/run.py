"""Following a table message by message."""

from collections.abc import Iterator
from typing import NamedTuple

from analyzer.negotiation.exchanges.table import Table
from analyzer.vocabulary import ExchangeEvent, ExchangeState


class Surprise(NamedTuple):
    """A message that came where its table does not have it next.

    `unseen`: events that must have passed before it and are not in the capture; empty: the document has no place for
    it.
    """

    frame_number: int
    table: Table
    state: ExchangeState
    event: ExchangeEvent
    unseen: tuple[ExchangeEvent, ...]

    @property
    def unexpected(self) -> bool:
        """No lost message explains it."""
        return not self.unseen


class Run:
    """A table followed message by message, through one exchange or several.

    What a leap missed may come after all: captures of two places are merged, packets overtake each other. It is late
    then, neither missing nor unexpected, and changes no state.
    """

    __slots__ = ("_awaited", "_found", "state", "table")

    def __init__(self, table: Table, state: ExchangeState | None = None) -> None:
        self.table = table
        self.state = table.start if state is None else state
        self._found: list[tuple[int, Surprise]] = []  # with the place of its exchange
        self._awaited: dict[
            ExchangeEvent, list[int]
        ] = {}  # by event: the leaps that miss it, by their place in `_found`

    def take(self, exchange: int, event: ExchangeEvent, frame: int) -> None:
        """The next event, of the exchange at this place."""
        move = self.table.moves[self.state].get(event)
        if move is None:
            leaps = self._awaited.get(event)
            if leaps is None:
                self._found.append((exchange, Surprise(frame, self.table, self.state, event, ())))
            else:
                self._came_late(event, leaps)
            return
        if move.unseen:
            for missed in move.unseen:
                self._awaited.setdefault(missed, []).append(len(self._found))
            self._found.append((exchange, Surprise(frame, self.table, self.state, event, move.unseen)))
        self.state = move.to

    def _came_late(self, event: ExchangeEvent, leaps: list[int]) -> None:
        for place in leaps:
            exchange, leap = self._found[place]
            self._found[place] = exchange, leap._replace(unseen=tuple(e for e in leap.unseen if e != event))
        leaps.clear()

    def surprises(self) -> Iterator[tuple[int, Surprise]]:
        """What surprised, with the place of its exchange; leaps of which all came late are left out."""
        for exchange, found in self._found:
            if found.unseen or self.table.move(found.state, found.event) is None:
                yield exchange, found
