import pytest

from tests.assessment.build import found, healthy
from tests.assessment.test_ppk import PPK_IDENTITY, USE_PPK, USE_PPK_INT, proof, talk

ID = "ppk-not-taken"


@pytest.mark.parametrize("kind", [USE_PPK, USE_PPK_INT])
def test_in_the_request_only(kind: int) -> None:
    (finding,) = found(ID, talk((kind,), ()))
    assert (finding.severity, finding.confidence, finding.subject) == ("low", "certain", "192.0.2.20")
    assert finding.evidence_frames == (1, 2)


def test_agreed_and_not_used() -> None:
    (finding,) = found(ID, proof(talk((USE_PPK,), (USE_PPK,), keys=True)))
    assert finding.detail.endswith("the responder's AUTH comes without PPK_IDENTITY.")
    assert finding.evidence_frames == (1, 2, 4)


def test_agreed_by_both() -> None:
    assert found(ID, talk((USE_PPK,), (USE_PPK,))) == []
    assert found(ID, talk((USE_PPK, USE_PPK_INT), (USE_PPK_INT,))) == []
    assert found(ID, proof(talk((USE_PPK,), (USE_PPK,), keys=True), PPK_IDENTITY)) == []


def test_of_a_message_that_was_cut_nothing_is_missing() -> None:
    assert found(ID, talk((USE_PPK,), (), cut=True)) == []


def test_not_asked_for_or_not_answered() -> None:
    assert found(ID, healthy()) == []
    refused = talk((USE_PPK,), (), outcome="failed")
    refused.n.suite = refused.n.chosen_frame = None
    assert found(ID, refused) == []
    assert found(ID, talk((USE_PPK,), (), outcome="probe")) == []
