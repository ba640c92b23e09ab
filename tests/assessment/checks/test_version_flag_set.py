from tests.assessment.build import Talk, found, healthy, main_mode

ID, KIND = "version-flag-set", "wire-version-flag"


def test_each_side() -> None:
    talk = Talk(outcome="incomplete")
    talk.say("IKE_SA_INIT", defects=(KIND,))
    talk.say("IKE_SA_INIT", by="r")
    talk.say("IKE_AUTH", message_id=1, defects=(KIND, "wire-trailing-bytes"))
    (finding,) = found(ID, talk)
    assert (finding.severity, finding.subject, finding.evidence_frames) == ("low", "192.0.2.10", (1, 3))
    talk.say("IKE_AUTH", by="r", message_id=1, defects=(KIND,))
    assert [f.subject for f in found(ID, talk)] == ["192.0.2.10", "192.0.2.20"]


def test_both_sides_of_ikev1_weigh_more() -> None:
    talk = main_mode(messages=0, outcome="incomplete")
    talk.say("IDENTITY_PROTECTION", payloads=(1,), defects=(KIND,))
    assert [f.severity for f in found(ID, talk)] == ["low"]
    talk.say("IDENTITY_PROTECTION", by="r", payloads=(1,), defects=(KIND,))
    assert [f.severity for f in found(ID, talk)] == ["medium", "medium"]


def test_none() -> None:
    assert found(ID, healthy()) == []
    odd = healthy()
    odd.say("INFORMATIONAL", message_id=2, defects=("wire-reserved-bits",))
    assert found(ID, odd) == []
    assert found(ID, main_mode(outcome="established")) == []
