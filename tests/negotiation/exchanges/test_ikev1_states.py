"""The table of IKEv1 as data: closed, all of it reachable, and a verdict for every end."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.negotiation.exchanges.ikev1_states import EVENTS, STATES, TABLE, TRANSITIONS, after
from tests.negotiation.build import (
    AGGRESSIVE,
    BASE,
    MAIN,
    QUICK_MODE,
    SPI_I,
    TRANSACTION,
    V1_INFORMATIONAL,
    ZERO,
    Talk,
    ke1,
    main_1,
    main_2,
    main_ke,
    main_mode,
    nonce1,
    notify1,
    phase1,
    quick_mode,
    sa1,
    sealed1,
    steady,
    v1,
)
from tests.negotiation.exchanges.closed import check_closed, check_every_pair
from tests.negotiation.exchanges.test_ikev2_states import check_verdict


@steady
@given(st.sampled_from(sorted(STATES)), st.sampled_from(sorted(EVENTS)))
def test_every_event_in_every_state_leads_to_a_state(state: str, event: str) -> None:
    assert after(state, event) in STATES
    assert event in TRANSITIONS[state] or after(state, event) == state


def test_the_table_is_closed_and_every_move_has_its_document() -> None:
    check_closed(TABLE, leapt=frozenset({"midstream"}))
    check_every_pair(TABLE)
    assert [s for s in STATES if TABLE.is_final(s)] == ["established", "midstream"]


def test_the_table_names_nothing_else() -> None:
    assert set(TRANSITIONS) == set(STATES)
    assert {event for row in TRANSITIONS.values() for event in row} == set(EVENTS)
    assert {state for row in TRANSITIONS.values() for state in row.values()} <= set(STATES)


@pytest.mark.parametrize("state", [s for s in STATES if s not in ("start", "midstream")])
def test_phase_2_proves_phase_1(state: str) -> None:
    assert after(state, "phase2") == "established"


def aggressive(talk: Talk, last: int) -> None:
    talk.say(v1(AGGRESSIVE, sa1(phase1()), ke1("i"), nonce1("i"), (5, b"\x02\0\0\0id"), spis=(SPI_I, ZERO)))
    if last > 1:
        talk.answer(v1(AGGRESSIVE, sa1(phase1()), ke1("r"), nonce1("r"), (5, b"\x02\0\0\0id"), (8, bytes(20))))
    if last > 2:
        talk.say(v1(AGGRESSIVE, (8, bytes(20))))


def states_by_messages() -> dict[str, Talk]:
    """A talk that ends in each state, made of messages."""
    talks = {name: Talk() for name in STATES}
    talks["start"].say(v1(MAIN, notify1(24578), spis=(SPI_I, ZERO)))
    for name, last in (("offered", 1), ("chosen", 2), ("keys-sent", 3), ("keyed", 4), ("auth-sent", 5)):
        main_mode(talks[name], last=last)
    aggressive(talks["answered"], 2)
    talks["refused"].say(main_1())
    talks["refused"].answer(v1(V1_INFORMATIONAL, notify1(14), mid=7))
    main_mode(talks["auth-refused"], last=5)
    talks["auth-refused"].answer(sealed1(V1_INFORMATIONAL, 76, mid=8))
    aggressive(talks["initiator-refused"], 2)
    talks["initiator-refused"].say(sealed1(V1_INFORMATIONAL, 92, mid=9))
    main_mode(talks["established"])
    quick_mode(talks["midstream"])
    return talks


def test_messages_lead_to_every_state() -> None:
    for name, talk in states_by_messages().items():
        assert [live.state for live in talk.tracker._lives] == [name]


@pytest.mark.parametrize("later", [0.0, 100.0])
def test_every_state_has_a_verdict_that_follows_the_contract(later: float) -> None:
    for name, talk in states_by_messages().items():
        check_verdict(talk.only(later), name)


MESSAGES = {
    "offer": main_1(),
    "choice": main_2(),
    "ke": main_ke("i"),
    "other ke": main_ke("r"),
    "auth": sealed1(MAIN, 108, first=5),
    "aggressive": v1(AGGRESSIVE, sa1(phase1()), ke1("i"), nonce1("i"), spis=(SPI_I, ZERO)),
    "aggressive answer": v1(AGGRESSIVE, sa1(phase1()), ke1("r"), nonce1("r"), (8, bytes(20))),
    "base": v1(BASE, sa1(phase1()), nonce1("i"), spis=(SPI_I, ZERO)),
    "base answer": v1(BASE, sa1(phase1()), nonce1("r")),
    "xauth": sealed1(TRANSACTION, 76, mid=9),
    "new group": sealed1(33, 76, mid=10),
    "quick": sealed1(QUICK_MODE, 188, mid=3),
    "quick answer": sealed1(QUICK_MODE, 188, mid=3, salt="r"),
    "info": sealed1(V1_INFORMATIONAL, 92, mid=4),
    "clear": v1(V1_INFORMATIONAL, notify1(14), mid=5),
}


@steady
@given(
    st.lists(st.tuples(st.booleans(), st.sampled_from(sorted(MESSAGES))), min_size=1, max_size=10),
    st.sampled_from([0.0, 60.0]),
)
def test_any_order_of_messages_ends_in_a_verdict(said: list[tuple[bool, str]], later: float) -> None:
    talk = Talk()
    for forth, name in said:
        if forth:
            talk.say(MESSAGES[name])
        else:
            talk.answer(MESSAGES[name])
    for n in talk.negotiations(later):
        check_verdict(n, str(said))
