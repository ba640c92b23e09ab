"""Key exchange value longer than its method allows."""

from collections.abc import Iterator

from analyzer.assessment.case import Case
from analyzer.assessment.ke_lengths import of_other_length
from analyzer.assessment.model import Explanation, Finding
from analyzer.vocabulary import side

ABOUT = Explanation(
    id="ke-value-too-long",
    kind="check",
    title="Key exchange value longer than its method allows",
    severity="medium",
    what="A KE payload holds more bytes than a value of its key exchange method has.",
    why="Overlong values have crashed implementations (pattern of CVE-2023-41913); a correct peer never sends one.",
    wire="KE data against the method's size. Shorter values: see ke-value-too-short.",
    lookalikes="A private use of the same method number.",
    advice="Find out what sends it; update the receiver.",
    references=("RFC 7296 3.4", "CVE-2023-41913"),
)


def find(case: Case) -> Iterator[Finding]:
    """One finding for each such value."""
    for step, ke_id, size, expected in of_other_length(case):
        if size > expected:
            detail = f"{size} bytes from the {side(step.from_initiator)}; a value of method {ke_id} has {expected}."
            yield case.finding(ABOUT, f"KE {ke_id}", (step.frame_number,), detail)
