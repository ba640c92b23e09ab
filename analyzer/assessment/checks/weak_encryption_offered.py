"""Weak encryption offered."""

from analyzer.assessment import judged
from analyzer.assessment.case import Case
from analyzer.assessment.model import Explanation, Finding

ABOUT = Explanation(
    id="weak-encryption-offered",
    kind="check",
    needs=("offered:encr",),
    title="Weak encryption offered",
    what="An SA payload offers an encryption algorithm that the policy objects to.",
    why="A peer, or someone in between who can make stronger ones fail, can pick what is offered.",
    wire=(
        "The initiator's SA payload lists the algorithm, whatever the responder picked. One step milder "
        "than if it had been chosen."
    ),
    lookalikes="An offer is not a choice: see the finding of the same name with -chosen for what was used.",
    advice="Take the algorithm out of the proposal list.",
    references=("RFC 8247 2.1", "RFC 8221 5", "RFC 9395 5"),
)


def find(case: Case) -> list[Finding]:
    """One finding for each algorithm."""
    return judged.offered(case, ABOUT, "encr")
