"""Findings about algorithms: chosen and offered kept apart, one finding for each algorithm of a negotiation."""

from collections.abc import Sequence

from analyzer.assessment.case import Case
from analyzer.assessment.model import Explanation, Finding
from analyzer.assessment.policies import lowered


def chosen(case: Case, about: Explanation, kind: str) -> Sequence[Finding]:
    """Objections to the chosen algorithms of one kind, of the IKE SA and of the child SAs that could be read."""
    found = case.chosen.get(kind)
    if not found:
        return ()
    return [case.finding(about, a.subject, tuple(frames), v.text, verdict=v) for a, v, frames in found]


def offered(case: Case, about: Explanation, kind: str) -> Sequence[Finding]:
    """Objections to offered algorithms of one kind, one step milder than if they had been chosen."""
    found = case.offered.get(kind)
    if not found:
        return ()
    return [
        case.finding(about, a.subject, tuple(frames), v.text, severity=lowered(v.severity), verdict=v)
        for a, v, frames in found
    ]
