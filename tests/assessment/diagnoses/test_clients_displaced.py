from analyzer.negotiation.seen import SeenIdentity
from tests.assessment.build import diagnosed, ids, one
from tests.assessment.test_displaced import taking_turns

ID = "clients-displaced"


def test_each_comes_back() -> None:
    talks = taking_turns("192.0.2.1", "192.0.2.2", "192.0.2.1")
    for number in (1, 2, 3):
        diagnosis = one(ID, *talks, number=number)
        assert diagnosis is not None
        assert diagnosis.confidence == "likely"
        assert diagnosis.detail == (
            "192.0.2.1 (negotiation 1), 192.0.2.2 (negotiation 2), 192.0.2.1 (negotiation 3): "
            "one displaces the other at 192.0.2.20."
        )


def test_with_keys_the_identity_is_told() -> None:
    talks = taking_turns("192.0.2.1", "192.0.2.2", "192.0.2.1")
    for talk in talks:
        talk.n.identities = [SeenIdentity(talk.n.first_frame + 2, True, 2, "branch.example")]
    diagnosis = one(ID, *talks)
    assert diagnosis is not None
    assert diagnosis.detail.endswith("at 192.0.2.20, all as branch.example.")


def test_a_client_that_moved_once() -> None:
    assert one(ID, *taking_turns("192.0.2.1", "192.0.2.2")) is None


def test_a_third_one_is_not_the_first() -> None:
    assert ids(diagnosed(*taking_turns("192.0.2.1", "192.0.2.2", "192.0.2.3"))) == []
