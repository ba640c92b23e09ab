"""The account of an SA when all is known: late comers take back what was thought before them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.negotiation.conclude.outcome import conclude
from analyzer.negotiation.exchanges.account import account
from analyzer.negotiation.exchanges.course import courses
from analyzer.negotiation.follow.live import Live
from tests.negotiation.build import (
    AUTH_WITH_CHILD,
    IKE_AUTH,
    INFORMATIONAL,
    INTERMEDIATE,
    NOTIFY,
    Talk,
    established,
    init_answer,
    init_done,
    init_request,
    main_1,
    main_mode,
    quick_mode,
    sealed,
    steady,
)
from tests.negotiation.exchanges.talks import (
    IKEV1_MESSAGES,
    IKEV1_STATES,
    IKEV2_MESSAGES,
    IKEV2_STATES,
    READ,
    check_verdict,
)
from tests.negotiation.logged import negotiation as no_exchanges
from tests.negotiation.recorded import recorded, story_of

ANSWER = {"initiator": False, "response": True}


def state(talk: Talk) -> str:
    return account(talk.only()).state


def test_a_short_answer_is_eap_success_if_a_request_follows() -> None:
    talk = Talk()
    init_done(talk)
    for mid, length in ((1, 100), (2, NOTIFY)):
        talk.say(sealed(IKE_AUTH, 298, mid=mid))
        talk.answer(sealed(IKE_AUTH, length, mid=mid, **ANSWER))
    assert state(talk) == "auth-refused"
    talk.say(sealed(IKE_AUTH, 120, mid=3))
    assert state(talk) == "auth-sent"
    talk.answer(sealed(IKE_AUTH, AUTH_WITH_CHILD, mid=3, **ANSWER))
    assert state(talk) == "established"


def test_a_first_error_is_not_the_end() -> None:
    talk = Talk()
    init_done(talk)
    talk.say(sealed(IKE_AUTH, 298))
    talk.answer(sealed(IKE_AUTH, NOTIFY, **ANSWER))
    assert talk.only().outcome == "failed"
    talk.answer(sealed(IKE_AUTH, AUTH_WITH_CHILD, **ANSWER))
    n = talk.only()
    assert (account(n).state, n.outcome) == ("established", "established")


def test_a_beginning_behind_the_rest_says_what_the_lengths_mean() -> None:
    """Captures of two places, merged by clocks that differ: the choice comes last."""
    talk = Talk()
    talk.say(init_request())
    talk.say(sealed(IKE_AUTH, 298))
    talk.answer(sealed(IKE_AUTH, NOTIFY, **ANSWER))
    assert state(talk) == "auth-answered"
    talk.answer(init_answer())
    n = talk.only()
    assert account(n).state == "auth-refused"
    assert (n.outcome, n.failed_at, n.failed_by) == ("failed", "IKE_AUTH", "responder")


def test_phase_1_behind_phase_2() -> None:
    talk = Talk()
    quick_mode(talk)
    assert (state(talk), talk.only().outcome) == ("midstream", "established")
    main_mode(talk)
    assert (state(talk), talk.only().outcome) == ("established", "established")


def test_an_error_that_was_captured_before_the_offer_answers_it() -> None:
    talk = Talk()
    talk.answer(IKEV1_MESSAGES["clear"])
    talk.say(main_1())
    assert state(talk) == "refused"


@pytest.mark.parametrize(
    ("length", "after", "known"),
    [(NOTIFY, 0.001, "initiator-refused"), (NOTIFY, 2, "established"), (200, 0.001, "established")],
)
def test_an_informational_that_refuses(length: int, after: float, known: str) -> None:
    talk = Talk()
    established(talk)
    talk.say(sealed(INFORMATIONAL, length, mid=2), after=after)
    assert state(talk) == known
    assert courses(talk.only())[-1].state == ("refusing" if known == "initiator-refused" else "requested")
    talk.answer(sealed(INFORMATIONAL, 57, mid=2, **ANSWER))
    assert state(talk) == known
    assert courses(talk.only())[-1].state == ("refused" if known == "initiator-refused" else "answered")
    talk.say(sealed(INFORMATIONAL, 57, mid=3), after=1)
    assert state(talk) == "established", "who goes on has not refused"


def test_no_account_says_that_an_intermediate_exchange_is_not_there() -> None:
    """What was asked and not answered is where it failed: no page says "no IKE_AUTH" beside it."""
    talk = Talk()
    init_done(talk)
    data = sealed(INTERMEDIATE, 1300)
    for pause in (0.02, 0.5, 1.0, 2.0):
        talk.say(data, after=pause)
    n = talk.only()
    assert (n.outcome, n.failed_at, n.failed_by, n.failure) == ("failed", "IKE_INTERMEDIATE", "none", "no answer")
    assert n.outcome_confidence == "likely"
    assert [c.state for c in courses(n)] == ["answered", "requested"]
    soon = Talk()
    init_done(soon)
    soon.say(data)
    assert (soon.only().outcome, soon.only(100).outcome) == ("incomplete", "failed")
    soon.answer(sealed(INTERMEDIATE, 1300, **ANSWER))
    assert soon.only(100).outcome == "incomplete"


def test_a_fresh_sa_has_a_verdict() -> None:
    live = Live(no_exchanges())
    conclude(live, None)
    assert live.negotiation.outcome == "incomplete"
    assert account(live.negotiation).state == "start"


@steady
@given(st.lists(st.sampled_from(sorted(IKEV2_MESSAGES)), min_size=1, max_size=10), st.sampled_from([0.0, 60.0]))
def test_any_order_of_ikev2_messages_ends_in_a_verdict(names: list[str], later: float) -> None:
    talk = Talk()
    for name in names:
        talk.say(IKEV2_MESSAGES[name])
    for n in talk.negotiations(later):
        check_verdict(n, " ".join(names))
        assert account(n).state in (*IKEV2_STATES, *READ)


@steady
@given(
    st.lists(st.tuples(st.booleans(), st.sampled_from(sorted(IKEV1_MESSAGES))), min_size=1, max_size=10),
    st.sampled_from([0.0, 60.0]),
)
def test_any_order_of_ikev1_messages_ends_in_a_verdict(said: list[tuple[bool, str]], later: float) -> None:
    talk = Talk()
    for forth, name in said:
        if forth:
            talk.say(IKEV1_MESSAGES[name])
        else:
            talk.answer(IKEV1_MESSAGES[name])
    for n in talk.negotiations(later):
        check_verdict(n, str(said))
        assert account(n).state in IKEV1_STATES


def test_courses_and_account_say_the_same_of_the_exchanges_that_make_an_sa() -> None:
    for items in recorded():
        for n in story_of(items).negotiations:
            known, found = account(n), courses(n)
            assert {place: found[place].state for place in known.exchange_states} == known.exchange_states
            if known.state == "auth-refused" and n.ike_version == 2:
                assert known.rounds.state in ("refused", "refused-in-clear", "short")
