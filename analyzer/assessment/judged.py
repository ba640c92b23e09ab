"""Findings about algorithms.

What the policy objects to, chosen and offered kept apart, one finding for each algorithm of a negotiation.
"""

from collections.abc import Iterator

from analyzer.assessment.algorithms import Algorithm
from analyzer.assessment.case import Case
from analyzer.assessment.model import Explanation, Finding
from analyzer.assessment.policies import Verdict, lowered

Seen = dict[Algorithm, tuple[Verdict, list[int]]]


def chosen(case: Case, about: Explanation, kind: str) -> Iterator[Finding]:
    """Objections to the chosen algorithms of one kind, of the IKE SA and of the child SAs that could be read."""
    n = case.n
    seen: Seen = {}
    if n.suite is not None and n.chosen_frame is not None:
        for algorithm, verdict in case.scene.suite_objections(n.ike_version, n.suite).get(kind, ()):
            seen.setdefault(algorithm, (verdict, []))[1].append(n.chosen_frame)
    for child in n.children:
        if child.suite is not None and child.protocol is not None:
            objections = case.scene.suite_objections(n.ike_version, child.suite, child.protocol)
            for algorithm, verdict in objections.get(kind, ()):
                seen.setdefault(algorithm, (verdict, []))[1].append(child.response_frame or child.frame_number)
    for algorithm, (verdict, frames) in seen.items():
        yield case.finding(about, algorithm.subject, tuple(frames), verdict.text, verdict=verdict)


def offered(case: Case, about: Explanation, kind: str) -> Iterator[Finding]:
    """Objections to offered algorithms of one kind, one step milder than if they had been chosen.

    A scanner's offer is its tool, not a setting.
    """
    n = case.n
    if n.outcome == "probe":
        return
    seen: Seen = {}
    for offer in n.offers:
        if not offer.chosen:
            objections = case.scene.offer_objections(n.ike_version, offer.sa, child=offer.child is not None)
            for algorithm, verdict in objections.get(kind, ()):
                seen.setdefault(algorithm, (verdict, []))[1].append(offer.frame_number)
    for algorithm, (verdict, frames) in seen.items():
        severity = lowered(verdict.severity)
        yield case.finding(about, algorithm.subject, tuple(frames), verdict.text, severity=severity, verdict=verdict)
