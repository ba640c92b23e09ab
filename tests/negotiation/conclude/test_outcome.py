"""Verdicts on children that did not come up. What captures lose: tests/fixtures/test_mutations.py."""

import pytest

from tests.negotiation.build import (
    AUTH_WITH_CHILD,
    CHILD_ANSWER,
    CHILD_DELETE,
    CREATE_CHILD_SA,
    EMPTY,
    IKE_AUTH,
    INFORMATIONAL,
    NOTIFY,
    QUICK_MODE,
    V1_INFORMATIONAL,
    A,
    B,
    Talk,
    established,
    init_done,
    init_notify,
    init_request,
    sealed,
    sealed1,
)
from tests.negotiation.keyed import authenticated, child_request, create, keys, notify
from tests.work import lines_run


def refused_child(answer: int) -> Talk:
    talk = Talk()
    established(talk, answer=answer)
    return talk


def test_an_sa_that_is_up_without_its_child_says_where_and_by_whom() -> None:
    """Room for IDr, AUTH and a notify, none for SA, TSi and TSr (measured: 162 bytes under AES-GCM-16)."""
    n = refused_child(162).only(10)
    assert (n.outcome, n.failed_at, n.failed_by, n.failure) == ("established", "IKE_AUTH", "responder", None)
    assert [(c.outcome, c.basis) for c in n.children] == [("failed", "inferred")]


def test_an_error_from_before_the_child_was_asked_for_is_not_why_it_was_refused() -> None:
    talk = Talk()
    talk.say(init_request())
    talk.answer(init_notify(17, b"\0\x13"))  # INVALID_KE_PAYLOAD
    established(talk, answer=162)
    n = talk.only(10)
    assert (n.outcome, n.failed_at, n.failed_by, n.failure) == ("established", "IKE_AUTH", "responder", None)


def test_whoever_ends_the_sa_nothing_more_is_asked() -> None:
    by_responder = refused_child(162)
    by_responder.answer(sealed(INFORMATIONAL, NOTIFY, mid=0, initiator=False), after=0.02)
    n = by_responder.only(0)
    assert (n.failed_at, n.failed_by, n.outcome_confidence) == ("IKE_AUTH", "responder", "likely")
    alive = refused_child(162)
    alive.answer(sealed(INFORMATIONAL, EMPTY, mid=0, initiator=False), after=0.02)
    assert alive.only(0).failed_at is None, "a liveness check: the child may be asked for next"


def test_a_child_that_came_up_is_no_failure() -> None:
    n = refused_child(AUTH_WITH_CHILD).only(10)
    assert (n.failed_at, n.failed_by, n.failure) == (None, None, None)
    assert [c.outcome for c in n.children] == ["established"]


def test_childless_initiation_is_no_failure() -> None:
    """RFC 6023: the request has no room for SA and selectors either."""
    talk = Talk()
    init_done(talk)
    talk.say(sealed(IKE_AUTH, 150))
    talk.answer(sealed(IKE_AUTH, 140, initiator=False, response=True))
    n = talk.only(10)
    assert (n.outcome, n.failed_at, n.children) == ("established", None, [])


def test_a_child_made_later_casts_doubt_on_the_first_ones_failure() -> None:
    """A childless request with so many notifies that it seems to ask for a child."""
    talk = refused_child(162)
    talk.say(sealed(CREATE_CHILD_SA, 250, mid=2))
    talk.answer(sealed(CREATE_CHILD_SA, 220, initiator=False, response=True, mid=2))
    n = talk.only(10)
    assert n.failed_at is None
    assert [c.outcome for c in n.children] == ["unknown", "established"]


def test_an_answer_to_a_child_request_that_the_capture_lost_casts_doubt_too() -> None:
    talk = refused_child(162)
    talk.answer(sealed(CREATE_CHILD_SA, 220, initiator=False, response=True, mid=2))
    n = talk.only(10)
    assert (n.outcome, n.failed_at) == ("established", None)
    assert [c.outcome for c in n.children] == ["unknown"]
    asked = refused_child(162)
    asked.say(sealed(CREATE_CHILD_SA, 300, mid=2))
    assert asked.only(10).failed_at is None


@pytest.mark.parametrize(("granted", "failed_at"), [(CHILD_ANSWER, None), (NOTIFY, "CREATE_CHILD_SA")])
def test_a_refusal_of_a_request_that_crossed_a_granted_one_is_a_collision(granted: int, failed_at: str | None) -> None:
    talk = Talk()
    established(talk)
    talk.say(sealed(CREATE_CHILD_SA, 300, mid=2))
    talk.answer(sealed(CREATE_CHILD_SA, 300, mid=0, initiator=False))
    talk.answer(sealed(CREATE_CHILD_SA, granted, mid=2, initiator=False, response=True))
    talk.say(sealed(CREATE_CHILD_SA, NOTIFY, mid=0, response=True))
    assert talk.only(10).failed_at == failed_at


INVALID_KE = NOTIFY + 2  # the group that is wanted


def asked_for_another_group() -> Talk:
    talk = Talk()
    established(talk)
    talk.say(sealed(CREATE_CHILD_SA, 300, mid=2))
    talk.answer(sealed(CREATE_CHILD_SA, INVALID_KE, mid=2, initiator=False, response=True))
    return talk


def test_a_demand_for_another_group_is_a_refusal_when_nothing_follows() -> None:
    for later, outcome, failed_at in ((0, "unknown", None), (10, "failed", "CREATE_CHILD_SA")):
        n = asked_for_another_group().only(later)
        assert ([c.outcome for c in n.children], n.failed_at) == (["established", outcome], failed_at)
    deleted = asked_for_another_group()
    deleted.say(sealed(INFORMATIONAL, NOTIFY, mid=3))
    assert deleted.only(0).failed_at == "CREATE_CHILD_SA"


@pytest.mark.parametrize("lost", ["request", "response"])
def test_half_of_a_second_try_after_a_demand_for_another_group(lost: str) -> None:
    talk = asked_for_another_group()
    if lost == "request":
        talk.answer(sealed(CREATE_CHILD_SA, CHILD_ANSWER, mid=3, initiator=False, response=True))
    else:
        talk.say(sealed(CREATE_CHILD_SA, 332, mid=3))
    assert talk.only(10).failed_at is None


@pytest.mark.parametrize(("error", "failed_at"), [(43, None), (44, None), (35, "CREATE_CHILD_SA")])
def test_what_a_collision_is_answered_with_refuses_nothing_for_good(error: int, failed_at: str | None) -> None:
    talk = Talk(keys())
    authenticated(talk)
    create(talk, 2, child_request(b"\5\5\5\5"), [notify(error)])
    assert talk.only(10).failed_at == failed_at


@pytest.mark.parametrize("begun_by_initiator", [True, False])
def test_a_rekey_that_is_refused(begun_by_initiator: bool) -> None:
    """A first child works, its rekey is answered by one notify: as with PFS groups that do not fit."""
    talk = Talk()
    established(talk)
    talk.say(sealed(CREATE_CHILD_SA, 300, mid=2, initiator=begun_by_initiator))
    talk.answer(sealed(CREATE_CHILD_SA, NOTIFY, mid=2, initiator=not begun_by_initiator, response=True))
    n = talk.only(10)
    assert (n.outcome, n.failed_at) == ("established", "CREATE_CHILD_SA")
    assert n.failed_by == ("responder" if begun_by_initiator else "initiator")
    assert [c.outcome for c in n.children] == ["established", "failed"]


def test_a_refused_rekey_that_is_repeated_with_success_is_no_failure() -> None:
    talk = Talk()
    established(talk)
    for mid, length in ((2, NOTIFY), (3, 220)):
        talk.say(sealed(CREATE_CHILD_SA, 300, mid=mid))
        talk.answer(sealed(CREATE_CHILD_SA, length, mid=mid, initiator=False, response=True))
    assert talk.only(10).failed_at is None


def test_a_child_asked_for_and_not_answered_is_not_known() -> None:
    talk = Talk()
    established(talk)
    talk.say(sealed(CREATE_CHILD_SA, 300, mid=2))
    n = talk.only(10)
    assert [c.outcome for c in n.children] == ["established", "unknown"]
    assert n.outcome == "established"


def test_children_go_down_with_their_sa() -> None:
    talk = Talk()
    established(talk)
    talk.say(sealed(INFORMATIONAL, NOTIFY, mid=2), after=0.001)
    n = talk.only(10)
    assert n.outcome == "failed"
    assert {c.outcome for c in n.children} == {"failed"}


def test_a_rekey_that_is_refused_because_the_child_sa_is_being_deleted() -> None:
    for length, failed_at in ((CHILD_DELETE, None), (EMPTY, "CREATE_CHILD_SA")):
        talk = Talk()
        established(talk)
        talk.answer(sealed(INFORMATIONAL, length, mid=0, initiator=False))
        talk.say(sealed(CREATE_CHILD_SA, 300, mid=2))
        talk.say(sealed(INFORMATIONAL, length, mid=0, response=True))
        talk.answer(sealed(CREATE_CHILD_SA, NOTIFY, mid=2, initiator=False, response=True))
        assert talk.only(10).failed_at == failed_at


@pytest.mark.parametrize(("network", "failed_at"), [("10.9.0.0", "CREATE_CHILD_SA"), ("10.2.0.0", None)])
def test_a_child_sa_for_other_networks_that_never_came_up(network: str, failed_at: str | None) -> None:
    """The one asked for last is up; another one was refused, and with it the networks that nobody else serves."""
    talk = Talk(keys())
    authenticated(talk)
    create(talk, 2, child_request(b"\5\5\5\5", other=network), [notify(14)])
    create(talk, 3, child_request(b"\6\6\6\6", other="10.3.0.0"), child_request(b"\7\7\7\7", other="10.3.0.0"))
    n = talk.only(10)
    assert [c.outcome for c in n.children] == ["established", "failed", "established"]
    assert (n.failed_at, n.failure) == (failed_at, "NO_PROPOSAL_CHOSEN" if failed_at else None)


def test_the_request_that_crossed_may_be_in_the_capture_as_its_repetition_only() -> None:
    for pause, failed_at in ((0.02, None), (5, "CREATE_CHILD_SA")):
        talk = Talk()
        established(talk)
        talk.say(sealed(CREATE_CHILD_SA, 300, mid=2))
        talk.answer(sealed(CREATE_CHILD_SA, NOTIFY, mid=2, initiator=False, response=True))
        talk.answer(sealed(CREATE_CHILD_SA, 400, mid=0, initiator=False), after=pause)
        assert talk.only(0).failed_at == failed_at


def asked_again_and_again(talk: Talk, request: bytes, transmissions: int = 4) -> None:
    """A request and its retransmissions, while the responder asks whether the initiator is alive."""
    for transmission in range(transmissions):
        talk.say(request, after=5)
        if transmission % 2:
            talk.answer(sealed(INFORMATIONAL, EMPTY, mid=transmission // 2, initiator=False), after=1)
            talk.say(sealed(INFORMATIONAL, EMPTY, mid=transmission // 2, response=True))


@pytest.mark.parametrize("transmissions", [2, 4])
def test_a_child_asked_for_again_and_again_and_never_answered_failed(transmissions: int) -> None:
    """Whatever follows; one retransmission may be due to a lost packet, and the answer to it to another."""
    talk = Talk()
    established(talk)
    asked_again_and_again(talk, sealed(CREATE_CHILD_SA, 300, mid=2), transmissions)
    talk.say(sealed(INFORMATIONAL, NOTIFY, mid=3))
    talk.answer(sealed(INFORMATIONAL, EMPTY, mid=3, initiator=False, response=True))
    n = talk.only(10)
    failed_at = "CREATE_CHILD_SA" if transmissions > 2 else None
    assert (n.outcome, n.failed_at, n.failed_by) == ("established", failed_at, "none" if failed_at else None)
    assert [c.outcome for c in n.children] == ["established", "failed" if failed_at else "unknown"]


def test_a_child_asked_for_of_a_peer_that_is_gone_is_not_refused() -> None:
    """Nothing comes from the peer any more: it is dead, or its path is."""
    talk = Talk()
    established(talk)
    for _ in range(4):
        talk.say(sealed(CREATE_CHILD_SA, 300, mid=2), after=5)
    assert talk.only(10).failed_at is None


def test_a_child_never_answered_and_then_made_is_no_failure() -> None:
    talk = Talk()
    established(talk)
    asked_again_and_again(talk, sealed(CREATE_CHILD_SA, 300, mid=2))
    talk.say(sealed(CREATE_CHILD_SA, 310, mid=3))
    talk.answer(sealed(CREATE_CHILD_SA, CHILD_ANSWER, mid=3, initiator=False, response=True))
    assert talk.only(10).failed_at is None


@pytest.mark.parametrize(("last_answered", "length"), [(True, 300), (False, 300), (False, 332)])
def test_a_refusal_that_was_repeated_stays_one_whatever_comes_last(last_answered: bool, length: int) -> None:
    talk = Talk()
    established(talk)
    for mid in (2, 3):
        talk.say(sealed(CREATE_CHILD_SA, 300, mid=mid), after=60)
        talk.answer(sealed(CREATE_CHILD_SA, INVALID_KE, mid=mid, initiator=False, response=True))
    talk.say(sealed(CREATE_CHILD_SA, length, mid=4), after=60)
    if last_answered:
        talk.answer(sealed(CREATE_CHILD_SA, INVALID_KE, mid=4, initiator=False, response=True))
    n = talk.only(0)
    assert (n.failed_at, n.failed_by) == ("CREATE_CHILD_SA", "responder")


def test_another_request_after_a_refusal_may_be_the_one_that_is_granted() -> None:
    """Its length is another one: it has the KE payload that was asked for. What came of it is not in the capture."""
    talk = asked_for_another_group()
    talk.say(sealed(CREATE_CHILD_SA, 332, mid=3))
    talk.answer(sealed(CREATE_CHILD_SA, INVALID_KE, mid=3, initiator=False, response=True))
    assert talk.only(0).failed_at is None


@pytest.mark.parametrize("begun_by_initiator", [True, False])
def test_an_informational_ignored_by_a_peer_that_is_alive(begun_by_initiator: bool) -> None:
    talk = Talk()
    established(talk)
    asked, other = (talk.say, talk.answer) if begun_by_initiator else (talk.answer, talk.say)
    for mid in range(4):
        asked(sealed(INFORMATIONAL, 130, mid=9, initiator=begun_by_initiator), after=5)
        other(sealed(INFORMATIONAL, EMPTY, mid=mid, initiator=not begun_by_initiator))
        asked(sealed(INFORMATIONAL, EMPTY, mid=mid, initiator=begun_by_initiator, response=True))
    n = talk.only(10)
    assert (n.outcome, n.failed_at, n.failed_by, n.failure) == ("established", "INFORMATIONAL", "none", "no answer")


def test_a_refusal_after_a_child_sa_that_worked_stays_one_unless_another_follows() -> None:
    """What stood before the refusal made nothing good; what follows within the SA may have."""
    talk = Talk()
    established(talk)
    for mid, length in ((2, CHILD_ANSWER), (3, NOTIFY)):
        talk.say(sealed(CREATE_CHILD_SA, 300, mid=mid))
        talk.answer(sealed(CREATE_CHILD_SA, length, mid=mid, initiator=False, response=True))
    n = talk.only(10)
    assert ([c.outcome for c in n.children], n.failed_at) == (["established"] * 2 + ["failed"], "CREATE_CHILD_SA")
    talk.say(sealed(CREATE_CHILD_SA, 300, mid=4))
    assert talk.only(10).failed_at is None


def test_refusals_of_ever_new_lengths_cost_no_more_each() -> None:
    """Each is looked up among all that came before the last."""

    def cost(refusals: int) -> int:
        talk = Talk()
        established(talk)
        for k in range(refusals):
            talk.say(sealed(CREATE_CHILD_SA, 300 + 4 * k, mid=2 + k))
            talk.answer(sealed(CREATE_CHILD_SA, INVALID_KE, mid=2 + k, initiator=False, response=True))
        return lines_run(lambda: talk.only(10))

    assert cost(400) < 2.5 * cost(200)


# -- SAs from before the capture


def midstream() -> Talk:
    """A liveness check, answered, is the first that is seen of an SA."""
    talk = Talk()
    talk.answer(sealed(INFORMATIONAL, EMPTY, initiator=False, mid=7))
    talk.say(sealed(INFORMATIONAL, EMPTY, response=True, mid=7))
    return talk


def asks(talk: Talk, mid: int, length: int, answer: int | None, *, after: float = 60) -> None:
    talk.say(sealed(CREATE_CHILD_SA, length, mid=mid), after=after)
    if answer is not None:
        talk.answer(sealed(CREATE_CHILD_SA, answer, initiator=False, response=True, mid=mid))


FAILURE = ("outcome", "failed_at", "failed_by")


def failure(talk: Talk) -> tuple[object, ...]:
    n = talk.only(later=60)
    return tuple(getattr(n, name) for name in FAILURE)


def test_a_request_of_an_sa_from_before_the_capture_that_is_refused() -> None:
    """Its suite is not known; an answer that is too short for a child SA under any cipher refuses one."""
    talk = midstream()
    asks(talk, 3, 300, NOTIFY)
    assert failure(talk) == ("established", "CREATE_CHILD_SA", "responder")
    for answer in (200, 117):
        talk = midstream()
        asks(talk, 3, 300, answer)
        assert failure(talk) == ("established", None, None)


def test_such_a_request_that_is_ignored() -> None:
    talk = midstream()
    for _ in range(4):
        asks(talk, 3, 300, None, after=3)
    talk.answer(sealed(INFORMATIONAL, EMPTY, initiator=False, mid=8))
    talk.say(sealed(INFORMATIONAL, EMPTY, response=True, mid=8))
    assert failure(talk) == ("established", "CREATE_CHILD_SA", "none")


def test_what_may_have_collided_with_something_before_the_capture() -> None:
    talk = Talk()
    asks(talk, 3, 300, NOTIFY)
    assert failure(talk) == ("established", None, None)
    asks(talk, 4, 300, NOTIFY)
    assert failure(talk) == ("established", "CREATE_CHILD_SA", "responder"), "and again a minute later"


def test_what_crosses_a_request_that_may_be_a_delete() -> None:
    talk = midstream()
    talk.answer(sealed(INFORMATIONAL, CHILD_DELETE, initiator=False, mid=8), after=60)
    asks(talk, 3, 300, NOTIFY, after=0.01)
    assert failure(talk) == ("established", None, None)


def test_one_direction_of_it_shows_nothing() -> None:
    talk = Talk()
    for _ in range(5):
        asks(talk, 3, 300, None, after=3)
    assert failure(talk) == ("incomplete", None, None)


@pytest.mark.parametrize("first", [True, False])
def test_a_quick_mode_that_the_capture_begins_with_may_be_its_third_message(first: bool) -> None:
    """An INFORMATIONAL of the other side behind it, such as a Delete, refuses nothing then."""
    talk = Talk()
    if not first:
        for number in range(2):
            talk.say(sealed1(V1_INFORMATIONAL, 92, mid=number + 1), *((B, A) if number else (A, B)))
    talk.say(sealed1(QUICK_MODE, 188, mid=9), after=10)
    talk.answer(sealed1(V1_INFORMATIONAL, 92, mid=5), after=0.5)
    talk.say(sealed1(V1_INFORMATIONAL, 92, mid=6), after=5)
    assert failure(talk) == ("established", None if first else "QUICK_MODE", None), "which side began is a guess"
