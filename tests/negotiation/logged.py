"""Steps made by hand in the log that the tracker writes into: what is read from it is of the classes that run."""

from collections.abc import Callable, Iterable
from typing import Any

from analyzer.negotiation.follow.log import NONE, StepLog
from analyzer.negotiation.model import Exchange, Negotiation, Step
from analyzer.negotiation.seen import Shape

_FIRST_OF_IKEV2 = 34


class Pen:
    """Writes into a log of its own. What a step repeats is found by its frame number."""

    def __init__(self) -> None:
        self.log = StepLog()
        self._places: dict[int, int] = {}

    def begin(self, kind: tuple[int, int, int, bool], before: int = NONE) -> int:
        """A new exchange: IKE version, exchange type, message ID, begun by the initiator."""
        return self.log.begin(*kind, before)

    def add(self, exchange: int, step: Step) -> None:
        frame, time, again, is_copy, *shape = step
        origin = NONE if again is None else self._places[again]
        self._places[frame] = self.log.add(exchange, frame, time, Shape(*shape), origin, is_copy=is_copy)


def logged(exchange_type: int, message_id: int, begun_by_initiator: bool, steps: Iterable[Step] = ()) -> Exchange:
    """One exchange, alone in its log."""
    pen = Pen()
    place = pen.begin((2 if exchange_type >= _FIRST_OF_IKEV2 else 1, exchange_type, message_id, begun_by_initiator))
    for step in steps:
        pen.add(place, step)
    return pen.log.exchange(place)


def negotiation(*exchanges: Exchange, **changes: Any) -> Negotiation:
    """A negotiation of these exchanges."""
    ends = "192.0.2.10", 500, "192.0.2.20", 500
    n = Negotiation(1, "x.pcap", 2, "ikev2", "a" * 16, "b" * 16, *ends, StepLog())
    for name, value in changes.items():
        setattr(n, name, value)
    write(n, exchanges)
    return n


def write(n: Negotiation, exchanges: Iterable[Exchange]) -> Pen:
    """Write a negotiation's exchanges anew: these, in this order."""
    pen, last = Pen(), NONE
    for each in exchanges:
        last = pen.begin((n.ike_version, each.exchange_type, each.message_id, each.begun_by_initiator), last)
        for step in each.steps:
            pen.add(last, step)
    n.log, n.last_exchange, n.kept, n.courses = pen.log, last, None, None
    return pen


def rewrite(n: Negotiation, change: Callable[[Step], Step | None]) -> Pen:
    """Write a negotiation's steps otherwise; None leaves one out, and an exchange that has none left."""
    told = []
    for e in n.exchanges:
        steps = [changed for step in e.steps if (changed := change(step)) is not None]
        told += [logged(e.exchange_type, e.message_id, e.begun_by_initiator, steps)] if steps else []
    return write(n, told)
