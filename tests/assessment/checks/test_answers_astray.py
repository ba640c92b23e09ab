from analyzer.assessment import Finding
from tests.assessment.assessed import assess
from tests.negotiation import build as wire

ID = "answers-astray"
ELSEWHERE = (wire.C[0], 500)


def found(talk: wire.Talk) -> list[Finding]:
    return [f for f in assess(talk.story(10)).findings if f.finding == ID]


def established(source: tuple[str, int]) -> wire.Talk:
    talk = wire.Talk()
    talk.say(wire.init_request())
    talk.answer(wire.init_answer(), source)
    talk.say(wire.sealed(wire.IKE_AUTH, 298))
    talk.answer(wire.sealed(wire.IKE_AUTH, 238, initiator=False, response=True), source)
    return talk


def test_of_an_sa_that_came_up_too() -> None:
    (finding,) = found(established(ELSEWHERE))
    assert (finding.severity, finding.confidence, finding.evidence_frames) == ("low", "likely", (1, 2))
    assert finding.subject == "192.0.2.20 asked, 198.51.100.7 answers"
    assert finding.detail == (
        "IKE_SA_INIT and 1 more: the answers come from 198.51.100.7, another address than the one asked (192.0.2.20)."
    )


def test_of_a_port() -> None:
    (finding,) = found(established((wire.B[0], 1500)))
    assert finding.detail.endswith("the answers come from port 1500 though port 500 was asked.")


def test_not_where_the_address_asked_answers() -> None:
    assert found(established(wire.B)) == []
