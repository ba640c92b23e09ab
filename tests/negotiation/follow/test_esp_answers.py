"""Answers of a host that reads ESP in UDP as IKE begin no SA, and are counted."""

import pytest

from analyzer.negotiation.follow import esp_answers
from analyzer.negotiation.story import EspAnswers
from tests.negotiation.build import (
    A_4500,
    B_4500,
    INIT,
    SPI_I,
    SPI_R,
    V1_INFORMATIONAL,
    ZERO,
    A,
    B,
    Talk,
    established,
    main_mode,
    notify1,
    notify2,
    quick_mode,
    sealed,
    v1,
    v2,
)

ESP, BEHIND = "c1a2b3c4", "0f1e2d3c4b5a6978"
V6 = ("2001:db8::10", 4500), ("2001:db8::20", 4500)


def answer(sequence: int, *, exchange: int = 78, mid: int = 0x12345, version: int = 2, notify: int = 5) -> bytes:
    """INVALID_MAJOR_VERSION with the SPIs of an ESP packet."""
    spis = f"{ESP}{sequence:08x}", BEHIND
    if version == 1:
        return v1(V1_INFORMATIONAL, notify1(notify), mid=mid, spis=spis)
    return v2(exchange, notify2(notify), initiator=False, response=True, mid=mid, spis=spis)


@pytest.mark.parametrize(("here", "there"), [(A_4500, B_4500), (A, B), V6], ids=["4500", "500", "IPv6"])
@pytest.mark.parametrize("kind", [{"exchange": e} for e in (0, 2, 34, 35, 37, 78, 255)] + [{"version": 1}], ids=str)
def test_they_begin_no_sa_whatever_exchange_type_they_copy(
    here: tuple[str, int], there: tuple[str, int], kind: dict[str, int]
) -> None:
    talk = Talk()
    established(talk)
    for sequence in range(1, 26):
        placed = talk.say(answer(sequence, mid=sequence * 77777, **kind), there, here)
        assert placed.negotiation is None
    story = talk.story(10)
    assert [(n.initiator_spi, n.outcome) for n in story.negotiations] == [(SPI_I, "established")]
    assert story.esp_answers == (EspAnswers(there[0], here[0], ESP, 5, 29, 1, 25, 25),)


def test_beside_an_ikev1_sa() -> None:
    talk = Talk()
    main_mode(talk)
    quick_mode(talk)
    talk.answer(answer(7, version=1), B_4500, A_4500)
    assert [n.ike_version for n in talk.negotiations(10)] == [1]


@pytest.mark.parametrize(
    "data",
    [
        answer(1, exchange=INIT, mid=0),  # the answer to an IKE_SA_INIT that is not in the capture
        v2(INIT, notify2(5), initiator=False, response=True, spis=("c1a2b3c400000001", ZERO)),
        answer(1, exchange=35, notify=14),
        answer(1, version=1, notify=16),
        sealed(35, 80, initiator=False, response=True, spis=("c1a2b3c400000001", BEHIND)),
        v2(37, notify2(5), notify2(14), initiator=False, response=True, spis=("c1a2b3c400000001", BEHIND)),
        v2(37, initiator=False, response=True, spis=("c1a2b3c400000001", BEHIND)),
    ],
)
def test_what_may_mean_something_else_is_placed_as_ever(data: bytes) -> None:
    talk = Talk()
    assert talk.answer(data).negotiation == 1
    assert talk.story(10).esp_answers == ()


def test_an_error_about_an_sa_that_is_known_is_its_own() -> None:
    talk = Talk()
    established(talk)
    error = v2(37, notify2(5), initiator=False, response=True, mid=2, spis=(SPI_I, SPI_R))
    assert talk.answer(error).negotiation == 1
    assert talk.story(10).esp_answers == ()


def test_very_many_are_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(esp_answers, "MOST", 3)
    talk = Talk()
    for k in range(5):
        spis = f"{k + 1:08x}00000001", BEHIND
        talk.answer(v2(37, notify2(5), initiator=False, response=True, mid=9, spis=spis))
    story = talk.story(10)
    assert len(story.esp_answers) == 3
    assert len(story.negotiations) == 2
