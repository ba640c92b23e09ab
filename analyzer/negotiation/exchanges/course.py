"""The course of each exchange: its table run over its messages.

The exchanges that make the SA are those of its account (account.py). The others cost nothing while messages arrive, and
a few dictionary look-ups for each message that is no repetition when somebody asks.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from analyzer.isakmp.numbers import ExchangeV1, ExchangeV2, NotifyV2, PayloadV2
from analyzer.negotiation.exchanges import readings
from analyzer.negotiation.exchanges.account import (
    INITIAL_TABLES,
    PHASE1_TABLES,
    PHASE2,
    account,
    in_place_of_auth,
    initial_events,
    phase1_events,
)
from analyzer.negotiation.exchanges.group import (
    GROUPKEY_PULL,
    GROUPKEY_PUSH,
    GROUPKEY_PUSH_ACK,
    GSA_INBAND_REKEY,
    GSA_REGISTRATION,
    GSA_REKEY,
)
from analyzer.negotiation.exchanges.initial import IKE_AUTH, IKE_INTERMEDIATE, IKE_SA_INIT
from analyzer.negotiation.exchanges.later import CREATE_CHILD_SA, IKE_FOLLOWUP_KE, INFORMATIONAL
from analyzer.negotiation.exchanges.messages import arrived
from analyzer.negotiation.exchanges.order import IKEV1_ORDER, IKEV2_ORDER, order_event
from analyzer.negotiation.exchanges.phase1 import AGGRESSIVE, BASE, MAIN
from analyzer.negotiation.exchanges.phase2 import INFORMATIONAL_V1, NEW_GROUP_MODE, QUICK_MODE, TRANSACTION
from analyzer.negotiation.exchanges.readings import Event, Reading
from analyzer.negotiation.exchanges.refusals import refuses
from analyzer.negotiation.exchanges.rounds import Rounds
from analyzer.negotiation.exchanges.run import Run, Surprise
from analyzer.negotiation.exchanges.table import Table
from analyzer.negotiation.model import Exchange, Negotiation, Step
from analyzer.vocabulary import ExchangeState

TABLES: Final[tuple[Table, ...]] = (
    MAIN,
    AGGRESSIVE,
    BASE,
    QUICK_MODE,
    TRANSACTION,
    NEW_GROUP_MODE,
    INFORMATIONAL_V1,
    IKEV1_ORDER,
    GROUPKEY_PULL,
    GROUPKEY_PUSH,
    GROUPKEY_PUSH_ACK,
    IKE_SA_INIT,
    IKE_INTERMEDIATE,
    IKE_AUTH,
    CREATE_CHILD_SA,
    IKE_FOLLOWUP_KE,
    INFORMATIONAL,
    GSA_REGISTRATION,
    GSA_INBAND_REKEY,
    GSA_REKEY,
    IKEV2_ORDER,
)
_V1: Final = {
    **PHASE1_TABLES,
    int(ExchangeV1.INFORMATIONAL): INFORMATIONAL_V1,
    int(ExchangeV1.TRANSACTION): TRANSACTION,
    int(ExchangeV1.QUICK_MODE): QUICK_MODE,
    int(ExchangeV1.NEW_GROUP_MODE): NEW_GROUP_MODE,
}
_GDOI: Final = {
    **_V1,
    int(ExchangeV1.QUICK_MODE): GROUPKEY_PULL,
    int(ExchangeV1.NEW_GROUP_MODE): GROUPKEY_PUSH,
    int(ExchangeV1.GROUPKEY_PUSH_ACK): GROUPKEY_PUSH_ACK,
}
_LATER: Final = {
    int(ExchangeV2.CREATE_CHILD_SA): CREATE_CHILD_SA,
    int(ExchangeV2.INFORMATIONAL): INFORMATIONAL,
    int(ExchangeV2.IKE_FOLLOWUP_KE): IKE_FOLLOWUP_KE,
}
_V2: Final = {
    **INITIAL_TABLES,
    **_LATER,
    readings.GSA_REGISTRATION: GSA_REGISTRATION,
    readings.GSA_REKEY: GSA_REKEY,
    readings.GSA_INBAND_REKEY: GSA_INBAND_REKEY,
}
# Without keys only who spoke is seen, or nothing else matters
_BY_SENDER: Final = PHASE2 | {int(ExchangeV1.GROUPKEY_PUSH_ACK), readings.GSA_REKEY}
_QUICK_MODE: Final = int(ExchangeV1.QUICK_MODE)
_BEGINNING: Final = (readings.INIT, readings.IKE_AUTH)
_CHOICE, _COOKIE = int(PayloadV2.SA), int(NotifyV2.COOKIE)
_PAIR: Final = 2


class Course(NamedTuple):
    """What became of one exchange. `state`: the last state of its table; None for an exchange type without table."""

    exchange: Exchange
    table: Table | None
    state: ExchangeState | None
    surprises: tuple[Surprise, ...] = ()


def courses(n: Negotiation) -> Sequence[Course]:
    """The course of each exchange, in the order of `n.exchanges`; kept where they are, for all who ask at the end."""
    if n.courses is not None:
        return n.courses
    found = _courses(n)
    if n.kept is not None:
        n.courses = found
    return found


def _courses(n: Negotiation) -> list[Course]:
    known = _tables(n)
    exchanges = n.exchanges
    beginning = account(n)
    surprising = [*_order(n, exchanges).surprises(), *beginning.surprises]
    found = []
    for place, exchange in enumerate(exchanges):
        table = known.get(exchange.exchange_type)
        if table is None:
            found.append(Course(exchange, None, None))
        elif place in beginning.exchange_states:
            found.append(Course(exchange, table, beginning.exchange_states[place]))
        else:
            state, surprised = _later(n, exchange, table, place, beginning.rounds)
            found.append(Course(exchange, table, state))
            surprising += surprised
    by_place: dict[int, list[Surprise]] = {}
    for place, surprise in surprising:
        by_place.setdefault(place, []).append(surprise)
    for place, several in by_place.items():
        found[place] = found[place]._replace(surprises=tuple(several))
    return found


def _tables(n: Negotiation) -> Mapping[int, Table]:
    return _V2 if n.ike_version == 2 else _GDOI if n.gdoi else _V1


def surprises(n: Negotiation) -> list[Surprise]:
    """All that is surprising in a negotiation. Most need no table: all was asked once and answered once, in order."""
    exchanges = n.exchanges
    if n.ike_version == 2 and n.deleted_at is None and _is_plain(exchanges):
        return []
    return [surprise for c in courses(n) for surprise in c.surprises]


def _is_plain(exchanges: list[Exchange]) -> bool:
    """IKE_SA_INIT with a choice, IKE_AUTH, then exchanges of an SA that is up; one request and one answer each."""
    for place, exchange in enumerate(exchanges):
        kind = exchange.exchange_type
        if kind != _BEGINNING[place] if place < len(_BEGINNING) else kind not in _LATER:
            return False
        if place < len(_BEGINNING) and not exchange.begun_by_initiator:
            return False
        figure = exchange.figure
        pair = figure.known.get(_is_pair)
        if pair is None:
            pair = _is_pair(exchange.steps, beginning=kind == readings.INIT)
            figure.keep(_is_pair, pair)
        if not pair:
            return False
    return True


def _is_pair(steps: list[Step], *, beginning: bool) -> bool:
    """A request and at most one answer, protected but for those of IKE_SA_INIT (beginning), which has a choice."""
    first = steps[0]
    if first.is_response or first.fragment is not None or len(steps) > _PAIR:
        return False
    if beginning and any(notify.notify_type == _COOKIE for notify in first.notifies):
        return False
    if not beginning and not all(s.encrypted for s in steps):
        return False
    if len(steps) < _PAIR:
        return True
    answer = steps[1]
    return answer.is_response and answer.fragment is None and (not beginning or _CHOICE in answer.payload_types)


def course(n: Negotiation, exchange: Exchange) -> Course:
    """The course of one exchange that its table runs over alone."""
    table = _tables(n).get(exchange.exchange_type)
    if table is None:
        return Course(exchange, None, None)
    run = _run(n, exchange, table, 0, None)
    return Course(exchange, table, run.state, tuple(surprise for _, surprise in run.surprises()))


def _later(
    n: Negotiation, exchange: Exchange, table: Table, place: int, rounds: Rounds
) -> tuple[ExchangeState, Sequence[tuple[int, Surprise]]]:
    """State and surprises of an exchange that does not make the SA.

    Asked once for exchanges that look the same, under one suite, and surprise nobody: what its messages are is a
    function of that and of `refuses`, but for fragments, of IKE or IP, which depend on times (`messages.arrived`).
    """
    figure = exchange.figure
    remembered = figure.shared and not figure.in_pieces and not n.log.beginnings
    suite = n.suite
    key = table.name, id(suite), n.ike_version, remembered and refuses(exchange, rounds, suite)
    known = figure.known.get(key) if remembered else None
    if known is not None:
        state: ExchangeState = known[1]
        return state, ()
    run = _run(n, exchange, table, place, rounds)
    surprised = list(run.surprises())
    if remembered and not surprised:
        figure.keep(key, (suite, run.state))
    return run.state, surprised


def _run(n: Negotiation, exchange: Exchange, table: Table, place: int, rounds: Rounds | None) -> Run:
    run = Run(table)
    for event, message in _events(n, exchange, rounds):
        run.take(place, event, message[0].frame_number)
    return run


def _events(n: Negotiation, exchange: Exchange, rounds: Rounds | None) -> Iterator[Event]:
    """The events of an exchange, of either version. rounds: of the SA, unless they are still to be found."""
    kind = exchange.exchange_type
    if kind in PHASE1_TABLES:
        return phase1_events(exchange)
    if n.ike_version == 2 and kind in INITIAL_TABLES:
        return initial_events(n, exchange, rounds or Rounds(n.exchanges))
    messages = arrived(exchange) if n.ike_version == 1 or kind in _BY_SENDER else []
    if kind == _QUICK_MODE and readings.answer_came_first(messages):
        first, second, third = messages
        return iter((("own", second), ("peer", first), ("own", third)))
    if kind in _BY_SENDER:
        return ((readings.side_event(exchange, message), message) for message in messages)
    if n.ike_version == 1:
        return ((readings.informational_v1_event(message), message) for message in messages)
    return readings.requests_and_answers(exchange, *_questions(n, exchange, rounds))


def _questions(n: Negotiation, exchange: Exchange, rounds: Rounds | None) -> tuple[Reading, Reading]:
    """How requests and answers of an exchange of an SA that is up are read."""
    suite, table = n.suite, _V2[exchange.exchange_type]
    if table is CREATE_CHILD_SA:
        return readings.child_request, lambda message: readings.child_answer(suite, message)
    if table is IKE_FOLLOWUP_KE:
        return lambda _: "request", lambda message: readings.followup_answer(suite, message)
    if table is GSA_REGISTRATION:
        return lambda _: "request", lambda message: readings.group_answer(suite, message)
    if table is GSA_INBAND_REKEY:
        return lambda _: "request", readings.plain_answer
    if rounds is not None and refuses(exchange, rounds, suite):
        return lambda _: "ask-refusal", lambda _: "answer"
    return lambda message: readings.informational_request(suite, message), lambda _: "answer"


def _order(n: Negotiation, exchanges: list[Exchange]) -> Run:
    """The order of the exchanges, by their beginnings."""
    table = IKEV2_ORDER if n.ike_version == 2 else IKEV1_ORDER
    run = Run(table, "under-way" if n.rekeyed_from is not None or n.mode == "group-rekey" else None)
    instead = in_place_of_auth(exchanges) if n.ike_version == 2 else None
    ended: int | None = None
    for place, exchange in enumerate(exchanges):
        if exchange is instead and run.state == "initial":
            run.state = "under-way"  # by its number no request is missing before it
        event = order_event(n, exchange, ended)
        if event == "delete" and exchange.response is not None:
            ended = exchange.response.frame_number
        run.take(place, event, exchange.first_frame)
    return run
