from analyzer.negotiation.values import Values
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
