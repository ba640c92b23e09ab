from tests.assessment.build import Talk, diagnosed, ids, one

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


def test_totals_that_lie_are_bounded() -> None:
    diagnosis = one(ID, fragments(1, total=65535))
    assert diagnosis is not None
    assert len(diagnosis.detail) < 200


def test_a_cisco_fragment_does_not_say_how_many_there_are() -> None:
    talk = Talk(version=1, outcome="failed", failed_by="none", failed_at="IDENTITY_PROTECTION")
    talk.say("IDENTITY_PROTECTION", fragment=(1, None))  # type: ignore[arg-type]
    talk.say("IDENTITY_PROTECTION", fragment=(2, None), again=True)  # type: ignore[arg-type]
    assert one(ID, talk) is None
