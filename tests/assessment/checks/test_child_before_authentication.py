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


def test_what_lower_message_ids_say() -> None:
    def at(message_id: int, **fields) -> Talk:
        talk = Talk(outcome="incomplete").ike_sa_init()
        talk.say("CREATE_CHILD_SA", message_id=message_id, **fields)
        return talk

    assert found(ID, at(2)), "one exchange is missing"
    assert found(ID, at(3)) == [], "so much was lost that IKE_AUTH may be among it"
    assert found(ID, at(9, by="r", begun_by="r")), "the responder's requests have message IDs of their own"
    assert found(ID, at(2).ike_auth()) == [], "IKE_AUTH was captured behind it"
    assert found(ID, at(1).ike_auth(message_id=2)), "IKE_AUTH came later"


def test_a_capture_that_begins_later_proves_nothing() -> None:
    talk = Talk(outcome="incomplete", starts_late=True)
    talk.say("CREATE_CHILD_SA", message_id=5)
    talk.say("INFORMATIONAL", message_id=6)
    assert found(ID, talk) == []
