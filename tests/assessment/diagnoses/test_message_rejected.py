from analyzer.assessment.diagnoses.message_rejected import _BY_OPERATOR
from analyzer.isakmp import registry
from tests.assessment.build import Talk, aggressive, diagnosed, ids, main_mode, one

ID = "message-rejected"


def rejected(notify: int) -> Talk:
    talk = Talk(outcome="failed", failed_at="IKE_SA_INIT", failed_by="responder")
    talk.say("IKE_SA_INIT")
    talk.say("IKE_SA_INIT", by="r", notifies=[notify])
    return talk


def test_invalid_syntax() -> None:
    made = diagnosed(rejected(7))
    assert ids(made) == [ID]
    assert (made[0].confidence, made[0].detail) == ("likely", "INVALID_SYNTAX from the responder in IKE_SA_INIT.")


def test_unknown_errors_keep_their_number() -> None:
    diagnosis = one(ID, rejected(8888))
    assert diagnosis is not None
    assert "8888" in diagnosis.detail


def test_errors_with_a_diagnosis_of_their_own() -> None:
    for notify in (5, 14):
        assert one(ID, rejected(notify)) is None


def refused_mode(talk: Talk, notify: int) -> str:
    """Advice where the first message is refused in clear."""
    talk.n.outcome, talk.n.failed_at, talk.n.failed_by = "failed", "AGGRESSIVE", "responder"
    talk.say("INFORMATIONAL", by="r", begun_by="r", message_id=9, encrypted=False, notifies=[notify])
    diagnosis = one(ID, talk)
    assert diagnosis is not None
    return f"{diagnosis.detail} {diagnosis.advice}"


def test_a_responder_that_takes_no_aggressive_mode() -> None:
    text = refused_mode(aggressive(), 7)
    assert "INVALID-EXCHANGE-TYPE" in text
    assert "takes no aggressive mode. Use main mode, or better IKEv2" in text
    assert "aggressive mode" not in refused_mode(aggressive(), 9)  # INVALID-MESSAGE-ID says nothing of modes


def test_main_mode_refused_is_no_advice_for_the_weaker_one() -> None:
    text = refused_mode(main_mode(messages=1), 7)
    assert "takes no main mode. Use IKEv2" in text
    assert "aggressive" not in text


def test_an_operator_refuses_the_subscriber() -> None:
    made = one(ID, rejected(9002))
    assert made is not None
    assert made.detail.endswith("The operator's gateway says: the subscription does not include this APN.")
    assert "subscriber data (HSS)" in made.advice
    other = one(ID, rejected(9999))
    assert other is not None
    assert "operator" not in f"{other.detail} {other.advice}"


def test_what_an_operator_refuses_with_are_numbers_of_3gpp() -> None:
    for number, (meaning, where) in _BY_OPERATOR.items():
        row = registry.entry("ikev2-notify-private", number)
        assert row is not None, number
        assert row.vendor == "3GPP", number
        assert meaning
        assert where.endswith(".")
