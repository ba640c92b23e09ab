from tests.assessment.build import found, healthy, sa2

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
