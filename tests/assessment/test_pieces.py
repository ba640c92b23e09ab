from analyzer.assessment import policies
from analyzer.assessment.case import Case
from analyzer.assessment.pieces import Heard, all_alone, beginnings, missing
from analyzer.assessment.scene import Scene
from tests.assessment.build import Talk, healthy, main_mode, story


def case_of(talk: Talk, **kwargs) -> Case:
    return Case(Scene(story(talk, **kwargs), policies.load("ietf")), talk.n)


def set_of(*pieces: tuple[int, int | None]) -> tuple[int | None, list[int]] | None:
    talk = Talk(version=1)
    for piece in pieces:
        talk.say("IDENTITY_PROTECTION", fragment=piece)  # type: ignore[arg-type]
    return missing(talk.n.exchanges[0], True)


def test_vendor_fragments_are_counted_by_the_last_one() -> None:
    assert set_of((1, None), (2, None), (3, 3)) is None
    assert set_of((1, None), (3, 3)) == (3, [2])
    assert set_of((3, 3)) == (3, [1, 2])
    assert set_of((1, None), (2, None)) == (None, []), "the last one is missing, and how many there are is not known"
    assert set_of((1, None), (3, None)) == (None, [2])


def test_ike_fragments_of_the_largest_set() -> None:
    assert set_of((1, 2), (1, 3), (3, 3)) == (3, [2])
    assert set_of((1, 2), (2, 2), (1, 3), (3, 3)) is None, "it came in two fragments"
    assert set_of((1, 2), (2, 2)) is None
    many = set_of((1, 65535))
    assert many is not None
    assert len(many[1]) == 999


def test_the_last_message_of_a_side_that_spoke_several_times() -> None:
    """Main mode messages 3 and 5 in fragments: those of one are none of the other."""
    talk = Talk(version=1)
    for by, piece in (("i", (1, None)), ("i", (2, 2)), ("r", None), ("i", (2, None)), ("i", (3, 3))):
        talk.say("IDENTITY_PROTECTION", by=by, fragment=piece)  # type: ignore[arg-type]
    assert missing(talk.n.exchanges[0], True) == (3, [1])
    assert missing(talk.n.exchanges[0], False) is None, "it is in one piece"


def test_what_shows_that_a_request_arrived() -> None:
    talk = Talk().ike_sa_init()
    talk.say("IKE_AUTH", message_id=1)
    auth = talk.n.exchanges[-1]
    assert not Heard(talk.n).arrived(auth, True)
    talk.say("INFORMATIONAL", by="r", begun_by="r", message_id=0)
    assert not Heard(talk.n).arrived(auth, True), "the peer speaks of something else"
    talk.say("IKE_AUTH", by="r", message_id=1)
    assert Heard(talk.n).arrived(auth, True)


def test_what_shows_that_an_answer_arrived() -> None:
    talk = healthy()
    auth = talk.n.exchanges[-1]
    assert not Heard(talk.n).arrived(auth, False)
    talk.say("IKE_AUTH", message_id=1, again=True)
    assert not Heard(talk.n).arrived(auth, False)
    talk.say("CREATE_CHILD_SA", message_id=2)
    assert Heard(talk.n).arrived(auth, False)


def test_ikev1_is_answered_in_other_exchanges_too() -> None:
    talk = main_mode(messages=5)
    first = talk.n.exchanges[0]
    assert not Heard(talk.n).arrived(first, True)
    talk.say("IDENTITY_PROTECTION", by="r", again=True)
    assert not Heard(talk.n).arrived(first, True), "it repeats message 4"
    talk.say("INFORMATIONAL", by="r", begun_by="r", message_id=9)
    assert Heard(talk.n).arrived(first, True)


def test_beginnings_of_what_did_not_arrive() -> None:
    talk = Talk(outcome="failed", failed_at="IKE_AUTH", failed_by="none").ike_sa_init()
    talk.say("IKE_AUTH", message_id=1)
    found = beginnings(case_of(talk, beginnings=frozenset({1, 3})))
    assert [(e.exchange, s.frame_number) for e, s in found] == [("IKE_AUTH", 3)], "IKE_SA_INIT went well"
    talk.say("IKE_AUTH", by="r", message_id=1)
    assert beginnings(case_of(talk, beginnings=frozenset({1, 3}))) == []
    (only,) = beginnings(case_of(talk, beginnings=frozenset({3, 4})))
    assert only[1].frame_number == 4, "the answer may not have arrived"


def test_no_later_fragments() -> None:
    assert all_alone(case_of(healthy(), beginnings=frozenset({3})))
    assert not all_alone(case_of(healthy(), beginnings=frozenset({3}), later_fragments=1))
    assert not all_alone(case_of(healthy()))
