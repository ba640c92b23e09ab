"""A first message answered in the other IKE version, by what is on the wire; what is no such answer."""

import pytest

from analyzer.negotiation.conclude.other_version import refused_for_version, version_refusal
from tests.negotiation.build import (
    AGGRESSIVE,
    BASE,
    INFORMATIONAL,
    INIT,
    MAIN,
    SPI_I,
    SPI_R,
    V1_INFORMATIONAL,
    ZERO,
    A,
    B,
    C,
    Talk,
    established,
    init_answer,
    init_done,
    init_request,
    main_1,
    main_2,
    main_mode,
    notify1,
    notify2,
    phase1,
    sa1,
    sealed1,
    v1,
    v2,
)

INVALID_COOKIE, INVALID_MAJOR_VERSION, INVALID_EXCHANGE_TYPE, NO_PROPOSAL_CHOSEN = 4, 5, 7, 14
ENDS = [(A, B), (("192.0.2.10", 4500), ("192.0.2.20", 4500)), (("2001:db8::10", 500), ("2001:db8::20", 500))]


def v1_error(notify: int = INVALID_MAJOR_VERSION, mid: int = 1, spis: tuple[str, str] = (SPI_I, ZERO)) -> bytes:
    return v1(V1_INFORMATIONAL, notify1(notify), mid=mid, spis=spis)


def v2_error(
    exchange: int = INFORMATIONAL,
    notify: int = INVALID_MAJOR_VERSION,
    spis: tuple[str, str] = (SPI_I, ZERO),
    *,
    initiator: bool = False,
    response: bool = True,
) -> bytes:
    return v2(exchange, notify2(notify), initiator=initiator, response=response, spis=spis)


def phase1_request(mode: int) -> bytes:
    return v1(mode, sa1(phase1()), spis=(SPI_I, ZERO))


@pytest.mark.parametrize(("initiator", "responder"), ENDS)
@pytest.mark.parametrize("responder_spi", [ZERO, SPI_R])
@pytest.mark.parametrize(
    ("notify", "name"),
    [(INVALID_MAJOR_VERSION, "INVALID-MAJOR-VERSION"), (INVALID_EXCHANGE_TYPE, "INVALID-EXCHANGE-TYPE")],
)
def test_an_ikev2_request_answered_in_ikev1(
    initiator: tuple[str, int], responder: tuple[str, int], responder_spi: str, notify: int, name: str
) -> None:
    talk = Talk()
    for mid in range(1, 4):
        talk.say(init_request(), initiator, responder, after=2)
        talk.answer(v1_error(notify, mid, (SPI_I, responder_spi)), responder, initiator)
    n = talk.only(10)
    assert (n.ike_version, n.outcome, n.failed_at, n.failed_by) == (2, "failed", "IKE_SA_INIT", "responder")
    assert (n.failure, n.outcome_confidence) == (name, "likely")
    assert "IKEv1 message" in n.outcome_basis
    assert "anybody" in n.outcome_basis
    assert [p.from_initiator for p in talk.placed] == [True, False] * 3
    assert (n.initiator_ip, n.responder_ip) == (initiator[0], responder[0])


@pytest.mark.parametrize(("initiator", "responder"), ENDS)
@pytest.mark.parametrize("mode", [MAIN, AGGRESSIVE, BASE])
@pytest.mark.parametrize("exchange", [INIT, INFORMATIONAL, MAIN, AGGRESSIVE])
@pytest.mark.parametrize("flags", [{}, {"initiator": True}])
def test_an_ikev1_request_answered_in_ikev2(
    initiator: tuple[str, int], responder: tuple[str, int], mode: int, exchange: int, flags: dict[str, bool]
) -> None:
    """As the responder's own exchange, or of the type that the request has."""
    talk = Talk()
    for _ in range(3):
        talk.say(phase1_request(mode), initiator, responder, after=2)
        talk.answer(v2_error(exchange, **flags), responder, initiator)
    n = talk.only(10)
    assert (n.ike_version, n.outcome, n.failed_by) == (1, "failed", "responder")
    assert n.failed_at in ("IDENTITY_PROTECTION", "AGGRESSIVE", "BASE")
    assert (n.failure, n.outcome_confidence) == ("INVALID_MAJOR_VERSION", "likely")
    assert [p.from_initiator for p in talk.placed] == [True, False] * 3
    assert n.nat is None


def test_an_ikev2_informational_in_clear_says_it_too() -> None:
    talk = Talk()
    talk.say(init_request())
    talk.answer(v2_error())
    n = talk.only(10)
    assert (n.outcome, n.failed_by, n.failure) == ("failed", "responder", "INVALID_MAJOR_VERSION")
    assert "message:" not in n.outcome_basis


def test_from_another_address_than_the_one_asked() -> None:
    talk = Talk()
    talk.say(init_request())
    talk.say(v1_error(), C, A)
    n = talk.only(10)
    assert (n.responder_ip, n.failure) == (B[0], "INVALID-MAJOR-VERSION")


def test_anybody_may_have_sent_it_and_the_true_answer_comes_later() -> None:
    talk = Talk()
    talk.say(init_request())
    talk.answer(v1_error())
    talk.answer(init_answer())
    assert talk.only(1).outcome == "incomplete"
    talk = Talk()
    talk.say(init_request())
    talk.answer(v1_error(INVALID_COOKIE))
    established(talk)
    n = talk.only()
    assert (n.outcome, n.failure) == ("established", None)


def test_the_true_answer_of_main_mode_comes_later() -> None:
    talk = Talk()
    talk.say(main_1())
    talk.answer(v2_error())
    main_mode(talk)
    n = talk.only()
    assert (n.outcome, n.failure) == ("established", None)
    assert n.ike_version == 1


def test_an_answered_request_is_not_refused_afterwards() -> None:
    talk = Talk()
    init_done(talk)
    talk.answer(v1_error())
    assert [(n.ike_version, n.failure) for n in talk.negotiations(10)] == [(2, None), (1, None)]
    talk = Talk()
    talk.say(main_1())
    talk.answer(main_2())
    talk.answer(v2_error())
    assert next(n.ike_version for n in talk.negotiations(10)) == 1
    assert talk.negotiations(10)[0].failure is None


@pytest.mark.parametrize(
    "data",
    [
        v1_error(spis=("c1" * 8, ZERO)),  # of another SPI
        v1(V1_INFORMATIONAL, notify1(24578), mid=1, spis=(SPI_I, ZERO)),  # INITIAL-CONTACT is no error
        sealed1(V1_INFORMATIONAL, 92, mid=1, spis=(SPI_I, SPI_R)),  # encrypted
        main_1(),  # begins one of its own
    ],
)
def test_what_is_no_such_answer(data: bytes) -> None:
    talk = Talk()
    talk.say(init_request())
    talk.answer(data) if data != main_1() else talk.say(data)
    found = talk.negotiations(10)
    assert sorted(n.ike_version for n in found) == [1, 2]
    mine = next(n for n in found if n.ike_version == 2)
    assert (mine.outcome, mine.failure) == ("unanswered", "no answer")
    assert version_refusal(mine) is None
    assert refused_for_version(mine, "IKE_SA_INIT") is None


def test_an_implausible_header_of_the_other_version_without_an_error_is_no_message() -> None:
    talk = Talk()
    talk.say(main_1())
    assert (
        talk.answer(v2(MAIN, notify2(16388, bytes(20)), initiator=False, response=True, spis=(SPI_I, ZERO))).negotiation
        is None
    )
    assert talk.only(10).outcome == "unanswered"


def test_the_initiators_own_error_in_the_other_version_refuses_nothing() -> None:
    for ours in (True, False):
        talk = Talk()
        talk.say(init_request())
        (talk.say if ours else talk.answer)(v1_error())
        found = [version_refusal(n) for n in talk.story(10).negotiations]
        assert any(found) is not ours
