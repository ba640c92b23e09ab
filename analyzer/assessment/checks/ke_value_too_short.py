"""Key exchange value shorter than its method has."""

from collections.abc import Iterator

from analyzer.assessment.case import Case
from analyzer.assessment.ke_lengths import of_other_length
from analyzer.assessment.model import Explanation, Finding
from analyzer.vocabulary import side

ABOUT = Explanation(
    id="ke-value-too-short",
    kind="check",
    title="Key exchange value shorter than its method has",
    severity="medium",
    what="A KE payload holds fewer bytes than a value of its key exchange method has, or none.",
    why=(
        "A correct peer never sends one: leading zeros stay (RFC 2409 section 5, RFC 7296 section 3.4). A receiver "
        "that takes it for a whole value reads beyond it, or computes with a value of few bits."
    ),
    wire=(
        "KE data against the method's size. Nothing is said of a negotiation whose first messages the capture cut: a "
        "value looks short there because of that."
    ),
    lookalikes=(
        "An old implementation that drops leading zeros: then a byte or two are missing, in one of some hundred "
        "exchanges. A private use of the same method number."
    ),
    advice="Find out what sends it: a test tool, or an implementation that needs an update.",
    references=("RFC 7296 3.4", "RFC 2409 5"),
)


def find(case: Case) -> Iterator[Finding]:
    """One finding for each such value."""
    for step, ke_id, size, expected in () if case.n.cut else of_other_length(case):
        if size < expected:
            detail = f"{size} bytes from the {side(step.from_initiator)}; a value of method {ke_id} has {expected}."
            yield case.finding(ABOUT, f"KE {ke_id}", (step.frame_number,), detail)
