"""Algorithms of several suites, under a policy whose suites must not be mixed."""

from collections.abc import Iterator

from analyzer.assessment.model import Explanation, Finding
from analyzer.assessment.terms import Terms

ABOUT = Explanation(
    id="suite-mixed",
    kind="check",
    title="Algorithms of no one suite",
    severity="medium",
    what=(
        "Each algorithm chosen is in one of the policy's suites, but none of these has all of them. Reported only "
        "under a policy that defines suites."
    ),
    why="The parts of a suite fit each other; mixed, the weakest of them decides how strong the whole is.",
    wire="The chosen proposals of the IKE SA and of the child SAs that could be read, beside the suites of the policy.",
    lookalikes="A key length that was not negotiated, and child SAs that could not be read, fit into any suite.",
    advice="Configure one suite on both peers, for IKE and ESP.",
    references=("RFC 6379 3", "RFC 6380 4.1"),
)


def find_terms(terms: Terms) -> Iterator[Finding]:
    """At most one finding."""
    if terms.version != 2 or terms.chosen_frame is None:
        return
    chosen = [algorithm for facts, _ in terms.chosen for algorithm in facts.algorithms]
    if any(set(facts.objections) - {"auth"} for facts, _ in terms.chosen):
        return  # what is in none of the suites has findings of its own
    verdict = terms.policy.mixed(chosen)
    if verdict is not None:
        names = ", ".join(dict.fromkeys(algorithm.subject for algorithm in chosen))
        frames = tuple(frame for _, frame in terms.chosen)
        yield terms.finding(ABOUT, names, frames, verdict.text, verdict=verdict)
