from itertools import pairwise

import pytest

from analyzer.assessment.diagnoses.sa_flapping import ABOUT
from tests.assessment.build import Talk, diagnosed, healthy, ids, one

ID = "sa-flapping"


def row(count: int, gap: float, **fields) -> list[Talk]:
    return [healthy(k + 1, 10 * k + 1, at=k * gap, **fields) for k in range(count)]


def test_one_after_the_other() -> None:
    talks = row(8, 2)
    diagnosis = one(ID, *talks, number=4)
    assert diagnosis is not None
    assert diagnosis.rank == 1
    assert diagnosis.detail.endswith(
        "8 IKE SAs of 192.0.2.10 and 192.0.2.20 in 14.0 s, one after the other, none of them deleted."
    )
    assert diagnosis.advice == ABOUT.advice


def test_all_of_them_are_counted() -> None:
    diagnosis = one(ID, *row(69, 0.41), number=30)
    assert diagnosis is not None
    assert "69 IKE SAs" in diagnosis.detail
    assert "in 27.9 s" in diagnosis.detail
    assert "every 410 ms and none deleted" in diagnosis.advice
    assert len(diagnosis.evidence_frames) == 11  # a few show it
    assert "61 IKE SAs" in one(ID, *row(80, 2), number=40).detail  # within 60 s around this one


def test_it_is_a_note_and_never_ranks_before_a_failure() -> None:
    talks = row(8, 2)
    talks[3].n.failed_at, talks[3].n.failed_by = "IKE_AUTH", "responder"
    talks[3].child(outcome="failed", basis="inferred", response_frame=4)
    assert ids(diagnosed(*talks, number=4))[-1] == ID
    assert ids(diagnosed(*talks, number=4))[0] == "child-negotiation-failed"


def test_many_at_once_few_or_rekeyed() -> None:
    assert one(ID, *row(12, 0.01), number=4) is None  # each takes 0.4 s: they overlap
    assert one(ID, *row(4, 2), number=2) is None
    assert one(ID, *row(8, 100), number=4) is None
    assert one(ID, *row(8, 2, rekeyed_from=99), number=4) is None


def replacing(count: int, gap: float, *, delete: bool = True) -> list[Talk]:
    """Each SA is deleted by its initiator a second after the next one is up."""
    talks = row(count, gap)
    for old, new in pairwise(talks):
        if delete:
            old.now = new.now + 1
            old.say("INFORMATIONAL", message_id=2, length=65)
    return talks


@pytest.mark.parametrize("number", [1, 4, 8])
def test_replaced_again_and_again_though_they_overlap(number: int) -> None:
    diagnosis = one(ID, *replacing(8, 40), number=number)
    assert diagnosis is not None
    assert "8 IKE SAs" in diagnosis.detail
    assert "each in the place of the one before, 7 of them deleted" in diagnosis.detail
    assert diagnosis.confidence == "likely"
    assert len(diagnosis.evidence_frames) >= 5


def test_reauthentication_as_it_should_be() -> None:
    assert one(ID, *replacing(2, 40), number=1) is None
    assert one(ID, *replacing(4, 40), number=2) is None
    assert one(ID, *replacing(8, 200), number=4) is None  # hours would be usual


def test_tunnels_side_by_side_that_nobody_replaces() -> None:
    talks = row(8, 40)
    for talk in talks:
        talk.now = 400
        talk.say("INFORMATIONAL", message_id=2, length=57)
    assert one(ID, *talks, number=4) is None


def test_a_chain_of_rekeys_is_healthy() -> None:
    talks = replacing(8, 40)
    for old, new in pairwise(talks):
        new.n.rekeyed_from = old.n.number
    for number in (1, 4):
        assert one(ID, *talks, number=number) is None


def test_five_are_enough() -> None:
    diagnosis = one(ID, *row(5, 2), number=3)
    assert diagnosis is not None
    assert "5 IKE SAs" in diagnosis.detail
    assert "one after the other" in diagnosis.detail


def test_the_gaps_without_any_sa() -> None:
    """Each is deleted, and the next one begins seconds later."""
    talks = [healthy(k + 1, 1 + 20 * k, at=6.0 * k) for k in range(8)]
    for talk in talks:
        talk.say("INFORMATIONAL", message_id=2, length=65, after=1)
        talk.say("INFORMATIONAL", by="r", message_id=2, length=57)
    found = one(ID, *talks)
    assert found is not None
    assert found.detail.endswith("all of them deleted. Between them no SA is up, for 4.7 s in the median.")
    near = one(ID, *row(8, 2))
    assert near is not None
    assert "no SA is up" not in near.detail, "not known to have ended"
