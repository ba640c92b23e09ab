from analyzer.assessment import policies
from analyzer.assessment.case import Case, frames, once, span_s
from analyzer.assessment.scene import Scene
from tests.assessment.build import Talk, healthy, story


def case(talk: Talk) -> Case:
    return Case(Scene(story(talk), policies.load("ietf")), talk.n)


def test_mirror_duplicates_count_once() -> None:
    talk = Talk()
    talk.say("IKE_SA_INIT")
    talk.say("IKE_SA_INIT", duplicate=True)
    talk.say("IKE_SA_INIT", by="r")
    made = case(talk)
    assert (made.from_initiator, made.from_responder) == (1, 1)


def test_a_question_that_several_ask_is_worked_out_once_for_each_case() -> None:
    asked = []

    @once
    def question(about: Case) -> int | None:
        """What it is."""
        asked.append(about.n.number)
        return None

    one, other = case(healthy()), case(healthy(2))
    assert [question(c) for c in (one, one, other, one)] == [None] * 4
    assert asked == [1, 2], "nothing found is an answer too"
    assert question.__doc__ == "What it is."


def test_fragments_are_known_to_be_there() -> None:
    talk = Talk().ike_sa_init()
    assert not case(talk).fragmented
    talk.say("IKE_AUTH", message_id=1, fragment=(1, 2))
    assert case(talk).fragmented


def test_errors_know_whether_they_were_encrypted() -> None:
    talk = Talk(outcome="failed").ike_sa_init()
    talk.say("IKE_AUTH", message_id=1)
    talk.say("IKE_AUTH", by="r", message_id=1, notifies=[(24, b"", True)])
    talk.say("INFORMATIONAL", by="r", begun_by="r", encrypted=False, notifies=[11])
    made = case(talk)
    assert [(e.notify.notify_type, e.clear, e.confidence) for e in made.errors] == [
        (24, False, "certain"),
        (11, True, "likely"),
    ]
    assert [e.notify.notify_type for e in made.errors_in("IKE_AUTH")] == [24]
    last = made.error(24, 11)
    assert last is not None
    assert made.notify_name(last) == "INVALID_SPI"


def test_notifies_are_in_order_and_not_those_of_duplicates() -> None:
    talk = Talk()
    talk.say("IKE_SA_INIT", notifies=[16388, 16389])
    talk.say("IKE_SA_INIT", notifies=[16388, 16389], duplicate=True)
    talk.say("IKE_SA_INIT", by="r", notifies=[14])
    assert [(s.frame_number, n.notify_type) for s, n in case(talk).notifies] == [(1, 16388), (1, 16389), (3, 14)]


def test_helpers() -> None:
    talk = healthy()
    steps = list(talk.n.steps())
    assert frames(steps[2], None, steps[0]) == (1, 3)
    seconds = span_s(steps)
    assert seconds is not None
    assert round(seconds, 3) == 0.3
    assert span_s([steps[0]._replace(time_ns=None)]) is None


def test_no_span_where_the_clock_was_set_back() -> None:
    talk = Talk()
    steps = [talk.say("IKE_SA_INIT", again=k > 0, after=1) for k in range(3)]
    assert span_s(steps) == 2
    assert span_s([*steps[:2], steps[2]._replace(time_ns=(steps[0].time_ns or 0) - 2 * 10**9)]) is None
    assert span_s([steps[1], steps[0]]) == 1  # packets that overtake each other
