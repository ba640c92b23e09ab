from analyzer.negotiation.values import Values
from tests.assessment.build import Talk
from tests.assessment.lives import drawn, judged, several

ID = "first-message-replayed"


def with_one_spi(*hosts: str, every: float = 60) -> list[Talk]:
    talks = several(*hosts, every=every)
    for talk in talks:
        talk.n.initiator_spi = "00000000000000aa"
    return talks


def test_another_host_sends_it_again() -> None:
    talks = with_one_spi("192.0.2.1", "203.0.113.5")
    (finding,) = judged(ID, *talks, values=Values((), drawn("a", "a")))
    assert (finding.severity, finding.confidence, finding.evidence_frames) == ("low", "likely", (10, 20))
    assert finding.detail == "203.0.113.5 sent the first message of 192.0.2.1 again, 60.0 s later."


def test_soon_after_it_may_be_one_host_that_moved() -> None:
    talks = with_one_spi("192.0.2.1", "203.0.113.5", every=20)
    (finding,) = judged(ID, *talks, values=Values((), drawn("a", "a")))
    assert finding.confidence == "possible"


def test_hours_later_from_the_same_address() -> None:
    talks = with_one_spi("192.0.2.1", "192.0.2.1", every=7200)
    (finding,) = judged(ID, *talks, values=Values((), drawn("a", "a")))
    assert finding.confidence == "likely"


def test_a_retransmission_and_other_messages_are_none() -> None:
    assert judged(ID, *with_one_spi("192.0.2.1", "192.0.2.1"), values=Values((), drawn("a", "a"))) == []
    assert judged(ID, *with_one_spi("192.0.2.1", "192.0.2.2"), values=Values((), drawn("a", "b"))) == []
    assert judged(ID, *several("192.0.2.1", "192.0.2.2"), values=Values((), drawn("a", "a"))) == []
    answers = Values((), drawn("a", "a", by_initiator=False))
    assert judged(ID, *with_one_spi("192.0.2.1", "192.0.2.2"), values=answers) == []
