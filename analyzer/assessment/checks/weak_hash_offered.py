"""Weak IKEv1 hash offered."""

from analyzer.assessment import judged
from analyzer.assessment.case import Case
from analyzer.assessment.model import Explanation, Finding

ABOUT = Explanation(
    id="weak-hash-offered",
    kind="check",
    needs=("offered:hash",),
    title="Weak IKEv1 hash offered",
    what="A phase 1 transform offers a hash algorithm that the policy objects to.",
    why="A peer, or someone in between who can make stronger ones fail, can pick what is offered.",
    wire=(
        "The initiator's SA payload lists the algorithm, whatever the responder picked. One step milder "
        "than if it had been chosen."
    ),
    lookalikes="An offer is not a choice: see the finding of the same name with -chosen for what was used.",
    advice="Take the algorithm out of the proposal list.",
    references=("RFC 2409 appendix A", "RFC 9395 3"),
)


def find(case: Case) -> list[Finding]:
    """One finding for each algorithm."""
    return judged.offered(case, ABOUT, "hash")
