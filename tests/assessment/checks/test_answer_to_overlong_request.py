from tests.assessment.build import Talk, found, main_mode

ID = "answer-to-overlong-request"


def asked(*defects: str, answer: int = 1528, payloads: tuple[int, ...] = (11,), wrong: tuple[str, ...] = ()) -> Talk:
    talk = Talk(version=1, outcome="incomplete")
    talk.say("IDENTITY_PROTECTION", payloads=(1,), length=88, defects=defects)
    exchange = "IDENTITY_PROTECTION" if 1 in payloads else "INFORMATIONAL"
    talk.say(exchange, by="r", begun_by="i", length=answer, payloads=payloads, encrypted=False, defects=wrong)
    return talk


def test_a_long_answer_that_is_no_choice() -> None:
    for defect in ("wire-payload-overlong", "wire-field-overlong", "wire-length"):
        (finding,) = found(ID, asked(defect))
        assert (finding.severity, finding.confidence, finding.evidence_frames) == ("critical", "likely", (1, 2))
    assert "1528 bytes" in finding.detail


def test_a_choice_that_does_not_read_to_its_end() -> None:
    assert found(ID, asked("wire-payload-overlong", payloads=(1,), wrong=("wire-stray-bytes",)))


def test_an_answer_with_bytes_behind_its_end() -> None:
    """Of these its header says nothing."""
    trailing = "wire-trailing-bytes"
    (finding,) = found(ID, asked("wire-payload-overlong", payloads=(1,), answer=88, wrong=(trailing,)))
    assert finding.detail.endswith("the answer of 88 bytes has bytes behind its end.")
    assert found(ID, asked(payloads=(1,), answer=88, wrong=(trailing,))) == [], "padding, and a right request"


def test_honest_answers() -> None:
    assert found(ID, asked("wire-payload-overlong", payloads=(1, 13), answer=808)) == [], "many vendor IDs"
    assert found(ID, asked("wire-payload-overlong", answer=84)) == [], "a refusal"
    assert found(ID, asked()) == [], "a right request"
    assert found(ID, asked("wire-payload-overlong", "capture-truncated")) == [], "the capture cut it"
    assert found(ID, asked("wire-reserved-bits")) == [], "a fault of another kind"
    assert found(ID, main_mode(outcome="established")) == []


def test_ikev2_is_not_meant() -> None:
    talk = Talk(outcome="incomplete")
    talk.say("IKE_SA_INIT", defects=("wire-payload-overlong",))
    talk.say("IKE_SA_INIT", by="r", payloads=(41,), length=1500)
    assert found(ID, talk) == []
