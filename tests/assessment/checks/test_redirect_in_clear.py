from tests.assessment.build import Talk, found, healthy

ID = "redirect-in-clear"


def to(*last: int) -> list[tuple[int, bytes]]:
    return [(16407, b"\x01\x04" + bytes([198, 51, 100, number]) + bytes(32)) for number in last]


def redirected(*last: int) -> Talk:
    talk = Talk(outcome="redirected")
    talk.say("IKE_SA_INIT")
    for notify in to(*last):
        talk.say("IKE_SA_INIT", by="r", notifies=(notify,), payloads=(41,))
    return talk


def test_to_another_gateway() -> None:
    (finding,) = found(ID, redirected(7))
    assert (finding.severity, finding.confidence, finding.subject) == ("low", "certain", "192.0.2.20")
    assert (finding.detail, finding.evidence_frames) == ("To 198.51.100.7.", (2,))


def test_answers_that_do_not_agree() -> None:
    (finding,) = found(ID, redirected(7, 8))
    assert (finding.severity, finding.detail) == ("medium", "To 198.51.100.7, 198.51.100.8.")
    beside = healthy()
    beside.say("IKE_SA_INIT", by="r", notifies=(to(7)[0],), payloads=(41,))
    (finding,) = found(ID, beside)
    assert (finding.severity, finding.evidence_frames) == ("medium", (2, 5))
    assert finding.detail == "To 198.51.100.7. The responder also chose a proposal."


def test_one_that_is_proven_and_what_only_announces_it() -> None:
    proven = healthy()
    proven.say("IKE_AUTH", by="r", message_id=1, notifies=((*to(7)[0], True),))
    assert found(ID, proven) == []
    asked = healthy().change(1, notifies=())
    asked.say("IKE_SA_INIT", notifies=(16406,))
    assert found(ID, asked) == []
    assert found(ID, redirected()) == []
