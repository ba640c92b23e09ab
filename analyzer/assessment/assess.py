"""From a story to an assessment: every check, every diagnosis, who answered whom, and what the peers look like."""

from collections.abc import Iterator

from analyzer.assessment import exposure, policies
from analyzer.assessment.case import Case
from analyzer.assessment.catalogue import Cause, all_causes, all_checks
from analyzer.assessment.fingerprint import Fingerprinter
from analyzer.assessment.model import CONFIDENCES, SEVERITIES, Assessment, Diagnosis, Finding
from analyzer.assessment.scene import Scene
from analyzer.negotiation.model import Story

_SEVERITY = {name: i for i, name in enumerate(SEVERITIES)}
_CONFIDENCE = {name: i for i, name in enumerate(CONFIDENCES)}


def assess(story: Story, policy: str = "ietf") -> Assessment:
    """Judge a story under a named policy. Raises PolicyError for a name that does not exist.

    Findings come by negotiation and severity, those of the whole capture last; negotiations without a diagnosis have
    no entry in `diagnoses`.
    """
    scene = Scene(story, policies.load(policy))
    result = Assessment(policy)
    checks = [c for c in all_checks() if c.find is not None]
    causes = [c for c in all_causes() if not c.about.note]
    notes = [c for c in all_causes() if c.about.note]
    fingerprints = Fingerprinter()
    for negotiation in story.negotiations:
        if not negotiation.exchanges:
            continue
        case = Case(scene, negotiation)
        found = [f for check in checks if check.find is not None for f in check.find(case)]
        found.sort(key=_weight)
        result.findings += found
        diagnoses = rank(_diagnoses(case, causes if case.troubled else [], notes))
        if diagnoses:
            result.diagnoses[negotiation.number] = diagnoses
        guess = fingerprints.guess(negotiation)
        if guess != (None, None):
            result.implementations[negotiation.number] = guess
    for check in all_checks():
        if check.find_all is not None:
            result.findings += check.find_all(scene)
    result.responders = exposure.responders(story, result.implementations)
    return result


def _weight(finding: Finding) -> int:
    return _SEVERITY[finding.severity]


def _diagnoses(case: Case, causes: list[Cause], notes: list[Cause]) -> Iterator[tuple[Diagnosis, Cause]]:
    for group in (causes, notes):
        for cause in group:
            diagnosis = cause.diagnose(case)
            if diagnosis is not None:
                yield diagnosis, cause


def rank(found: Iterator[tuple[Diagnosis, Cause]]) -> list[Diagnosis]:
    """Notes last, then by confidence, then by precedence (model.Explanation), then by id."""
    ordered = sorted(
        found,
        key=lambda pair: (
            pair[1].about.note,
            _CONFIDENCE[pair[0].confidence],
            pair[1].about.precedence,
            pair[0].diagnosis,
        ),
    )
    return [diagnosis._replace(rank=i) for i, (diagnosis, _) in enumerate(ordered, 1)]
