from analyzer.negotiation.read.deletes import AGAIN_KEPT
from analyzer.negotiation.seen import DeletedAgain
from tests.assessment.build import Talk, found, healthy, main_mode

ID = "repeated-delete"


def talk(*again: DeletedAgain) -> Talk:
    return main_mode(outcome="established", deleted_again=again)


def test_in_two_messages() -> None:
    (finding,) = found(ID, talk(DeletedAgain(True, 3, "c0ffee01", 10, 11)))
    assert (finding.severity, finding.confidence, finding.subject) == ("low", "certain", "192.0.2.10")
    assert (finding.detail, finding.evidence_frames) == ("ESP SPI c0ffee01 in 2 messages.", (10, 11))


def test_in_one_message_and_of_an_ike_sa() -> None:
    (finding,) = found(ID, talk(DeletedAgain(False, 1, "11" * 16, 10, 10)))
    assert (finding.subject, finding.evidence_frames) == ("192.0.2.20", (10,))
    assert finding.detail == f"ISAKMP SPI {'11' * 16} in one message."


def test_each_spi_once() -> None:
    many = [DeletedAgain(True, 3, "c0ffee01", 10, frame) for frame in (11, 12, 13)]
    first, second = found(ID, talk(*many, DeletedAgain(True, 3, "c0ffee02", 10, 13)))
    assert (first.detail, first.evidence_frames) == ("ESP SPI c0ffee01 in 4 messages.", (10, 11, 12, 13))
    assert (second.detail, second.evidence_frames) == ("ESP SPI c0ffee02 in 2 messages.", (10, 13))


def test_more_than_are_kept() -> None:
    many = [DeletedAgain(True, 3, "c0ffee01", 10, 11 + number) for number in range(AGAIN_KEPT)]
    (finding,) = found(ID, talk(*many))
    assert finding.detail == "ESP SPI c0ffee01 in at least 17 messages."


def test_nothing_again() -> None:
    assert found(ID, talk()) == []
    assert found(ID, healthy()) == []
