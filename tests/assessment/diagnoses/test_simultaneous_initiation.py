from tests.assessment.build import INITIATOR, RESPONDER, Talk, diagnosed, healthy, ids, one

ID = "simultaneous-initiation"


def back(at: float, **fields) -> Talk:
    return healthy(2, 20, at=at, initiator=RESPONDER, responder=INITIATOR, **fields)


def test_both_directions_at_once() -> None:
    for number in (1, 2):
        made = diagnosed(healthy(), back(0.15), number=number)
        assert ids(made) == [ID]
        assert made[0].evidence_frames == (1, 20)


def test_later_same_direction_or_rekeyed() -> None:
    assert one(ID, healthy(), back(2)) is None
    assert one(ID, healthy(), healthy(2, 20, at=0.15)) is None
    assert one(ID, healthy(), back(0.15, rekeyed_from=1)) is None
    assert one(ID, healthy(), back(0.15, outcome="probe")) is None
