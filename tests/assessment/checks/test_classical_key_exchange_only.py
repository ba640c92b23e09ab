import pytest

from tests.assessment.build import found, healthy, main_mode, sa2
from tests.assessment.test_ppk import PPK_IDENTITY, USE_PPK, USE_PPK_INT, proof, talk

ID = "classical-key-exchange-only"


def test_only_under_a_policy_that_speaks_of_it() -> None:
    assert found(ID, healthy()) == []
    (finding,) = found(ID, healthy(), policy="cnsa2")
    assert (finding.severity, finding.subject) == ("info", "256-bit random ECP group")
    assert finding.evidence == "second-hand"


def test_of_an_answer_that_was_cut_nothing_is_missing() -> None:
    answer = sa2({"encr": [(20, 256)], "prf": [6], "ke": [20]})
    assert len(found(ID, healthy().answer(answer), policy="cnsa2")) == 1
    assert found(ID, healthy().answer(answer._replace(whole=False)), policy="cnsa2") == []


def test_hybrids_are_not_meant() -> None:
    talk = healthy().choose(2, encryption_id=20, key_bits=256, prf_id=6, ke_id=20, additional_ke_ids=(37,))
    assert found(ID, talk, policy="cnsa2") == []


@pytest.mark.parametrize("kind", [USE_PPK, USE_PPK_INT])
def test_a_pre_shared_key_of_both_sides_protects_as_well(kind: int) -> None:
    assert found(ID, talk((kind,), (kind,)), policy="cnsa2") == []
    assert len(found(ID, talk((kind,), ()), policy="cnsa2")) == 1
    assert found(ID, proof(talk((kind,), (kind,), keys=True), PPK_IDENTITY), policy="cnsa2") == []
    assert len(found(ID, proof(talk((kind,), (kind,), keys=True)), policy="cnsa2")) == 1


def test_of_a_message_that_was_cut_the_notify_may_be_missing() -> None:
    assert found(ID, talk((USE_PPK,), (), cut=True), policy="cnsa2") == []


def test_ikev1_too() -> None:
    assert len(found(ID, main_mode(outcome="established"), policy="cnsa2")) == 1
