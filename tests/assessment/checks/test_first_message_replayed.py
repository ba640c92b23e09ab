from analyzer.assessment import Finding
from analyzer.negotiation.values import Values
from tests.assessment.build import Talk, healthy, main_mode, sa1
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


def test_main_mode_by_its_spi_and_its_offer() -> None:
    talks = [main_mode(n, 10 * n, 100 * n, messages=2, initiator=f"192.0.2.{n}") for n in (1, 2)]
    for talk in talks:
        talk.n.initiator_spi = "5f1a90c2d4e7b386"
    (finding,) = judged(ID, *talks)
    assert (finding.confidence, finding.evidence_frames) == ("possible", (10, 20))
    talks[1].n.offers[0] = talks[1].n.offers[0]._replace(sa=sa1((7, 4, 1, 15, 256)))
    assert judged(ID, *talks) == []


def repeated(after: float) -> list[Finding]:
    talk = healthy()
    talk.say("IKE_SA_INIT", again=True, after=after)
    return judged(ID, talk)


def test_the_same_host_hours_later_and_a_retransmission() -> None:
    (finding,) = repeated(7200)
    assert (finding.confidence, finding.evidence_frames) == ("likely", (1, 5))
    assert finding.detail == "192.0.2.10 sent its first message again, 7,200.3 s later."
    assert repeated(60) == []


def test_a_retransmission_and_other_messages_are_none() -> None:
    assert judged(ID, *with_one_spi("192.0.2.1", "192.0.2.1"), values=Values((), drawn("a", "a"))) == []
    assert judged(ID, *with_one_spi("192.0.2.1", "192.0.2.2"), values=Values((), drawn("a", "b"))) == []
    assert judged(ID, *several("192.0.2.1", "192.0.2.2"), values=Values((), drawn("a", "a"))) == []
    answers = Values((), drawn("a", "a", by_initiator=False))
    assert judged(ID, *with_one_spi("192.0.2.1", "192.0.2.2"), values=answers) == []
