from typing import Any

import pytest

from analyzer.assessment import policies
from analyzer.assessment.combinations import Remembered as Combinations
from analyzer.assessment.terms import Remembered, Seen, Terms
from analyzer.assessment.verdicts import Verdicts
from analyzer.negotiation.model import Negotiation
from analyzer.negotiation.seen import Suite
from tests.assessment.build import GOOD_V2, Talk, sa2

SA, SUITE = sa2(GOOD_V2), Suite(encryption_id=20, key_bits=256, prf_id=5, ke_id=19)


def remembered() -> Remembered:
    verdicts = Verdicts(policies.load("ietf"))
    return Remembered(verdicts, Combinations())


def negotiation(*, offered: tuple[int, ...] = (1,), chosen: int | None = 2, **fields: Any) -> Negotiation:
    talk = Talk(**fields)
    for frame in offered:
        talk.offer(SA, frame)
    talk.n.suite, talk.n.chosen_frame = SUITE, chosen
    return talk.n


def of(*negotiations: Negotiation, unused: bool = False) -> list[Seen]:
    known = remembered()
    return [known.of(n, unused=unused) for n in negotiations]


def test_negotiations_that_offer_and_choose_the_same_share_their_terms() -> None:
    one, other = of(negotiation(), negotiation(number=2, offered=(71,), chosen=80))
    assert one.terms is other.terms
    assert (one.frames, other.frames) == ([1, 2], [71, 80])
    assert [frame for _, frame in one.terms.offered] == [0]
    assert [frame for _, frame in one.terms.chosen] == [1]
    assert one.terms.chosen_frame == 1


def child(n: Negotiation, **fields: Any) -> Negotiation:
    talk = Talk()
    talk.child(protocol="ESP", suite=SUITE, response_frame=2, **fields)
    n.children += talk.n.children
    return n


@pytest.mark.parametrize(
    "other",
    [
        negotiation(offered=(3,)),  # the answer was captured before the offer
        negotiation(offered=(2,)),  # one frame has both
        negotiation(offered=(1, 1)),
        negotiation(chosen=None),
        negotiation(outcome="probe"),
        negotiation(mode="main"),
        child(negotiation()),
        child(child(negotiation())),
        child(negotiation(), frame_number=2),
    ],
)
def test_what_a_check_of_terms_could_tell_apart_makes_other_terms(other: Negotiation) -> None:
    one, two = of(negotiation(), other)
    assert one.terms is not two.terms


def test_what_nobody_has_in_use_makes_other_terms() -> None:
    known = remembered()
    assert known.of(negotiation(), unused=True).terms is not known.of(negotiation(), unused=False).terms


def test_frames_are_put_in_by_their_ranks() -> None:
    (seen,) = of(negotiation(offered=(9, 4), chosen=7, number=5))
    terms: Terms = seen.terms
    assert [frame for _, frame in terms.offered] == [2, 0]
    about = policies_page()
    found = terms.finding(about, "x", (2, 0), "y")
    assert found.negotiation is None
    (put,) = seen.put_in([found], negotiation(number=5))
    assert (put.negotiation, put.subject, put.evidence_frames, put.detail) == (5, "x", (4, 9), "y")


def policies_page() -> Any:
    from analyzer.assessment.catalogue import all_checks

    return all_checks()[0].about


def test_no_more_terms_are_remembered_than_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("analyzer.assessment.terms.REMEMBERED", 1)
    known = remembered()
    first = known.of(negotiation(), unused=False).terms
    assert known.of(negotiation(), unused=False).terms is first
    known.of(negotiation(), unused=True)
    assert known.of(negotiation(), unused=False).terms is not first
