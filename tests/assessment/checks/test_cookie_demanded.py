from tests.assessment.build import Talk, found, healthy

ID, COOKIE = "cookie-demanded", 16390


def demanded(rounds: int = 1, *, returned: bool = True) -> Talk:
    talk = Talk(outcome="incomplete")
    talk.say("IKE_SA_INIT", payloads=(33, 34, 40))
    for k in range(rounds):
        talk.say("IKE_SA_INIT", by="r", payloads=(41,), notifies=((COOKIE, bytes([k]) * 20),))
        if returned:
            talk.say("IKE_SA_INIT", payloads=(41, 33, 34, 40), notifies=((COOKIE, bytes([k]) * 20),))
    return talk


def test_a_round() -> None:
    (finding,) = found(ID, demanded())
    assert (finding.severity, finding.subject, finding.evidence_frames) == ("info", "192.0.2.20", (2, 3))
    assert finding.detail == "COOKIE demanded once; the initiator returned it."


def test_rounds_and_none_returned() -> None:
    assert found(ID, demanded(3))[0].detail.startswith("COOKIE demanded 3 times; ")
    assert found(ID, demanded(returned=False))[0].detail.endswith("no request with it follows in this capture.")


def test_a_retransmitted_request_that_gets_another_answer() -> None:
    talk = healthy()
    talk.say("IKE_SA_INIT", again=True)
    talk.say("IKE_SA_INIT", by="r", payloads=(41,), notifies=((COOKIE, b"x"),))
    assert found(ID, talk)[0].detail == "COOKIE demanded once; no request with it follows in this capture."


def test_usual_answers_are_none() -> None:
    assert found(ID, healthy()) == []
    refused = Talk(outcome="failed")
    refused.say("IKE_SA_INIT", payloads=(33, 34, 40))
    refused.say("IKE_SA_INIT", by="r", payloads=(41,), notifies=((17, b"\0\x0e"),))
    assert found(ID, refused) == [], "INVALID_KE_PAYLOAD"


def test_a_cookie_beside_a_choice_or_of_the_initiator_is_no_demand() -> None:
    talk = Talk(outcome="incomplete")
    talk.say("IKE_SA_INIT", payloads=(41, 33, 34, 40), notifies=((COOKIE, b"x"),))
    talk.say("IKE_SA_INIT", by="r", payloads=(33, 34, 40, 41), notifies=((COOKIE, b"x"),))
    assert found(ID, talk) == []
    old = Talk(version=1, outcome="incomplete")
    old.say("INFORMATIONAL", by="r", encrypted=False, payloads=(11,), notifies=((COOKIE, b"x"),))
    assert found(ID, old) == [], "IKEv1 has other numbers"
