"""Findings about algorithms: chosen and offered kept apart, one finding for each algorithm of a negotiation."""

from collections.abc import Iterable

from analyzer.assessment.algorithms import Algorithm
from analyzer.assessment.case import Case, Source
from analyzer.assessment.model import Explanation, Finding
from analyzer.assessment.verdicts import Objection


def chosen(case: Case, about: Explanation, kind: str) -> list[Finding]:
    """Objections to the chosen algorithms of one kind, of the IKE SA and of the child SAs that could be read."""
    found = _gathered(case.chosen, kind)
    return [_finding(case, about, o, frames, o.verdict.severity) for o, frames in found]


def offered(case: Case, about: Explanation, kind: str) -> list[Finding]:
    """Objections to offered algorithms of one kind, one step milder than if they had been chosen."""
    found = _gathered(case.offered, kind)
    return [_finding(case, about, o, frames, o.offered_severity) for o, frames in found]


def _gathered(sources: list[Source], kind: str) -> Iterable[tuple[Objection, tuple[int, ...]]]:
    """Each objection once, with the frames of all its sources."""
    if len(sources) == 1:
        facts, frame = sources[0]
        return [(objection, (frame,)) for objection in facts.objections.get(kind, ())]
    seen: dict[Algorithm, tuple[Objection, tuple[int, ...]]] = {}
    for facts, frame in sources:
        for objection in facts.objections.get(kind, ()):
            known = seen.get(objection.algorithm)
            seen[objection.algorithm] = (objection, (*known[1], frame) if known else (frame,))
    return seen.values()


def _finding(case: Case, about: Explanation, objection: Objection, frames: tuple[int, ...], severity: str) -> Finding:
    verdict = objection.verdict
    return Finding(
        about.id,
        about.title,
        severity,
        "certain",
        case.n.number,
        objection.subject,
        frames,
        case.scene.policy.name,
        verdict.clause,
        verdict.text,
        verdict.evidence,
    )
