from tests.assessment.build import Talk, diagnosed, healthy, ids, one

ID = "sa-flapping"


def row(count: int, gap: float, **fields) -> list[Talk]:
    return [healthy(k + 1, 10 * k + 1, at=k * gap, **fields) for k in range(count)]


def test_one_after_the_other() -> None:
    talks = row(8, 2)
    diagnosis = one(ID, *talks, number=4)
    assert diagnosis is not None
    assert diagnosis.rank == 1
    assert "one after the other within 60 s" in diagnosis.detail


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
