from analyzer.assessment import Finding
from analyzer.negotiation.values import Drawn, Values
from tests.assessment.build import Talk
from tests.assessment.lives import drawn, judged, several

ID = "spi-reused"


def with_one_spi(*hosts: str) -> list[Talk]:
    talks = several(*hosts)
    for talk in talks:
        talk.n.initiator_spi = "00000000000000aa"
    return talks


def test_one_spi_for_two_negotiations_of_a_host() -> None:
    values = Values((), drawn("a", "b"))
    (finding,) = judged(ID, *with_one_spi("192.0.2.1", "192.0.2.1"), values=values)
    assert (finding.severity, finding.confidence, finding.evidence_frames) == ("low", "certain", (10, 20))
    assert finding.detail == "192.0.2.1 began 2 negotiations with one SPI."


def test_the_same_nonce_another_host_and_what_shows_no_nonce() -> None:
    assert judged(ID, *with_one_spi("192.0.2.1", "192.0.2.1"), values=Values((), drawn("a", "a"))) == []
    assert judged(ID, *with_one_spi("192.0.2.1", "192.0.2.2"), values=Values((), drawn("a", "b"))) == []
    assert judged(ID, *with_one_spi("192.0.2.1", "192.0.2.1"), values=Values((), drawn("a"))) == []
    assert judged(ID, *several("192.0.2.1", "192.0.2.1"), values=Values((), drawn("a", "b"))) == []


def to(*responders: str, spis: str = "") -> list[Talk]:
    """First messages without a nonce, as main mode's are; spis: each responder's own, "": none answered."""
    talks = with_one_spi(*["192.0.2.1"] * len(responders))
    for talk, responder, letter in zip(talks, responders, spis or "0" * len(responders), strict=True):
        talk.n.responder_ip, talk.n.responder_spi = responder, letter * 16
    return talks


def test_one_spi_for_several_responders() -> None:
    (finding,) = judged(ID, *to("192.0.2.20", "192.0.2.21", spis="ab"))
    assert (finding.confidence, finding.detail) == ("possible", "192.0.2.1 began 2 negotiations with one SPI.")
    assert len(judged(ID, *to("192.0.2.20", "192.0.2.21", "192.0.2.22"))) == 1


def test_a_message_that_was_given_another_address_on_its_way() -> None:
    assert judged(ID, *to("192.0.2.20", "192.0.2.21", spis="aa")) == []
    assert judged(ID, *to("192.0.2.20", "192.0.2.21")) == []
    assert judged(ID, *to("192.0.2.20", "192.0.2.20", spis="ab")) == []


def test_answers_alone_whose_request_another_may_have_sent() -> None:
    talks = [talk.leave_out(10 * number, 10 * number + 2) for number, talk in enumerate(to(*"abcd", spis="abcd"), 1)]
    assert judged(ID, *talks) == []


def repeated(after: float, *, answered: bool = False, **fields: str) -> list[Finding]:
    """One negotiation whose request came again so much later, and values of both requests."""
    talk = Talk(outcome="unanswered", **fields)
    first = talk.say("IKE_SA_INIT")
    if answered:
        talk.say("IKE_SA_INIT", by="r")
    again = talk.say("IKE_SA_INIT", after=after)
    values = [Drawn(s.frame_number, 1, True, digest) for s, digest in ((first, "a"), (again, "b"))]
    return judged(ID, talk, values=Values((), values))


def test_another_nonce_under_the_spi_of_a_request_that_nobody_answered() -> None:
    (finding,) = repeated(600)
    assert (finding.confidence, finding.evidence_frames) == ("likely", (1, 2))
    assert finding.detail == "192.0.2.10 sent two nonces under one SPI, 600 s apart."


def test_a_retry_behind_an_answer_or_soon_after() -> None:
    assert repeated(600, answered=True) == []
    assert repeated(5) == []
