from tests.assessment.assessed import assess
from tests.assessment.build import Talk, diagnosed, healthy, ids, one, story

ID = "capture-ends-early"


def opened() -> Talk:
    return Talk(outcome="incomplete").ike_sa_init()


def test_no_time_was_left_for_an_answer() -> None:
    (only,) = diagnosed(opened(), last=1.2)
    assert (only.diagnosis, only.evidence_frames) == (ID, (2,))
    assert only.detail == "The last message came 1.0 s before the end of the capture."
    (only,) = diagnosed(opened(), last=0.2)
    assert only.detail == "The capture ends with the last message."


def test_an_answer_that_nobody_can_size_may_be_the_end() -> None:
    """A snap length that cuts the choice of algorithms, not the end of the capture, hides the outcome."""
    found = {}
    for cut in (True, False):
        talk = opened()
        if not cut:
            talk.choose(encryption_id=20, key_bits=256)
        talk.say("IKE_AUTH", message_id=1, length=352)
        talk.say("IKE_AUTH", by="r", message_id=1, length=96)
        found[cut] = one(ID, talk)
    assert (found[True].confidence, found[False].confidence) == ("possible", "likely")
    assert found[True].detail.endswith("whether the answer accepts or refuses is not known by its length.")
    assert found[True].advice.startswith("Capture whole packets (tcpdump -s 0)")
    assert found[False].advice == "Capture longer: at least until the peers stop retransmitting."


def test_where_reading_stopped_nobody_need_capture_longer() -> None:
    told = story(opened(), last=1.2)
    told.stopped = True
    (only,) = assess(told).diagnoses[1]
    assert (only.diagnosis, only.title) == (ID, "Reading stopped before the negotiation ended")
    assert only.detail == "Reading stopped 1.0 s after the last message, at the limit for compressed input."
    assert only.advice == "Read on: --max-expansion N."


def test_the_capture_went_on() -> None:
    assert one(ID, opened(), last=60) is None
    assert one(ID, healthy(), last=0.5) is None


def test_a_late_start_is_its_own_explanation() -> None:
    talk = Talk(outcome="incomplete", starts_late=True)
    talk.say("INFORMATIONAL", message_id=3)
    talk.say("INFORMATIONAL", by="r", message_id=3)
    assert ids(diagnosed(talk)) == ["capture-starts-late"]


def test_a_longer_capture_of_one_direction_shows_no_more() -> None:
    talk = Talk(outcome="incomplete")
    talk.say("IKE_SA_INIT")
    assert one(ID, talk) is not None
    talk.say("IKE_AUTH", message_id=1)
    assert one(ID, talk) is None
    assert one("one-way-capture", talk) is not None
