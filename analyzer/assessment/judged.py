"""Findings about algorithms: chosen and offered kept apart, one finding for each algorithm of a negotiation.

What is true of every such check stands here: the pages of explain() share their words, the checks their gathering.
"""

from collections.abc import Callable, Iterable

from analyzer.assessment.algorithms import Algorithm
from analyzer.assessment.model import Explanation, Finding
from analyzer.assessment.terms import Source, Terms
from analyzer.assessment.verdicts import Objection
from analyzer.vocabulary import Severity

BY_KEYS = "Named by the key file, under whose keys the SA's messages verify; the choice is not in the capture."


def offered_page(
    check: str,
    *,
    title: str,
    what: str,
    advice: str,
    references: tuple[str, ...],
) -> Explanation:
    """The page of a check for offered algorithms."""
    return Explanation(
        id=check,
        kind="check",
        title=title,
        what=what,
        why="A peer, or someone in between who can make stronger ones fail, can pick what is offered.",
        wire=(
            "The initiator's SA payload lists the algorithm, whatever the responder picked. One step milder "
            "than if it had been chosen."
        ),
        lookalikes="An offer is not a choice: see the finding of the same name with -chosen for what was used.",
        advice=advice,
        references=references,
    )


def chosen(terms: Terms, about: Explanation, kind: str) -> list[Finding]:
    """Objections to the chosen algorithms of one kind, of the IKE SA and of the child SAs that could be read."""
    found = _gathered(terms.chosen, kind)
    return [
        with_basis(terms, o.algorithm, _finding(terms, about, o, frames, o.verdict.severity)) for o, frames in found
    ]


def with_basis(terms: Terms, algorithm: Algorithm, finding: Finding) -> Finding:
    """What is known of the IKE SA's suite by a key row alone says so, and is not certain."""
    if not terms.by_keys or not algorithm.scope.startswith("ike"):
        return finding
    return finding._replace(confidence="likely", detail=f"{finding.detail} {BY_KEYS}")


def offered(terms: Terms, about: Explanation, kind: str) -> list[Finding]:
    """Objections to offered algorithms of one kind, one step milder than if they had been chosen."""
    found = _gathered(terms.offered, kind)
    return [_finding(terms, about, o, frames, o.offered_severity) for o, frames in found]


def marked(sources: list[Source], test: Callable[[Algorithm], bool]) -> dict[Algorithm, tuple[int, ...]]:
    """The algorithms that pass a test, each with the frames that show it, in wire order."""
    found: dict[Algorithm, list[int]] = {}
    for facts, frame in sources:
        for algorithm in filter(test, facts.algorithms):
            found.setdefault(algorithm, []).append(frame)
    return {algorithm: tuple(frames) for algorithm, frames in found.items()}


def _gathered(sources: list[Source], kind: str) -> Iterable[tuple[Objection, tuple[int, ...]]]:
    """Each objection once, with the frames of all its sources."""
    if len(sources) == 1:
        facts, frame = sources[0]
        return [(objection, (frame,)) for objection in facts.objections.get(kind, ())]
    seen: dict[Algorithm, tuple[Objection, list[int]]] = {}
    for facts, frame in sources:
        for objection in facts.objections.get(kind, ()):
            seen.setdefault(objection.algorithm, (objection, []))[1].append(frame)
    return [(objection, tuple(frames)) for objection, frames in seen.values()]


def _finding(
    terms: Terms, about: Explanation, objection: Objection, frames: tuple[int, ...], severity: Severity
) -> Finding:
    verdict = objection.verdict
    return Finding(
        about.id,
        titled(terms.title(about), verdict.title),
        severity,
        "certain",
        None,
        objection.subject,
        frames,
        terms.policy.name,
        verdict.clause,
        verdict.text,
        verdict.evidence,
    )


def titled(title: str, standing: str) -> str:
    """A thing is weak only where the policy's word says so: "Key exchange in use, outside the policy"."""
    if not standing:
        return title
    first, _, rest = title.partition(" ")
    plain = rest if first in ("Weak", "Discouraged") else title
    return f"{plain[:1].upper()}{plain[1:]}, {standing}"
