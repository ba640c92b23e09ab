from tests.assessment.build import Talk, found, healthy

ID = "amplification"


def reflected(answers: int, length: int = 400, asked: int = 100, **fields) -> Talk:
    talk = Talk(version=1, **{"outcome": "incomplete", **fields})
    talk.say("IDENTITY_PROTECTION", length=asked)
    for k in range(answers):
        talk.say("IDENTITY_PROTECTION", by="r", length=length, again=k > 0, after=2)
    return talk


def test_many_bytes_for_few() -> None:
    (finding,) = found(ID, reflected(4))
    assert (finding.subject, finding.severity) == ("192.0.2.20", "medium")
    assert finding.detail == "4 messages of 1600 bytes to 192.0.2.10, for 1 of 100 bytes."
    assert finding.evidence_frames == (1, 2, 3, 4, 5)


def test_answers_without_much_gain_or_one_long_one_are_possible() -> None:
    for talk in (reflected(4, length=75), reflected(2, length=90), reflected(1, length=301)):
        (finding,) = found(ID, talk)
        assert (finding.severity, finding.confidence) == ("low", "possible")
    assert finding.detail == "1 message of 301 bytes to 192.0.2.10, for 1 of 100 bytes."


def test_one_answer_or_no_gain() -> None:
    assert found(ID, reflected(1, length=300)) == []
    assert found(ID, reflected(2, length=50)) == [], "two refusals, shorter than the request together"
    assert found(ID, reflected(4, outcome="established")) == []


def test_an_initiator_that_goes_on_or_asks_again() -> None:
    talk = reflected(4)
    talk.say("IDENTITY_PROTECTION", length=100)
    assert found(ID, talk) == []
    patient = reflected(4)
    for _ in range(4):
        patient.say("IDENTITY_PROTECTION", length=100, again=True)
    assert found(ID, patient) == []
    assert found(ID, healthy()) == []
