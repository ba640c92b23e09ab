from tests.assessment.build import found, main_mode

ID = "xauth-with-group-secret"


def test_group_secret_then_transactions() -> None:
    talk = main_mode(outcome="established").choose(2, encryption_id=7, integrity_id=4, ke_id=14, auth_method=65001)
    talk.say("TRANSACTION", by="r", begun_by="r", message_id=5)
    (finding,) = found(ID, talk)
    assert (finding.subject, finding.evidence_frames) == ("XAUTHInitPreShared", (7,))


def test_no_transaction_or_no_group_secret() -> None:
    kerberos = main_mode(outcome="established").choose(2, encryption_id=7, integrity_id=4, ke_id=14, auth_method=65001)
    assert found(ID, kerberos) == []
    hybrid = main_mode(outcome="established").choose(2, encryption_id=7, integrity_id=4, ke_id=14, auth_method=64221)
    hybrid.say("TRANSACTION", by="r", begun_by="r", message_id=5)
    assert found(ID, hybrid) == []
