import pytest

from analyzer.capture.datagram import Rest
from tests.assessment.build import INITIATOR, RESPONDER, SECOND, Talk, diagnosed, healthy, ids, main_mode, one

ID = "fragment-lost"


def fragments(*numbers: int, total: int = 4, outcome: str = "failed") -> Talk:
    talk = Talk(outcome=outcome, failed_at=None if outcome == "established" else "IKE_AUTH", failed_by="none")
    talk.ike_sa_init()
    for number in numbers:
        talk.say("IKE_AUTH", message_id=1, fragment=(number, total), length=500)
    return talk


def test_numbers_that_never_come() -> None:
    talk = fragments(1, 2, 4)
    talk.say("IKE_AUTH", message_id=1, fragment=(4, 4), length=500, again=True)
    made = diagnosed(talk)
    assert ids(made)[0] == ID
    assert made[0].detail == "IKE_AUTH: of 4 fragments of the initiator, number 3 never seen."
    assert made[0].evidence_frames == (3, 4, 5, 6)


def test_complete_sets_and_sas_that_came_up() -> None:
    assert one(ID, fragments(1, 2, 3, 4)) is None
    assert one(ID, fragments(1, 3, outcome="established")) is None


def test_what_the_capture_had_no_time_to_show_is_not_lost() -> None:
    """It ends amid the fragments, it begins amid them, or the exchange went well in other fragments."""
    ends = fragments(1, 3, outcome="incomplete")
    assert one(ID, ends, last=1) is None
    assert one(ID, ends, last=10) is not None
    begins = Talk(outcome="incomplete")
    begins.n.starts_late = True
    begins.say("IKE_AUTH", message_id=1, fragment=(4, 4), length=500)
    assert one(ID, begins, last=10) is None
    later = fragments(1, 3, outcome="established")
    later.n.failed_at = "CREATE_CHILD_SA"
    assert one(ID, later, last=10) is None


def test_totals_that_lie_are_bounded() -> None:
    diagnosis = one(ID, fragments(1, total=65535))
    assert diagnosis is not None
    assert len(diagnosis.detail) < 200


def test_a_cisco_fragment_does_not_say_how_many_there_are() -> None:
    talk = Talk(version=1, outcome="failed", failed_by="none", failed_at="IDENTITY_PROTECTION")
    talk.say("IDENTITY_PROTECTION", fragment=(1, None))  # type: ignore[arg-type]
    talk.say("IDENTITY_PROTECTION", fragment=(2, None))  # type: ignore[arg-type]
    diagnosis = one(ID, talk)
    assert diagnosis is not None
    assert "fragments of the initiator, the last one, which says how many there are, never seen." in diagnosis.detail
    talk.say("IDENTITY_PROTECTION", fragment=(4, 4))
    diagnosis = one(ID, talk)
    assert diagnosis is not None
    assert "of 4 fragments of the initiator, number 3 never seen" in diagnosis.detail
    talk.say("IDENTITY_PROTECTION", fragment=(3, None))  # type: ignore[arg-type]
    assert one(ID, talk) is None, "the last one says how many there are, and all of them came"


def refused_main_mode(*numbers: int) -> Talk:
    """Main mode whose fifth message comes in vendor fragments and is refused; not all of it is captured."""
    talk = main_mode(messages=4, outcome="failed", failed_at="IDENTITY_PROTECTION", failed_by="responder")
    for number in numbers:
        total = 3 if number == 3 else None
        talk.say("IDENTITY_PROTECTION", fragment=(number, total), payloads=(132,))  # type: ignore[arg-type]
    talk.say("INFORMATIONAL", by="r", begun_by="r", message_id=9)
    return talk


def test_a_message_that_was_answered_arrived() -> None:
    """Its missing pieces are missing in the capture only."""
    assert ids(diagnosed(refused_main_mode(1, 2, 3)))[0] == "authentication-failed"
    assert one(ID, refused_main_mode(1, 3)) is None
    refused = Talk(outcome="failed", failed_at="IKE_AUTH", failed_by="responder").ike_sa_init()
    refused.say("IKE_AUTH", message_id=1, fragment=(1, 2), length=500)
    refused.say("IKE_AUTH", by="r", message_id=1, length=65)
    assert one(ID, refused) is None
    silent = fragments(1, total=2)
    assert one(ID, silent) is not None, "the same without the answer"


def test_an_answer_of_which_a_piece_is_missing() -> None:
    """The request arrived, its answer did not: the initiator asks again."""
    talk = fragments(1, 2, total=2)
    for number in (1, 2):
        talk.say("IKE_AUTH", by="r", message_id=1, fragment=(number, 3), length=500)
    diagnosis = one(ID, talk)
    assert diagnosis is not None
    assert "of 3 fragments of the responder, number 3 never seen" in diagnosis.detail
    talk.say("IKE_AUTH", message_id=2, length=200)
    assert one(ID, talk) is None, "the initiator goes on"


def test_the_same_number_missing_each_time_is_no_chance() -> None:
    talk = fragments(1, 2, 4)
    for number in (1, 2, 4):
        talk.say("IKE_AUTH", message_id=1, fragment=(number, 4), length=500, again=True)
    diagnosis = one(ID, talk)
    assert diagnosis is not None
    assert diagnosis.detail.endswith("Missing in each of 2 transmissions: its size or a filter rather than chance.")


def first_fragments(outcome: str = "failed") -> Talk:
    """IKE_AUTH of 2800 bytes twice, and no answer."""
    talk = Talk(outcome=outcome, failed_at="IKE_AUTH", failed_by="none").ike_sa_init()
    talk.say("IKE_AUTH", message_id=1, length=2800)
    talk.say("IKE_AUTH", message_id=1, length=2800, again=True)
    return talk


def test_ip_fragments_whose_rest_never_came() -> None:
    """Others of the capture are whole: these were lost."""
    talk = first_fragments()
    made = diagnosed(talk, beginnings=frozenset({3, 4}), later_fragments=7)
    assert ids(made)[:2] == [ID, "path-mtu"]
    assert [d.confidence for d in made][:2] == ["likely", "likely"]
    assert made[0].detail == "IKE_AUTH of 2800 bytes was sent in IP fragments twice; not all of them came."
    assert made[0].evidence_frames == made[1].evidence_frames == (3, 4)


def test_ip_fragments_that_the_capture_may_have_left_out() -> None:
    made = diagnosed(first_fragments(), beginnings=frozenset({3, 4}))
    assert ids(made)[:3] == ["capture-filter", ID, "path-mtu"]
    assert [d.confidence for d in made][:3] == ["likely", "possible", "possible"]
    assert made[1].detail == "IKE_AUTH of 2800 bytes was sent in IP fragments twice; only the first came."


def test_ip_fragments_of_what_was_answered() -> None:
    refused = first_fragments()
    refused.n.failed_by = "responder"
    refused.say("IKE_AUTH", by="r", message_id=1, length=65)
    for later in (0, 7):
        made = ids(diagnosed(refused, beginnings=frozenset({3, 4}), later_fragments=later))
        assert made[0] == "authentication-failed"
        assert not {ID, "path-mtu", "capture-filter"} & {*made}
    assert one(ID, healthy(), beginnings=frozenset({3}), later_fragments=7) is None


def later_fragments(*rests: tuple[float, int | None]) -> tuple[Rest, ...]:
    """Datagrams of the initiator, their times and sizes, of which the first IP fragment is not in the capture."""
    made = ((50 + k, round(at * SECOND), size) for k, (at, size) in enumerate(rests))
    return tuple(Rest(INITIATOR, RESPONDER, frame, frame, time, size) for frame, time, size in made)


@pytest.mark.parametrize(
    ("rests", "last", "confidence"),
    [
        (((1, 1400), (3, 1400)), 5, "likely"),  # the same again
        (((1, 1400), (3, 900)), 20, "possible"),
        (((1, 1400), (1.05, 1400)), 20, "possible"),  # too soon for a retransmission
        (((1, 1400),), 20, "possible"),
        (((1, 1400),), 3, None),  # no time to show what follows
        ((), 20, None),
    ],
)
def test_ip_fragments_without_the_first(
    rests: tuple[tuple[float, int | None], ...], last: float, confidence: str | None
) -> None:
    talk = Talk(outcome="incomplete").ike_sa_init()
    found = one(ID, talk, rests=later_fragments(*rests), last=last)
    assert (found and found.confidence) == confidence
    if found is not None:
        assert "of what may be the initiator's next message only later IP fragments came" in found.detail
        assert {50, 50 + len(rests) - 1} <= {*found.evidence_frames}
    assert one(ID, healthy(), rests=later_fragments(*rests), last=last) is None


def test_how_sure_depends_on_who_asks_again() -> None:
    """Of what was sent once the capture alone may lack fragments, however long it goes on."""
    for last, confidence in ((1, None), (10, "possible"), (300, "possible")):
        once = Talk(outcome="incomplete").ike_sa_init()
        once.say("IKE_AUTH", message_id=1, length=2800)
        found = one(ID, once, beginnings=frozenset({3}), later_fragments=7, last=last)
        assert (found and found.confidence) == confidence
    again = one(ID, first_fragments("incomplete"), beginnings=frozenset({3, 4}), later_fragments=7, last=1)
    assert again is not None
    assert again.confidence == "likely"
    whole = one(ID, first_fragments("incomplete"), beginnings=frozenset({4}), later_fragments=7, last=30)
    assert whole is None, "the first transmission has all its fragments"
