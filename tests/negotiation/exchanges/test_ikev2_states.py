"""The table of IKEv2 as data: closed, all of it reachable, and a verdict for every end."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.negotiation.conclude.outcome import conclude
from analyzer.negotiation.exchanges import ikev1_states, ikev2_states
from analyzer.negotiation.exchanges.ikev1_states import after as after1
from analyzer.negotiation.exchanges.ikev2_states import EVENTS, STATES, TABLE, TRANSITIONS, after
from analyzer.negotiation.follow.live import Live
from analyzer.negotiation.model import Negotiation
from tests.negotiation.build import (
    CREATE_CHILD_SA,
    IKE_AUTH,
    INFORMATIONAL,
    INIT,
    INTERMEDIATE,
    NOTIFY,
    RESUME,
    SPI_I,
    ZERO,
    Talk,
    established,
    init_answer,
    init_done,
    init_notify,
    init_request,
    notify2,
    sealed,
    steady,
    v2,
)
from tests.negotiation.exchanges.closed import check_closed, check_every_pair

OUTCOMES = {"established", "failed", "unanswered", "redirected", "incomplete", "probe"}


@steady
@given(st.sampled_from(sorted(STATES)), st.sampled_from(sorted(EVENTS)))
def test_every_event_in_every_state_leads_to_a_state(state: str, event: str) -> None:
    assert after(state, event) in STATES
    assert event in TRANSITIONS[state] or after(state, event) == state, "what is not in the table changes nothing"


def test_the_table_is_closed_and_every_move_has_its_document() -> None:
    check_closed(TABLE, leapt=frozenset({"midstream"}))
    check_every_pair(TABLE)
    assert [s for s in STATES if TABLE.is_final(s)] == ["midstream"]


def test_the_table_names_nothing_else() -> None:
    assert set(TRANSITIONS) == set(STATES)
    assert {event for row in TRANSITIONS.values() for event in row} == set(EVENTS)
    assert {state for row in TRANSITIONS.values() for state in row.values()} <= set(STATES)


def reachable(step: Callable[[str, str], str], events: dict[str, str]) -> set[str]:
    found, waiting = {"start"}, ["start"]
    while waiting:
        state = waiting.pop()
        for event in events:
            following = step(state, event)
            if following not in found:
                found.add(following)
                waiting.append(following)
    return found


def test_every_state_can_be_reached() -> None:
    assert reachable(after, EVENTS) == set(STATES)
    assert reachable(after1, ikev1_states.EVENTS) == set(ikev1_states.STATES)


@steady
@given(st.lists(st.sampled_from(sorted(EVENTS)), max_size=30))
def test_no_order_of_events_leaves_the_table(events: list[str]) -> None:
    state = "start"
    for event in events:
        state = after(state, event)
    assert state in STATES


@pytest.mark.parametrize("state", ["init-sent", "init-done", "auth-sent", "auth-continues", "auth-answered"])
def test_a_later_exchange_proves_the_sa(state: str) -> None:
    assert after(state, "late-exchange") == "established"


def test_three_rules_of_the_theory() -> None:
    assert after("init-refused", "init-answer") == "init-done", "a clear-text error is no dead end"
    assert after("auth-refused", "auth-request") == "auth-sent", "EAP-Success is as short as an error"
    assert after("auth-refused", "late-exchange") == "auth-refused", "the refused side may still speak"


def states_by_messages() -> dict[str, Talk]:
    """A talk that ends in each state, made of messages."""
    talks = {name: Talk() for name in STATES}
    answer_auth = {"initiator": False, "response": True}
    talks["start"].say(v2(INIT, notify2(16388, bytes(20)), initiator=False, response=True, spis=(SPI_I, ZERO)))
    for name in ("init-sent", "cookie-asked", "group-asked", "init-refused", "redirected"):
        talks[name].say(init_request())
    talks["cookie-asked"].answer(init_notify(16390, b"cookie"))
    talks["group-asked"].answer(init_notify(17, b"\0\x0e"))
    talks["init-refused"].answer(init_notify(14))
    talks["redirected"].answer(init_notify(16407, b"\1\4\xc0\0\2\x63"))
    for name in ("init-done", "auth-sent", "auth-continues", "auth-refused"):
        init_done(talks[name])
    for name in ("auth-sent", "auth-continues", "auth-refused", "auth-answered"):
        talks[name].say(sealed(IKE_AUTH, 298))
    talks["auth-continues"].answer(sealed(IKE_AUTH, 100, **answer_auth))
    talks["auth-refused"].answer(sealed(IKE_AUTH, NOTIFY, **answer_auth))
    talks["auth-answered"].answer(sealed(IKE_AUTH, 238, **answer_auth))
    established(talks["established"])
    established(talks["initiator-refused"])
    talks["initiator-refused"].say(sealed(INFORMATIONAL, NOTIFY, mid=2), after=0.001)
    talks["midstream"].say(sealed(CREATE_CHILD_SA, 200, mid=9))
    return talks


def test_messages_lead_to_every_state() -> None:
    for name, talk in states_by_messages().items():
        assert [live.state for live in talk.tracker._lives] == [name]


@pytest.mark.parametrize("later", [0.0, 100.0])
def test_every_state_has_a_verdict_that_follows_the_contract(later: float) -> None:
    for name, talk in states_by_messages().items():
        check_verdict(talk.only(later), name)


MESSAGES = {
    "init": init_request(),
    "cookie": init_notify(16390, b"cookie"),
    "again": init_request(before=[notify2(16390, b"cookie")]),
    "group": init_notify(17, b"\0\x0e"),
    "refused": init_notify(14),
    "redirect": init_notify(16407),
    "answer": init_answer(),
    "middle": sealed(INTERMEDIATE, 300),
    "auth": sealed(IKE_AUTH, 298),
    "round": sealed(IKE_AUTH, 100, initiator=False, response=True),
    "short": sealed(IKE_AUTH, NOTIFY, initiator=False, response=True),
    "clear": v2(IKE_AUTH, notify2(24), initiator=False, response=True, mid=1),
    "long": sealed(IKE_AUTH, 238, initiator=False, response=True),
    "second auth": sealed(IKE_AUTH, 200, mid=2),
    "part": sealed(IKE_AUTH, 500, initiator=False, response=True, fragment=(1, 2)),
    "info": sealed(INFORMATIONAL, NOTIFY, mid=2),
    "create": sealed(CREATE_CHILD_SA, 200, initiator=False, mid=3),
    "resume": v2(RESUME, (40, bytes(16)), spis=(SPI_I, ZERO)),
}


@steady
@given(st.lists(st.sampled_from(sorted(MESSAGES)), min_size=1, max_size=10), st.sampled_from([0.0, 60.0]))
def test_any_order_of_messages_ends_in_a_verdict(names: list[str], later: float) -> None:
    talk = Talk()
    for name in names:
        talk.say(MESSAGES[name])
    for n in talk.negotiations(later):
        check_verdict(n, " ".join(names))


def check_verdict(n: Negotiation, state: str) -> None:
    assert n.outcome in OUTCOMES, state
    assert n.outcome_basis, state
    assert n.outcome_confidence in ("certain", "likely", "possible")
    assert (n.failed_by is None) == (n.failed_at is None)
    if n.outcome in ("failed", "unanswered"):
        assert n.failed_by in ("initiator", "responder", "none")
        assert n.failed_at
    if n.outcome in ("incomplete", "redirected", "probe"):
        assert n.failed_at is None


def test_a_fresh_sa_has_a_verdict() -> None:
    live = Live(Negotiation(1, "x", 2, "ikev2", "a" * 16, ZERO, "192.0.2.1", 500, "192.0.2.2", 500))
    conclude(live, None)
    assert live.negotiation.outcome == "incomplete"
    assert ikev2_states.STATES[live.state]
