"""From a story to an assessment: every check, every diagnosis, who answered whom, and what the peers look like."""

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
    tools = {version: _Tools(version) for version in (1, 2)}
    fingerprints = Fingerprinter()
    for negotiation in story.negotiations:
        if not negotiation.exchanges or negotiation.ike_version not in tools:
            continue
        case = Case(scene, negotiation)
        tool = tools[negotiation.ike_version]
        found = [finding for find in tool.checks for finding in find(case)]
        found.sort(key=_weight)
        result.findings += found
        diagnoses = rank(_diagnoses(case, tool))
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


class _Tools:
    """The checks and diagnoses that apply to one IKE version.

    `healthy`: what may be said of an SA that came up whole.
    """

    def __init__(self, version: int) -> None:
        checks = [c for c in all_checks() if c.about.ike_version in (None, version)]
        causes = [c for c in all_causes() if c.about.ike_version in (None, version)]
        self.checks = [c.find for c in checks if c.find is not None]
        self.causes = causes
        self.healthy = [c for c in causes if c.about.note or c.about.of_established]


def _weight(finding: Finding) -> int:
    return _SEVERITY[finding.severity]


def _diagnoses(case: Case, tools: _Tools) -> list[tuple[Diagnosis, Cause]]:
    found = []
    for cause in tools.causes if case.troubled else tools.healthy:
        diagnosis = cause.diagnose(case)
        if diagnosis is not None:
            found.append((diagnosis, cause))
    return found


def rank(found: list[tuple[Diagnosis, Cause]]) -> list[Diagnosis]:
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
