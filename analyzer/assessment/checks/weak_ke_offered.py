"""Weak key exchange offered."""

from analyzer.assessment import judged
from analyzer.assessment.case import Case
from analyzer.assessment.model import Explanation, Finding

ABOUT = Explanation(
    id="weak-ke-offered",
    kind="check",
    needs=("offered:ke",),
    title="Weak key exchange offered",
    what="An SA payload offers a key exchange method that the policy objects to.",
    why="A peer, or someone in between who can make stronger ones fail, can pick what is offered.",
    wire=(
        "The initiator's SA payload lists the algorithm, whatever the responder picked. One step milder "
        "than if it had been chosen."
    ),
    lookalikes="An offer is not a choice: see the finding of the same name with -chosen for what was used.",
    advice="Take the group out of the proposal list.",
    references=("RFC 8247 2.4",),
)


def find(case: Case) -> list[Finding]:
    """One finding for each algorithm."""
    return judged.offered(case, ABOUT, "ke")
