from tests.assessment.build import Talk, found, healthy

ID = "child-before-authentication"


def test_create_child_sa_right_after_init() -> None:
    talk = Talk(outcome="incomplete").ike_sa_init()
    talk.say("CREATE_CHILD_SA", message_id=1)
    (finding,) = found(ID, talk)
    assert (finding.severity, finding.confidence, finding.evidence_frames) == ("high", "possible", (1, 3))


def test_after_authentication_or_in_a_rekeyed_sa() -> None:
    proper = healthy()
    proper.say("CREATE_CHILD_SA", message_id=2)
    assert found(ID, proper) == []
    rekeyed = Talk(outcome="established", rekeyed_from=1)
    rekeyed.say("CREATE_CHILD_SA", message_id=0)
    assert found(ID, rekeyed) == []


def test_a_capture_that_begins_later_proves_nothing() -> None:
    talk = Talk(outcome="incomplete", starts_late=True)
    talk.say("CREATE_CHILD_SA", message_id=5)
    talk.say("INFORMATIONAL", message_id=6)
    assert found(ID, talk) == []
