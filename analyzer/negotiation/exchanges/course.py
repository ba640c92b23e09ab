"""The course of each exchange: its table run over its messages when the capture ends.

Costs nothing while messages arrive, and a few dictionary look-ups for each message that is no repetition at the end.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

from analyzer.negotiation.exchanges import readings
from analyzer.negotiation.exchanges.initial import IKE_AUTH, IKE_INTERMEDIATE, IKE_SA_INIT
from analyzer.negotiation.exchanges.later import CREATE_CHILD_SA, IKE_FOLLOWUP_KE, INFORMATIONAL
from analyzer.negotiation.exchanges.order import IKEV1_ORDER, IKEV2_ORDER, order_event
from analyzer.negotiation.exchanges.phase1 import AGGRESSIVE, BASE, MAIN
from analyzer.negotiation.exchanges.phase2 import INFORMATIONAL_V1, NEW_GROUP_MODE, QUICK_MODE, TRANSACTION
from analyzer.negotiation.exchanges.readings import Event
from analyzer.negotiation.exchanges.table import Table
from analyzer.negotiation.model import Exchange, Negotiation, Step

TABLES: Final[tuple[Table, ...]] = (
    MAIN,
    AGGRESSIVE,
    BASE,
    QUICK_MODE,
    TRANSACTION,
    NEW_GROUP_MODE,
    INFORMATIONAL_V1,
    IKEV1_ORDER,
    IKE_SA_INIT,
    IKE_INTERMEDIATE,
    IKE_AUTH,
    CREATE_CHILD_SA,
    IKE_FOLLOWUP_KE,
    INFORMATIONAL,
    IKEV2_ORDER,
)
_V1: Final = {t.name: t for t in (MAIN, AGGRESSIVE, BASE, QUICK_MODE, TRANSACTION, NEW_GROUP_MODE, INFORMATIONAL_V1)}
_V2: Final = {
    t.name: t for t in (IKE_SA_INIT, IKE_INTERMEDIATE, IKE_AUTH, CREATE_CHILD_SA, IKE_FOLLOWUP_KE, INFORMATIONAL)
}
_V2["IKE_SESSION_RESUME"] = IKE_SA_INIT
_BEGINNING: Final = (34, 35)  # IKE_SA_INIT, IKE_AUTH
_LATER: Final = frozenset({36, 37, 44})  # CREATE_CHILD_SA, INFORMATIONAL, IKE_FOLLOWUP_KE
_CHOICE, _COOKIE = 33, 16390  # SA payload, notify
_PAIR: Final = 2
_IN_ROUNDS: Final = frozenset({IKE_SA_INIT.name, IKE_INTERMEDIATE.name, IKE_AUTH.name})  # one run over all of a kind


class Surprise(NamedTuple):
    """A message that came where its table does not have it next.

    `unseen`: events that must have passed before it and are not in the capture; empty: the document has no place for
    it.
    """

    frame_number: int
    table: Table
    state: str
    event: str
    unseen: tuple[str, ...]

    @property
    def unexpected(self) -> bool:
        """No lost message explains it."""
        return not self.unseen


class Course(NamedTuple):
    """What became of one exchange. `state`: the last state of its table; None for an exchange type without table."""

    exchange: Exchange
    table: Table | None
    state: str | None
    surprises: tuple[Surprise, ...] = ()


class Run:
    """A table followed message by message, through one exchange or several.

    What a leap missed may come after all: captures of two places are merged, packets overtake each other. It is late
    then, neither missing nor unexpected, and changes no state.
    """

    __slots__ = ("_awaited", "_found", "state", "table")

    def __init__(self, table: Table, state: str | None = None) -> None:
        self.table = table
        self.state = table.start if state is None else state
        self._found: list[tuple[int, Surprise]] = []  # with the place of its exchange
        self._awaited: dict[str, list[int]] = {}  # by event: the leaps that miss it, by their place in `_found`

    def take(self, exchange: int, event: str, frame: int) -> None:
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

    def _came_late(self, event: str, leaps: list[int]) -> None:
        for place in leaps:
            exchange, leap = self._found[place]
            self._found[place] = exchange, leap._replace(unseen=tuple(e for e in leap.unseen if e != event))
        leaps.clear()

    def surprises(self) -> Iterator[tuple[int, Surprise]]:
        """What surprised, with the place of its exchange; leaps of which all came late are left out."""
        for exchange, found in self._found:
            if found.unseen or self.table.move(found.state, found.event) is None:
                yield exchange, found


def courses(n: Negotiation) -> list[Course]:
    """The course of each exchange, in the order of `n.exchanges`."""
    known = _V2 if n.ike_version == 2 else _V1
    exchanges = n.exchanges
    where = _Rounds(exchanges)
    rounds: dict[str, Run] = {}  # of tables that run over several exchanges
    surprising = list(_order(n, exchanges).surprises())
    found = []
    for place, exchange in enumerate(exchanges):
        table = known.get(exchange.exchange)
        if table is None:
            found.append(Course(exchange, None, None))
            continue
        in_rounds = n.ike_version == 2 and table.name in _IN_ROUNDS
        run = rounds.setdefault(table.name, Run(table)) if in_rounds else Run(table)
        for event, message in _events(n, exchange, table, where):
            run.take(place, event, message[0].frame_number)
        found.append(Course(exchange, table, run.state))
        if not in_rounds:
            surprising += run.surprises()
    for run in rounds.values():
        surprising += run.surprises()
    by_place: dict[int, list[Surprise]] = {}
    for place, surprise in surprising:
        by_place.setdefault(place, []).append(surprise)
    for place, several in by_place.items():
        found[place] = found[place]._replace(surprises=tuple(several))
    return found


def surprises(n: Negotiation) -> list[Surprise]:
    """All that is surprising in a negotiation. Most need no table: all was asked once and answered once, in order."""
    exchanges = n.exchanges
    if n.ike_version == 2 and n.deleted_at is None and _is_plain(exchanges):
        return []
    return [surprise for c in courses(n) for surprise in c.surprises]


def _is_plain(exchanges: list[Exchange]) -> bool:
    """IKE_SA_INIT with a choice, IKE_AUTH, then exchanges of an SA that is up; one request and one answer each."""
    for place, exchange in enumerate(exchanges):
        kind, steps = exchange.exchange_type, exchange.steps
        if kind != _BEGINNING[place] if place < len(_BEGINNING) else kind not in _LATER:
            return False
        first = steps[0]
        if first.is_response or first.fragment is not None or len(steps) > _PAIR:
            return False
        if place < len(_BEGINNING) and not exchange.begun_by_initiator:
            return False
        if place == 0:
            if any(notify.notify_type == _COOKIE for notify in first.notifies):
                return False
            if len(steps) == _PAIR and _CHOICE not in steps[1].payload_types:
                return False
        elif not all(s.encrypted for s in steps):
            return False
        if len(steps) == _PAIR and not _answers(steps[1]):
            return False
    return True


def _answers(step: Step) -> bool:
    return step.is_response and step.fragment is None


def course(n: Negotiation, exchange: Exchange) -> Course:
    """The course of one exchange that its table runs over alone."""
    table = (_V2 if n.ike_version == 2 else _V1).get(exchange.exchange)
    if table is None:
        return Course(exchange, None, None)
    run = Run(table)
    for event, message in _events(n, exchange, table):
        run.take(0, event, message[0].frame_number)
    return Course(exchange, table, run.state, tuple(surprise for _, surprise in run.surprises()))


def _events(n: Negotiation, exchange: Exchange, table: Table, rounds: "_Rounds | None" = None) -> Iterator[Event]:
    if table is IKE_AUTH:
        rounds = rounds or _Rounds(n.exchanges)
        seen_first = exchange.message_id <= rounds.first_auth
        first_round = seen_first and exchange.message_id - 1 in rounds.before_auth
        return readings.auth_events(n, exchange, first_seen=seen_first, first_round=first_round)
    if table is CREATE_CHILD_SA:
        return readings.child_events(n, exchange)
    if table is INFORMATIONAL:
        return readings.informational_events(n, exchange)
    return _PLAIN[id(table)](exchange)


class _Rounds:
    """Where IKE_AUTH begins: message IDs count from 0, for IKE_SA_INIT; IKE_INTERMEDIATE may follow (RFC 9242 3.2)."""

    def __init__(self, exchanges: list[Exchange]) -> None:
        self.first_auth = next((e.message_id for e in exchanges if e.exchange == IKE_AUTH.name), 0)
        self.before_auth = {0, *(e.message_id for e in exchanges if e.exchange == IKE_INTERMEDIATE.name)}


_PLAIN: Final = {
    id(MAIN): readings.main_events,
    id(AGGRESSIVE): readings.aggressive_events,
    id(BASE): readings.base_events,
    id(QUICK_MODE): readings.side_events,
    id(TRANSACTION): readings.side_events,
    id(NEW_GROUP_MODE): readings.side_events,
    id(INFORMATIONAL_V1): readings.told_events,
    id(IKE_SA_INIT): readings.init_events,
    id(IKE_INTERMEDIATE): readings.intermediate_events,
    id(IKE_FOLLOWUP_KE): readings.followup_events,
}


def _order(n: Negotiation, exchanges: list[Exchange]) -> Run:
    """The order of the exchanges, by their beginnings."""
    table = IKEV2_ORDER if n.ike_version == 2 else IKEV1_ORDER
    run = Run(table, "under-way" if n.rekeyed_from is not None else None)
    ended: int | None = None
    for place, exchange in enumerate(exchanges):
        event = order_event(n, exchange, ended)
        if event == "delete" and exchange.response is not None:
            ended = exchange.response.frame_number
        run.take(place, event, exchange.first_frame)
    return run
