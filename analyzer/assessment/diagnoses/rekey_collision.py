"""Both sides rekey at once."""

from itertools import pairwise

from analyzer.assessment.case import Case, frames
from analyzer.assessment.model import Diagnosis, Explanation
from analyzer.negotiation.model import Exchange

ABOUT = Explanation(
    id="rekey-collision",
    kind="diagnosis",
    needs=("ikev2", "crossing"),
    title="Both sides rekey at once",
    precedence=90,
    note=True,
    what="CREATE_CHILD_SA requests of both sides cross each other.",
    why=(
        "Equal lifetimes on both sides. The protocol sorts it out (the SA with the lowest nonce is "
        "deleted), at the cost of extra SAs for a moment."
    ),
    wire=(
        "A CREATE_CHILD_SA request of each side before either is answered; with keys TEMPORARY_FAILURE or "
        "CHILD_SA_NOT_FOUND."
    ),
    lookalikes="Two new child SAs asked for at the same moment.",
    advice="Give one side a shorter lifetime, or a random rekey margin; look further only if traffic stops.",
    references=("RFC 7296 2.8.1, 2.8.2, 2.25",),
)

TEMPORARY_FAILURE, CHILD_SA_NOT_FOUND = 43, 44


def diagnose(case: Case) -> Diagnosis | None:
    """Crossing requests, or the notifies that tell of one."""
    error = case.error(TEMPORARY_FAILURE, CHILD_SA_NOT_FOUND)
    if error is not None and not error.clear:
        detail = f"{case.notify_name(error)} (decrypted)."
        return case.diagnosis(ABOUT, "likely", (error.step.frame_number,), detail, "decrypted notify")
    rekeys = [e for e in case.n.of_type("CREATE_CHILD_SA") if e.request is not None and e.response is not None]
    rekeys.sort(key=lambda e: e.steps[0].frame_number)
    for first, second in pairwise(rekeys):
        if first.begun_by_initiator != second.begun_by_initiator and _cross(first, second):
            detail = "CREATE_CHILD_SA requests of both sides cross."
            shown = frames(first.request, second.request, first.response, second.response)
            return case.diagnosis(ABOUT, "likely", shown, detail, "order of requests and responses")
    return None


def _cross(first: Exchange, second: Exchange) -> bool:
    answer, request = first.response, second.request
    return answer is not None and request is not None and request.frame_number < answer.frame_number
