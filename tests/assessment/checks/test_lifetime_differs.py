from tests.assessment.assessed import assess
from tests.assessment.build import esp1, found, healthy, main_mode, story

ID = "lifetime-differs"


def test_what_was_chosen_was_not_offered() -> None:
    talk = main_mode(outcome="established")
    talk.choose(2, encryption_id=7, ke_id=14, auth_method=1, lifetime_s=3600)
    (only,) = found(ID, talk)
    assert (only.severity, only.confidence, only.evidence_frames) == ("info", "certain", (2,))
    assert only.detail == "IKE SA: offered 28800 s, chosen 3600 s."


def test_a_child_sa() -> None:
    talk = main_mode(outcome="established")
    talk.offer(esp1((12, {1: 1, 2: 1200})), 7, child=1)
    talk.child(created_by="QUICK_MODE", frame_number=7, response_frame=8)
    talk.n.children[0].suite = main_mode().choose(lifetime_s=900).n.suite
    (only,) = found(ID, talk)
    assert only.detail == "child SA 1: offered 1200 s, chosen 900 s."
    talk.n.children[0].suite = main_mode().choose(lifetime_s=1200).n.suite
    assert found(ID, talk) == []


def test_announced() -> None:
    talk = healthy()
    talk.say("INFORMATIONAL", by="r", begun_by="r", notifies=[(16403, (3600).to_bytes(4, "big"), True)])
    (only,) = found(ID, talk)
    assert (only.subject, only.confidence, only.evidence_frames) == ("AUTH_LIFETIME 3600 s", "certain", (5,))
    assert assess(story(talk)).announced == {1: 3600}
    old = main_mode(outcome="established")
    data = bytes.fromhex("80010001 80020384")
    old.say("QUICK_MODE", by="r", message_id=9, notifies=[(24576, data, True)])
    (only,) = found(ID, old)
    assert only.detail == "RESPONDER-LIFETIME of a child SA: 900 s."
    assert assess(story(old)).announced == {}, "it is not the IKE SA's"


def test_equal_lifetimes_and_unreadable_notifies() -> None:
    assert found(ID, main_mode(outcome="established")) == []
    talk = healthy()
    talk.say("INFORMATIONAL", by="r", begun_by="r", notifies=[(16403, b"x", True)])
    assert found(ID, talk) == []
