from tests.assessment.build import Talk, found

ID = "version-refused"


def refused(notify: object, *, version: int = 2, **how: object) -> Talk:
    talk = Talk(version=version, outcome="failed")
    talk.say("IKE_SA_INIT" if version == 2 else "IDENTITY_PROTECTION")
    name = "IKE_SA_INIT" if version == 2 else "INFORMATIONAL"
    talk.say(name, by="r", notifies=(notify,), encrypted=False, payloads=(41 if version == 2 else 11,), **how)
    return talk


def test_in_clear_with_the_version_that_it_names() -> None:
    (finding,) = found(ID, refused((5, b"\x20")))
    assert (finding.severity, finding.subject, finding.evidence_frames) == ("low", "192.0.2.20", (2,))
    assert finding.detail == "The responder refused the version of a request. It names version 2.0."
    (finding,) = found(ID, refused(5, version=1, begun_by="r", message_id=9))
    assert finding.detail == "The responder refused the version of a request."


def test_other_refusals_and_the_initiator_s() -> None:
    assert found(ID, refused(14)) == []
    talk = Talk(outcome="failed").ike_sa_init()
    talk.say("INFORMATIONAL", notifies=(5,), encrypted=False, payloads=(41,), message_id=2)
    assert found(ID, talk) == []
