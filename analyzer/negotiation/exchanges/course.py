"""The course of each exchange: its table run over its messages when the capture ends.

Costs nothing while messages arrive, and two dictionary look-ups for each message that is no repetition at the end.
"""

from collections.abc import Iterable, Iterator
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

    `unseen`: events that must have passed and are not in the capture; empty: the document has no place for it.
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


def courses(n: Negotiation) -> list[Course]:
    """The course of each exchange, in the order of `n.exchanges`."""
    known = _V2 if n.ike_version == 2 else _V1
    states: dict[str, str] = {}  # of tables that run over several exchanges
    found = []
    exchanges = n.exchanges
    where = _Rounds(exchanges)
    for exchange, early in zip(exchanges, _order_surprises(n, exchanges), strict=True):
        table = known.get(exchange.exchange)
        if table is None:
            found.append(Course(exchange, None, None, early))
            continue
        rounds = n.ike_version == 2 and table.name in _IN_ROUNDS
        start = states.get(table.name, table.start) if rounds else table.start
        state, surprises = run(table, _events(n, exchange, table, where), start)
        if rounds:
            states[table.name] = state
        found.append(Course(exchange, table, state, early + surprises))
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
    return Course(exchange, table, *run(table, _events(n, exchange, table), table.start))


def run(table: Table, events: Iterable[Event], state: str) -> tuple[str, tuple[Surprise, ...]]:
    """The state after these events, and what was surprising among them."""
    surprises: list[Surprise] = []
    for event, message in events:
        move = table.moves[state].get(event)
        if move is None:
            surprises.append(Surprise(message[0].frame_number, table, state, event, ()))
            continue
        if move.unseen:
            surprises.append(Surprise(message[0].frame_number, table, state, event, move.unseen))
        state = move.to
    return state, tuple(surprises)


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


def _order_surprises(n: Negotiation, exchanges: list[Exchange]) -> Iterator[tuple[Surprise, ...]]:
    """For each exchange whether it begins where the order of exchanges does not have it."""
    table = IKEV2_ORDER if n.ike_version == 2 else IKEV1_ORDER
    state = "under-way" if n.rekeyed_from is not None else table.start
    ended: int | None = None
    for exchange in exchanges:
        event = order_event(n, exchange, ended)
        if event == "delete" and exchange.response is not None:
            ended = exchange.response.frame_number
        move = table.moves[state].get(event)
        if move is None:
            yield (Surprise(exchange.first_frame, table, state, event, ()),)
            continue
        yield (Surprise(exchange.first_frame, table, state, event, move.unseen),) if move.unseen else ()
        state = move.to
