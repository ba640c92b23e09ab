import pytest

from analyzer.report.checklist import check_lines, reaches
from analyzer.tables.store import Tables
from tests.report.sample import sample


def test_one_line_a_finding_the_worst_first() -> None:
    lines = [line.text for line in check_lines(sample())]
    assert len(lines) == 8
    assert lines[0].startswith("captures/gateway.pcapng: critical weak-ke-chosen negotiation 6: ")
    assert (
        "captures/gateway.pcapng: low ike-exposed: An IKE responder is exposed: 203.0.113.2:500, frames 2, 21" in lines
    )
    assert all(line.isprintable() for line in lines)


@pytest.mark.parametrize(("threshold", "reached"), [("critical", True), ("info", True), ("never", False)])
def test_threshold(threshold: str, reached: bool) -> None:
    assert reaches(sample(), threshold) is reached
    assert not reaches(Tables(), threshold)
