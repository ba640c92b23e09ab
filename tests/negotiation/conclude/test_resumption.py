"""IKE_SESSION_RESUME: with and without the first SA, and where the ticket is refused."""

import pytest

from analyzer.negotiation.conclude.resumption import LONGEST_NOTIFY_MESSAGE
from tests.negotiation.build import (
    AUTH_REQUEST,
    AUTH_WITH_CHILD,
    CBC,
    EMPTY,
    GCM,
    IKE_AUTH,
    INFORMATIONAL,
    NOTIFY,
    SPI_I,
    SPI_R,
    A,
    B,
    C,
    Talk,
    established,
    init_answer,
    init_request,
    resume_answer,
    resume_request,
    sealed,
)

AGAIN = "c1c2c3c4c5c6c7c8", "d1d2d3d4d5d6d7d8"


def resumes(talk: Talk, answer: int | None = AUTH_WITH_CHILD, spis: tuple[str, str] = (SPI_I, SPI_R)) -> None:
    """IKE_SESSION_RESUME and IKE_AUTH; answer: the length of the last message, None for none."""
    talk.say(resume_request(spis[0]))
    talk.answer(resume_answer(spis=spis))
    talk.say(sealed(IKE_AUTH, AUTH_REQUEST, spis=spis))
    if answer is not None:
        talk.answer(sealed(IKE_AUTH, answer, initiator=False, response=True, spis=spis))


@pytest.mark.parametrize("later", [0.0, 60.0])
def test_without_the_first_sa_the_answer_is_too_long_for_an_error(later: float) -> None:
    talk = Talk()
    resumes(talk)
    n = talk.only(later)
    assert (n.outcome, n.outcome_confidence, n.failed_at) == ("established", "likely", None)
    assert "the responder took the ticket" in n.outcome_basis


@pytest.mark.parametrize("length", [NOTIFY, LONGEST_NOTIFY_MESSAGE])
def test_a_short_answer_may_be_an_error(length: int) -> None:
    talk = Talk()
    resumes(talk, answer=length)
    n = talk.only(60)
    assert (n.outcome, n.failed_at) == ("incomplete", None)
    assert "the capture ends" not in n.outcome_basis


def test_what_follows_makes_it_certain() -> None:
    talk = Talk()
    resumes(talk)
    for mid in (2, 3):
        talk.say(sealed(INFORMATIONAL, EMPTY, mid=mid))
        talk.answer(sealed(INFORMATIONAL, EMPTY, initiator=False, response=True, mid=mid))
    assert talk.only(60).outcome_confidence == "certain"


@pytest.mark.parametrize("suite", [GCM, CBC], ids=["GCM", "CBC"])
def test_with_the_first_sa_its_algorithms_are_restored(suite: tuple) -> None:
    talk = Talk()
    established(talk, suite, answer=300)
    resumes(talk, answer=300, spis=AGAIN)
    first, second = talk.negotiations(60)
    assert (second.outcome, second.suite, second.chosen_frame) == ("established", first.suite, None)
    assert "probably of negotiation 1" in second.outcome_basis
    assert [c.outcome for c in second.children] == ["established"]


def test_a_refusal_is_read_from_its_length_with_the_first_sa() -> None:
    talk = Talk()
    established(talk)
    resumes(talk, answer=NOTIFY, spis=AGAIN)
    second = talk.negotiations(60)[1]
    assert (second.outcome, second.failed_at, second.failed_by) == ("failed", "IKE_AUTH", "responder")


def test_the_sa_of_other_hosts_restores_nothing() -> None:
    talk = Talk()
    established(talk)
    for data, back in ((resume_request(AGAIN[0]), False), (resume_answer(spis=AGAIN), True)):
        talk.say(data, *((C, A) if back else (A, C)))
    assert talk.negotiations(60)[1].suite is None
    assert A != B


@pytest.mark.parametrize("spis", [(SPI_I, SPI_R), AGAIN], ids=["same SPI", "another SPI"])
def test_a_refused_ticket_leads_on_to_a_full_exchange(spis: tuple[str, str]) -> None:
    talk = Talk()
    talk.say(resume_request())
    talk.answer(resume_answer(16412))
    talk.say(init_request(spi=spis[0]))
    talk.answer(init_answer(spis=spis))
    talk.say(sealed(IKE_AUTH, AUTH_REQUEST, spis=spis))
    talk.answer(sealed(IKE_AUTH, AUTH_WITH_CHILD, initiator=False, response=True, spis=spis))
    n = talk.only(60)
    assert (n.outcome, n.failed_at) == ("established", None)
    assert [e.exchange for e in n.exchanges] == ["IKE_SESSION_RESUME", "IKE_SA_INIT", "IKE_AUTH"]


def test_a_refused_ticket_and_nothing_more() -> None:
    talk = Talk()
    talk.say(resume_request())
    talk.answer(resume_answer(16412))
    assert talk.only(0.1).outcome == "incomplete"
    n = talk.only(60)
    assert (n.outcome, n.failed_at, n.failed_by, n.failure) == (
        "failed",
        "IKE_SESSION_RESUME",
        "initiator",
        "TICKET_NACK",
    )


def test_another_client_of_the_same_responder_goes_its_own_way() -> None:
    talk = Talk()
    talk.say(resume_request())
    talk.answer(resume_answer(16412))
    talk.say(init_request(spi=AGAIN[0]), C, B)
    assert [n.initiator_ip for n in talk.negotiations(60)] == [A[0], C[0]]


def test_a_resume_request_without_an_answer() -> None:
    talk = Talk()
    for _ in range(3):
        talk.say(resume_request(), after=2)
    n = talk.only(60)
    assert (n.outcome, n.failed_at, n.failed_by) == ("unanswered", "IKE_SESSION_RESUME", "none")
