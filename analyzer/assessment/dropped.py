"""Findings about what did not come, where the capture dropped packets or a file of it could not be read."""

from collections.abc import Iterable

from analyzer.assessment.catalogue import explain
from analyzer.assessment.model import Finding
from analyzer.negotiation.conclude.dropped import LESS


def doubt_findings(found: Iterable[Finding], why: str) -> list[Finding]:
    """Findings of checks that say of themselves that they rest on absence are one step less sure. why: the reason."""
    return [
        f._replace(confidence=LESS[f.confidence], detail=f"{f.detail} But {why}.") if _of_absence(f) else f
        for f in found
    ]


def _of_absence(finding: Finding) -> bool:
    page = explain(finding.finding)
    return page is not None and page.absence
