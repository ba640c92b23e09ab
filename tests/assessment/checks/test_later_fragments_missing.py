from analyzer.assessment.checks.later_fragments_missing import SHOWN
from tests.assessment.build import found, healthy

ID = "later-fragments-missing"


def test_first_fragments_alone() -> None:
    (finding,) = found(ID, healthy(), beginnings=frozenset({4, 3}))
    assert (finding.severity, finding.confidence, finding.negotiation) == ("info", "likely", None)
    assert (finding.subject, finding.evidence_frames) == ("2 messages", (3, 4))
    assert "ip[6:2] & 0x1fff != 0" in finding.detail


def test_one_may_have_been_lost() -> None:
    (finding,) = found(ID, healthy(), beginnings=frozenset({3}))
    assert (finding.confidence, finding.subject) == ("possible", "1 message")


def test_frames_are_bounded() -> None:
    (finding,) = found(ID, healthy(), beginnings=frozenset(range(1, 500)))
    assert len(finding.evidence_frames) == SHOWN


def test_captures_that_hold_later_fragments_or_need_none() -> None:
    assert found(ID, healthy(), beginnings=frozenset({3}), later_fragments=1) == []
    assert found(ID, healthy()) == []
