from tests.assessment.build import found, main_mode

ID = "xauth-in-clear"


def test_unencrypted_transaction() -> None:
    talk = main_mode(outcome="established")
    talk.say("TRANSACTION", by="r", begun_by="r", message_id=5, encrypted=False)
    talk.say("TRANSACTION", by="i", begun_by="r", message_id=5)
    (finding,) = found(ID, talk)
    assert (finding.severity, finding.evidence_frames) == ("critical", (7,))


def test_encrypted_transactions_are_as_they_should_be() -> None:
    talk = main_mode(outcome="established")
    talk.say("TRANSACTION", by="r", begun_by="r", message_id=5)
    assert found(ID, talk) == []
