from tests.assessment.build import Talk, diagnosed, healthy, ids, one

ID = "peer-restarted"


def dead(**fields) -> Talk:
    talk = healthy(**fields)
    talk.say("INFORMATIONAL", message_id=2, length=57)
    for _ in range(3):
        talk.say("INFORMATIONAL", message_id=2, length=57, again=True, after=2)
    return talk


def test_a_new_sa_after_the_old_one_got_no_answers() -> None:
    made = diagnosed(dead(), healthy(2, 30, at=20))
    assert ids(made) == ["peer-dead", ID]
    assert (made[1].confidence, made[1].evidence_frames) == ("possible", (30,))


def test_initial_contact_makes_it_likely() -> None:
    talk = healthy(2, 30, at=20)
    talk.n.exchanges[1].steps[0] = (
        talk.n.exchanges[1]
        .steps[0]
        ._replace(notifies=(talk.say("INFORMATIONAL", message_id=9, notifies=[(16384, b"", True)]).notifies[0],))
    )
    diagnosis = one(ID, dead(), talk)
    assert diagnosis is not None
    assert (diagnosis.confidence, "INITIAL_CONTACT" in diagnosis.detail) == ("likely", True)


def test_invalid_spi_in_clear() -> None:
    talk = healthy()
    talk.say("INFORMATIONAL", by="r", begun_by="r", message_id=0, encrypted=False, notifies=[4])
    made = diagnosed(talk)
    assert ids(made) == [ID]
    assert made[0].detail == "INVALID_IKE_SPI in clear for an SA that was up."


def test_two_sas_side_by_side_are_no_restart() -> None:
    assert one(ID, healthy(), healthy(2, 30, at=20)) is None
    assert one(ID, dead(), healthy(2, 30, at=2000)) is None
    assert one(ID, dead(), healthy(2, 30, at=20, rekeyed_from=1)) is None
