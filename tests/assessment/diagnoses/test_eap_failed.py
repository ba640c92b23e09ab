import pytest

from analyzer.negotiation.seen import SeenEap
from tests.assessment.build import Talk, diagnosed, healthy, ids, one

ID = "eap-failed"


def rounds(count: int, **fields) -> Talk:
    given = {"outcome": "failed", "failed_at": "IKE_AUTH", "failed_by": "responder", "outcome_confidence": "likely"}
    talk = Talk(**{**given, **fields}).ike_sa_init()
    for k in range(1, count):
        talk.ike_auth(message_id=k)
    return talk.ike_auth(answer=65, message_id=count)


def test_several_rounds_then_a_short_answer() -> None:
    made = diagnosed(rounds(5))
    assert ids(made)[:2] == [ID, "authentication-failed"]
    assert made[0].confidence == "likely"
    assert made[0].detail == "5 rounds of IKE_AUTH, then a refusal by the responder."


def test_eap_says_itself_why_and_nothing_else_is_a_candidate() -> None:
    talk = with_eap(rounds(3, outcome_confidence="certain"))
    talk.n.eap = (SeenEap(4, False, 1, 13, b""), SeenEap(5, True, 2, 3, b"\x1a"), SeenEap(6, False, 4, None, b""))
    made = diagnosed(talk)
    assert ids(made) == [ID]
    assert made[0].detail.startswith("The responder asks for EAP-TLS; the initiator declines it")
    assert made[0].evidence_frames == (4, 5, 6)
    assert made[0].advice.startswith("Configure one EAP method")


def test_an_answer_that_took_its_time_is_told() -> None:
    talk = rounds(4)
    asked, answered = talk.n.exchanges[-1].steps
    found = one(ID, talk.change(answered.frame_number, time_ns=asked.time_ns + 2 * 10**9))
    assert found is not None
    assert found.detail.endswith("The last answer took 2.0 s, typical of a server that rejects the credentials.")


def with_eap(talk: Talk) -> Talk:
    return talk.change(talk.n.exchanges[2].first_frame, inner_types=(48,))


def test_eap_payloads_make_it_as_certain_as_the_failure() -> None:
    for confidence in ("certain", "likely"):
        diagnosis = one(ID, with_eap(rounds(3, outcome_confidence=confidence)))
        assert diagnosis is not None
        assert (diagnosis.confidence, diagnosis.basis) == (confidence, "EAP payloads (decrypted)")


def test_an_initiator_that_falls_silent_refused_nothing() -> None:
    diagnosis = one(ID, with_eap(rounds(3, failed_by="initiator")))
    assert diagnosis is not None
    assert diagnosis.confidence == "likely"
    assert diagnosis.detail == "3 rounds of IKE_AUTH, then nothing more from the initiator."


def refused_certificate(*, read: bool = True) -> Talk:
    """The gateway proves itself and asks for EAP; the client refuses the proof instead of answering."""
    talk = Talk(outcome="failed", failed_at="IKE_AUTH", failed_by="initiator", decrypted=True).ike_sa_init()
    talk.say("IKE_AUTH", message_id=1, inner=(35, 33, 44, 45) if read else None)
    talk.say("IKE_AUTH", by="r", message_id=1, inner=(36, 37, 39, 48), length=1200)
    talk.say("INFORMATIONAL", message_id=2, notifies=((24, b"", True),))
    return talk


def test_a_client_that_does_not_answer_speaks_no_eap() -> None:
    made = diagnosed(refused_certificate())
    assert ids(made)[0] == "authentication-failed"
    assert ID not in ids(made)


def test_a_client_whose_request_nobody_read_may_have() -> None:
    found = one(ID, refused_certificate(read=False))
    assert found is not None
    assert found.confidence == "likely"


def test_rounds_that_were_read_and_hold_no_eap() -> None:
    """Several authentications (RFC 4739)."""
    talk = rounds(3, outcome_confidence="certain")
    for exchange in talk.n.exchanges[1:]:
        talk.change(exchange.first_frame, inner_types=(35, 39))
    assert one(ID, talk) is None


def test_one_round_is_not_eap_and_silence_is_not_refusal() -> None:
    assert one(ID, rounds(1)) is None
    assert one(ID, rounds(4, failed_by="none")) is None
    assert one(ID, healthy()) is None


@pytest.mark.parametrize(
    ("fields", "last"),
    [
        ({"failed_by": "responder"}, "a refusal by the responder"),
        ({"failed_by": "initiator", "failure": "AUTHENTICATION_FAILED"}, "a refusal by the initiator"),
        ({"failed_by": "initiator"}, "nothing more from the initiator"),
    ],
)
def test_an_error_is_a_refusal_whoever_sent_it(fields: dict[str, str], last: str) -> None:
    diagnosis = one(ID, with_eap(rounds(3, **fields)))
    assert diagnosis is not None
    assert diagnosis.detail == f"3 rounds of IKE_AUTH, then {last}."


def test_without_times_no_answer_took_long() -> None:
    for place in (0, 1):
        talk = rounds(4)
        diagnosis = one(ID, talk.change(talk.n.exchanges[-1].steps[place].frame_number, time_ns=None))
        assert diagnosis is not None
        assert "The last answer took" not in diagnosis.detail


def test_what_fails_behind_eap_success_is_not_eap() -> None:
    talk = Talk(outcome="failed", failed_at="IKE_AUTH", failed_by="initiator", failure="AUTHENTICATION_FAILED")
    talk.ike_sa_init()
    for mid in (1, 2, 3):
        talk.say("IKE_AUTH", message_id=mid)
        talk.say("IKE_AUTH", by="r", message_id=mid)
    talk.n.eap = (SeenEap(6, False, 1, 26, b""), SeenEap(7, True, 2, 26, b""), SeenEap(8, False, 3, None, b""))
    assert one("eap-failed", talk) is None
    talk.n.eap = talk.n.eap[:2]
    assert one("eap-failed", talk) is not None
