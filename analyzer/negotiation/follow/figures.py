"""Figures of exchanges, shared by those that look the same."""

from analyzer.negotiation.figure import Figure
from analyzer.negotiation.model import NONE, Exchange

_FIGURED = 16  # steps of an exchange whose figure is remembered, at most
_FIGURES = 1 << 14  # remembered at one time
_Look = tuple[int, tuple[int, ...], tuple[int, ...]]  # kind of an exchange, shapes of its steps, what they repeat


class Figures:
    """The figures of one log's exchanges."""

    def __init__(self) -> None:
        self._known: dict[_Look, Figure] = {}

    def of(self, exchange: Exchange) -> Figure:
        """The steps of an exchange but for their frames and times, remembered where they are few."""
        rows, kind = exchange.rows, exchange.kind
        if not 0 < len(rows) <= _FIGURED:
            return Figure(exchange.steps, begun_by_initiator=exchange.begun_by_initiator, shared=False)
        places, _, _, codes, origins, _ = zip(*rows, strict=True)
        key: _Look = kind, codes, ()
        if origins.count(NONE) < len(origins):
            key = kind, codes, tuple([_among(places, origin) for origin in origins])
        figure = self._known.get(key)
        if figure is None:
            if len(self._known) >= _FIGURES:
                self._known.clear()
            figure = Figure(exchange.steps, begun_by_initiator=exchange.begun_by_initiator, shared=True)
            self._known[key] = figure
        return figure


def _among(places: tuple[int, ...], origin: int) -> int:
    """What a step repeats, by its place among those of its exchange; behind them: a step of another one."""
    repeated = max(origin, -2 - origin)
    place = NONE if origin == NONE else places.index(repeated) if repeated in places else len(places)
    return place if origin >= NONE else -2 - place
