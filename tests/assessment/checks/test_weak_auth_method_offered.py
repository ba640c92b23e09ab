from tests.assessment.build import found, main_mode, sa1

ID = "weak-auth-method-offered"


def test_dss() -> None:
    talk = main_mode(outcome="established").offer(sa1((7, 4, 2, 14, 128)), 1)
    assert [(f.subject, f.severity) for f in found(ID, talk)] == [("DSS signatures", "low")]


def test_pre_shared_key() -> None:
    assert found(ID, main_mode(outcome="established")) == []
    assert [f.severity for f in found(ID, main_mode(outcome="established"), policy="ncsc-uk")] == ["low"]
