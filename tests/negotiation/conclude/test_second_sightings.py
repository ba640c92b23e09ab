"""Messages seen at two places of an address translation, long apart: one of them is not told as unanswered."""

import pytest

from tests.negotiation.build import IKE_AUTH, SPI_I, SPI_R, A, B, C, Talk, init_answer, init_request, sealed

OUTSIDE, BEHIND = (C[0], 1024), ("10.0.0.9", 500)


def seen_twice(*second: tuple[tuple[str, int], tuple[str, int]], apart: float) -> Talk:
    """IKE_SA_INIT and IKE_AUTH between A and B, each message seen again at another place."""
    (there, back) = second
    talk = Talk()
    for data, response in (
        (init_request(), False),
        (init_answer(), True),
        (sealed(IKE_AUTH, 298), False),
        (sealed(IKE_AUTH, 238, initiator=False, response=True), True),
    ):
        talk.say(data, *((B, A) if response else (A, B)))
        talk.say(data, *((back, there) if response else (there, back)), after=apart)
    return talk


@pytest.mark.parametrize("second", [(OUTSIDE, B), (A, BEHIND)], ids=["source", "destination"])
def test_the_second_sight_is_not_told_as_unanswered(second: tuple[tuple[str, int], tuple[str, int]]) -> None:
    first, again = seen_twice(*second, apart=0.3).negotiations(100)
    assert (first.initiator_spi, first.responder_spi, first.outcome) == (SPI_I, SPI_R, "established")
    assert (again.outcome, again.failed_at, again.outcome_confidence) == ("incomplete", None, "likely")
    assert "negotiation 1" in again.outcome_basis


def test_others_that_ask_under_the_same_spi_are_unanswered() -> None:
    talk = seen_twice(OUTSIDE, B, apart=0.3)
    talk.say(init_request(), ("203.0.113.50", 500), B, after=5)
    assert [n.outcome for n in talk.negotiations(100)] == ["established", "incomplete", "unanswered"]


def test_what_nobody_answers_at_either_place_is_unanswered_at_both() -> None:
    talk = Talk()
    talk.say(init_request())
    talk.say(init_request(), OUTSIDE, B, after=0.3)
    assert [n.outcome for n in talk.negotiations(100)] == ["unanswered", "unanswered"]


def test_at_once_they_are_one() -> None:
    assert seen_twice(OUTSIDE, B, apart=0.05).only(100).outcome == "established"
