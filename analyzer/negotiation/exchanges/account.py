"""The account of an IKE SA when its messages are all in: how the exchanges that make it stand, and so the SA.

The tables are run over the log, so what came late counts as if it had come in time: an answer that turns out to be
EAP's, a beginning that was captured behind the rest, an answer after a first error. While messages arrive the same
tables are followed by standing.py, as far as placing the next message takes it.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from analyzer.isakmp.numbers import ExchangeV1
from analyzer.negotiation.exchanges import readings
from analyzer.negotiation.exchanges.initial import IKE_AUTH, IKE_INTERMEDIATE, IKE_SA_INIT
from analyzer.negotiation.exchanges.messages import Said, arrived
from analyzer.negotiation.exchanges.phase1 import AGGRESSIVE, BASE, MAIN
from analyzer.negotiation.exchanges.readings import Event
from analyzer.negotiation.exchanges.refusals import refuses
from analyzer.negotiation.exchanges.rounds import Rounds
from analyzer.negotiation.exchanges.run import Run, Surprise
from analyzer.negotiation.exchanges.sa import ikev1_state, ikev2_state
from analyzer.negotiation.exchanges.table import Table
from analyzer.negotiation.model import Exchange, Negotiation, Step
from analyzer.vocabulary import ExchangeEvent, ExchangeState, LaterExchanges, SaState

PHASE1_TABLES: dict[int, Table] = {readings.MAIN: MAIN, readings.AGGRESSIVE: AGGRESSIVE, readings.BASE: BASE}
INITIAL_TABLES: dict[int, Table] = {
    readings.INIT: IKE_SA_INIT,
    readings.RESUME: IKE_SA_INIT,
    readings.INTERMEDIATE: IKE_INTERMEDIATE,
    readings.IKE_AUTH: IKE_AUTH,
    readings.GSA_AUTH: IKE_AUTH,
}
PHASE2 = frozenset(map(int, (ExchangeV1.TRANSACTION, ExchangeV1.QUICK_MODE, ExchangeV1.NEW_GROUP_MODE)))
FIRST_AUTH = 1  # message ID of the first IKE_AUTH, or of the IKE_INTERMEDIATE before it
_INFORMATIONAL_V1 = int(ExchangeV1.INFORMATIONAL)
_ACCEPTING: frozenset[ExchangeEvent] = frozenset({"auth-accepted", "other-accepted"})


class Account(NamedTuple):
    """What is known of an SA: its state (sa.py), and its rounds, of IKEv2.

    exchange_states, surprises: of the exchanges that make it, by their place among all exchanges of the SA. accepted:
    the answers of IKE_AUTH that accept, with their exchanges.
    """

    state: SaState
    exchange_states: dict[int, ExchangeState]
    surprises: list[tuple[int, Surprise]]
    rounds: Rounds
    accepted: list[tuple[Exchange, Said]]


def account(n: Negotiation) -> Account:
    """The account of one SA, as far as its log goes."""
    return _ikev2(n, n.exchanges) if n.ike_version == 2 else _ikev1(n.exchanges)


def _ikev2(n: Negotiation, exchanges: Sequence[Exchange]) -> Account:
    rounds = Rounds(exchanges)
    initial = [(place, e) for place, e in enumerate(exchanges) if e.exchange_type in INITIAL_TABLES]
    initial.sort(key=lambda found: found[1].message_id)  # as sent, however they were captured
    began = _begun(n, initial, rounds)
    rounds.state = began.auth
    unproven = began.init != "start" and began.intermediate == began.auth == "start" and in_place_of_auth(exchanges)
    later: LaterExchanges = "none" if unproven else _later(n, exchanges, rounds)
    state = ikev2_state(began.init, began.intermediate, began.auth, later)
    return Account(state, began.exchange_states, began.surprises, rounds, began.accepted)


class _Beginning(NamedTuple):
    """What became of the exchanges that make an IKE SA: the states of the three tables, and what `Account` has."""

    init: ExchangeState
    intermediate: ExchangeState
    auth: ExchangeState
    exchange_states: dict[int, ExchangeState]
    surprises: list[tuple[int, Surprise]]
    accepted: list[tuple[Exchange, Said]]


def _begun(n: Negotiation, initial: Sequence[tuple[int, Exchange]], rounds: Rounds) -> _Beginning:
    """As `_run_beginning`, which is asked once for exchanges that look the same and surprise nobody.

    What messages of an exchange are is a function of its figure, its message ID and the suite, but for fragments, of
    IKE or IP: whether all came depends on times (`messages.arrived`).
    """
    whole = not n.log.beginnings and all(e.figure.shared and not e.figure.in_pieces for _, e in initial)
    if not initial or not whole:
        return _run_beginning(n, initial, rounds)
    others = tuple((place, e.message_id, e.figure) for place, e in initial[1:])
    first = initial[0][1]
    key = id(n.suite), n.rekeyed_from is None, initial[0][0], first.message_id, others
    known = first.figure.known.get(key)
    if known is not None:
        found: _Beginning = known[1]
        by_place = dict(initial)
        return found._replace(accepted=[(by_place[p], [by_place[p].steps[s] for s in said]) for p, said in known[2]])
    found = _run_beginning(n, initial, rounds)
    if not found.surprises:
        places = {id(e): place for place, e in initial}
        accepted = [(places[id(e)], [e.steps.index(s) for s in said]) for e, said in found.accepted]
        first.figure.keep(key, (n.suite, found._replace(accepted=[]), accepted))
    return found


def _run_beginning(n: Negotiation, initial: Sequence[tuple[int, Exchange]], rounds: Rounds) -> _Beginning:
    """One run of each table over all exchanges of its kind: a round goes on where the one before it ended."""
    runs = {table.name: Run(table) for table in (IKE_SA_INIT, IKE_INTERMEDIATE, IKE_AUTH)}
    if n.rekeyed_from is not None:
        runs[IKE_AUTH.name].state = "accepted"
    states: dict[int, ExchangeState] = {}
    accepted: list[tuple[Exchange, Said]] = []
    for place, exchange in initial:
        run = runs[INITIAL_TABLES[exchange.exchange_type].name]
        for event, message in initial_events(n, exchange, rounds):
            run.take(place, event, message[0].frame_number)
            if event in _ACCEPTING:
                accepted.append((exchange, message))
        states[place] = run.state
    init, intermediate, auth = (run.state for run in runs.values())
    surprising = [found for run in runs.values() for found in run.surprises()]
    return _Beginning(init, intermediate, auth, states, surprising, accepted)


def initial_events(n: Negotiation, exchange: Exchange, rounds: Rounds) -> Iterator[Event]:
    """The events of an exchange that makes an IKE SA."""
    kind = exchange.exchange_type
    if INITIAL_TABLES[kind] is IKE_AUTH:
        judged = rounds.judged(exchange, n.suite)
        return readings.requests_and_answers(
            exchange,
            lambda _: "auth-request",
            lambda message: readings.auth_answer(message, judged),
            lambda message: readings.other_auth_answer(message, judged),
        )
    if kind == readings.INTERMEDIATE:
        return readings.requests_and_answers(exchange, readings.intermediate_event, readings.intermediate_event)
    return ((readings.init_event(kind, message), message) for message in readings.request_first(exchange))


def _later(n: Negotiation, exchanges: Sequence[Exchange], rounds: Rounds) -> LaterExchanges:
    """What the newest exchange says that only an SA that is up has."""
    answered_only = False
    for exchange in reversed(exchanges):
        if exchange.exchange_type in INITIAL_TABLES or not exchange.figure.encrypted:
            continue
        if refuses(exchange, rounds, n.suite):
            return "refused"
        if exchange.exchange_type != readings.INFORMATIONAL or exchange.request is not None:
            return "under-way"
        answered_only = True  # the refusal itself is acknowledged, perhaps under another number
    return "under-way" if answered_only else "none"


def in_place_of_auth(exchanges: Sequence[Exchange]) -> Exchange | None:
    """The initiator's exchange under the message ID of the first IKE_AUTH that is none (RFC 7296 section 2.2)."""
    for exchange in exchanges:
        if exchange.message_id == FIRST_AUTH and exchange.begun_by_initiator and exchange.request is not None:
            return None if exchange.exchange_type in INITIAL_TABLES else exchange
    return None


def _ikev1(exchanges: Sequence[Exchange]) -> Account:
    """One exchange makes the ISAKMP SA; where there are several, the one that came furthest."""
    states: dict[int, ExchangeState] = {}
    surprising: list[tuple[int, Surprise]] = []
    state: ExchangeState = "start"
    moved = -1
    for place, exchange in enumerate(exchanges):
        table = PHASE1_TABLES.get(exchange.exchange_type)
        if table is None:
            continue
        reached, latest, found_here = _phase1(exchange, table, place)
        states[place] = reached
        surprising += found_here
        if state == "start" or reached == "complete":
            state, moved = reached, latest
    found = ikev1_state(state, "none", "none")
    if state != "complete":
        # An error that was captured before the offer can only answer it: clocks differ where captures are merged
        found = _ikev1_open(exchanges, state, -1 if state == "offered" else moved)
    return Account(found, states, surprising, Rounds(()), [])


def _phase1(exchange: Exchange, table: Table, place: int) -> tuple[ExchangeState, int, list[tuple[int, Surprise]]]:
    """The state that phase 1 reached, the frame in which it did (-1: it reached none), and what surprised.

    Worked out once for exchanges that look the same and surprise nobody, as in `_begun`.
    """
    whole = not exchange.beginnings and not exchange.figure.in_pieces
    known = exchange.figure.known.get(_phase1) if whole else None
    if known is not None:
        return known[0], -1 if known[1] is None else exchange.frames[known[1]], []
    run, latest = Run(table), None
    for event, message in phase1_events(exchange):
        before = run.state
        run.take(place, event, message[0].frame_number)
        if run.state != before:
            latest = message[-1]
    surprising = list(run.surprises())
    if whole and not surprising:
        exchange.figure.keep(_phase1, (run.state, None if latest is None else exchange.steps.index(latest)))
    return run.state, -1 if latest is None else latest.frame_number, surprising


def phase1_events(exchange: Exchange) -> Iterator[Event]:
    """The events of main, aggressive or base mode."""
    for message in arrived(exchange):
        event = readings.phase1_event(exchange.exchange_type, message[0])
        if event is not None:
            yield event, message


def _ikev1_open(exchanges: Sequence[Exchange], phase1: ExchangeState, moved: int) -> SaState:
    """The state of an SA whose phase 1 is not complete in this capture."""
    if any(s.encrypted for e in exchanges if e.exchange_type in PHASE2 for s in e.steps):
        return ikev1_state(phase1, "seen", "none")
    silent = ikev1_state(phase1, "none", "none")
    for step in sorted(_words(exchanges, moved), key=lambda s: s.frame_number):
        state = ikev1_state(phase1, "none", readings.word(step))
        if state != silent:
            return state
    return silent


def _words(exchanges: Sequence[Exchange], moved: int) -> Iterator[Step]:
    """INFORMATIONALs behind the last message of phase 1."""
    for exchange in exchanges:
        if exchange.exchange_type == _INFORMATIONAL_V1:
            yield from (s for s in exchange.steps if s.retransmission_of is None and s.frame_number > moved)
