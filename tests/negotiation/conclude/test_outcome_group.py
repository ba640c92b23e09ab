"""Group keying: SAs that members and key servers make, registrations that fail, and what is no failure."""

import pytest

from tests.negotiation.build import AUTH_CHILDLESS, AUTH_REQUEST, EMPTY, NOTIFY, Talk, sealed, sealed1
from tests.negotiation.groups import (
    GM,
    GROUP,
    GSA_AUTH,
    GSA_INBAND_REKEY,
    GSA_REGISTRATION,
    GSA_REKEY,
    KS,
    PULL,
    PUSH,
    PUSH_ACK,
    REKEY_SPIS,
    phase_1,
    pull,
    registered,
)

FAILURE = ("failed_at", "failed_by", "failure")


def failure(n: object) -> tuple[object, ...]:
    return tuple(getattr(n, name) for name in FAILURE)


def test_gsa_auth_is_authentication() -> None:
    talk = Talk()
    registered(talk)
    n = talk.only(later=60)
    assert (n.outcome, n.outcome_confidence, *failure(n)) == ("established", "likely", None, None, None)
    assert n.children == []  # what the group has is no SA of two parties
    assert "the GSA_AUTH response has room for AUTH" in n.outcome_basis


def test_what_follows_makes_it_certain() -> None:
    talk = Talk()
    registered(talk)
    talk.say(sealed(GSA_INBAND_REKEY, 300, initiator=False, mid=0), KS, GM)
    talk.say(sealed(GSA_INBAND_REKEY, EMPTY, response=True, mid=0), GM, KS)
    n = talk.only(later=60)
    assert (n.outcome, n.outcome_confidence, n.failed_at) == ("established", "certain", None)


def test_a_short_answer_refuses_the_member() -> None:
    talk = Talk()
    registered(talk, answer=NOTIFY)
    n = talk.only(later=60)
    assert (n.outcome, *failure(n)) == ("failed", "GSA_AUTH", "responder", None)


def test_gsa_auth_that_is_not_answered() -> None:
    talk = Talk()
    registered(talk, answer=None)
    for _ in range(3):
        talk.say(sealed(GSA_AUTH, AUTH_REQUEST), GM, KS, after=2)
    n = talk.only(later=60)
    assert (n.outcome, *failure(n)) == ("failed", "GSA_AUTH", "none", "no answer")


def test_the_capture_ends_after_the_request() -> None:
    talk = Talk()
    registered(talk, answer=None)
    assert talk.only(later=0.5).outcome == "incomplete"


def test_no_room_for_keys_is_no_failure_without_keys_to_read_it() -> None:
    talk = Talk()
    registered(talk, answer=AUTH_CHILDLESS)
    n = talk.only(later=60)
    assert (n.outcome, n.failed_at) == ("established", None)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (400, (None, None, None)),
        (NOTIFY, ("GSA_REGISTRATION", "responder", None)),
        (None, ("GSA_REGISTRATION", "none", "no answer")),
    ],
    ids=["answered", "refused", "silence"],
)
def test_another_registration(answer: int | None, expected: tuple[object, ...]) -> None:
    talk = Talk()
    registered(talk)
    talk.say(sealed(GSA_REGISTRATION, 120, mid=2), GM, KS)
    if answer is not None:
        talk.say(sealed(GSA_REGISTRATION, answer, initiator=False, response=True, mid=2), KS, GM)
    n = talk.only(later=60)
    assert (n.outcome, *failure(n)) == ("established", *expected)


def test_a_later_registration_makes_it_good() -> None:
    talk = Talk()
    registered(talk)
    for mid, answer in ((2, NOTIFY), (3, 400)):
        talk.say(sealed(GSA_REGISTRATION, 120, mid=mid), GM, KS)
        talk.say(sealed(GSA_REGISTRATION, answer, initiator=False, response=True, mid=mid), KS, GM)
    assert talk.only(later=60).failed_at is None


STOPPED = ("GROUPKEY_PULL", "initiator", None)
UNANSWERED = ("GROUPKEY_PULL", "none", "no answer")
LOST = ("GROUPKEY_PULL", "none", "answer not received")
NOTHING = (None, None, None)


@pytest.mark.parametrize(
    ("messages", "expected"), [(1, UNANSWERED), (2, STOPPED), (3, UNANSWERED), (4, NOTHING)], ids=[1, 2, 3, 4]
)
def test_groupkey_pull_that_stops(messages: int, expected: tuple[object, ...]) -> None:
    """The key server owes messages 2 and 4, the member message 3: it takes one hash, and who is busy is not for long.

    A third message that the capture lost would have brought about a fourth, which is not there either.
    """
    talk = Talk()
    phase_1(talk)
    pull(talk, messages)
    n = talk.only(later=60)
    assert (n.outcome, *failure(n)) == ("established", *expected)
    talk = Talk()
    phase_1(talk)
    pull(talk, messages)
    assert talk.only(later=1).failed_at is None, "the capture ends"


def said(talk: Talk, *numbers: int, after: float = 3) -> None:
    """Messages of a GROUPKEY-PULL, counted from 1; one that was said before is a retransmission."""
    for number in numbers:
        data = sealed1(PULL, 108 + 100 * (number % 2 == 0), mid=7, salt=str(number))
        talk.say(data, *((GM, KS) if number % 2 else (KS, GM)), after=after)


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        ((1, 1, 1), UNANSWERED),
        ((1, 2, 2, 2), STOPPED),  # the key server asks again, too
        ((1, 2, 3, 3), UNANSWERED),
        ((1, 2, 1, 2, 1, 2), LOST),
        ((1, 2, 3, 2, 3, 2, 3), LOST),  # the member's third message does not arrive
        ((1, 2, 3, 4, 3, 4, 3, 4), LOST),
        ((1, 1, 2, 2, 3, 4), NOTHING),
    ],
)
def test_groupkey_pull_that_is_retransmitted(numbers: tuple[int, ...], expected: tuple[object, ...]) -> None:
    """Repetition shows the silence, also where the capture ends with it."""
    talk = Talk()
    phase_1(talk)
    said(talk, *numbers)
    assert failure(talk.only(later=0.5)) == expected


def test_another_pull_makes_it_good() -> None:
    talk = Talk()
    phase_1(talk)
    said(talk, 1, 2)
    for number in range(4):
        talk.say(sealed1(PULL, 108, mid=8, salt=str(number)), *((KS, GM) if number % 2 else (GM, KS)), after=5)
    assert failure(talk.only(later=60)) == NOTHING


@pytest.mark.parametrize(("exchange", "by_member"), [(GSA_REGISTRATION, True), (GSA_INBAND_REKEY, False)])
def test_the_next_request_shows_that_an_answer_came(exchange: int, by_member: bool) -> None:
    """With a window of one (RFC 7296 section 2.3): the capture lacks it."""
    talk = Talk()
    registered(talk)
    there, back, mid = (GM, KS, 2) if by_member else (KS, GM, 0)
    talk.say(sealed(exchange, 120, initiator=by_member, mid=mid), there, back)
    talk.say(sealed(37, EMPTY, initiator=by_member, mid=mid + 1), there, back, after=5)
    talk.say(sealed(37, EMPTY, initiator=not by_member, response=True, mid=mid + 1), back, there)
    assert failure(talk.only(later=60)) == NOTHING


def test_the_capture_ends_inside_groupkey_pull() -> None:
    talk = Talk()
    phase_1(talk)
    pull(talk, 1)
    assert talk.only(later=0.1).failed_at is None


@pytest.mark.parametrize("target", [GROUP, GM], ids=["multicast", "unicast"])
def test_group_rekeys_repeated_for_hours_are_no_failure(target: tuple[str, int]) -> None:
    talk = Talk()
    for number in range(4):
        for _ in range(3):
            talk.say(sealed(GSA_REKEY, 300, mid=number, spis=REKEY_SPIS), KS, target, after=10)
    n = talk.only(later=600)
    assert (n.outcome, *failure(n)) == ("established", None, None, None)
    assert "no answer is due" in n.outcome_basis


def test_gdois_group_rekeys_with_acknowledgements() -> None:
    talk = Talk()
    talk.say(sealed1(PUSH_ACK, 92, spis=REKEY_SPIS, salt="early"), GM, KS)
    for salt in ("1", "1", "2"):
        talk.say(sealed1(PUSH, 228, spis=REKEY_SPIS, salt=salt), KS, GROUP, after=3600)
        talk.say(sealed1(PUSH_ACK, 92, spis=REKEY_SPIS, salt=salt), GM, KS)
    n = talk.only(later=600)
    assert (n.outcome, n.mode, n.initiator_ip) == ("established", "group-rekey", KS[0])
    assert {e.exchange for e in n.exchanges} == {"GROUPKEY_PUSH", "GROUPKEY_PUSH_ACK"}
    assert PULL not in {e.exchange_type for e in n.exchanges}
