"""The initiator did not go on."""

from analyzer.assessment.authentication import refusal
from analyzer.assessment.case import Case
from analyzer.assessment.model import Diagnosis, Explanation

ABOUT = Explanation(
    id="initiator-stopped",
    kind="diagnosis",
    needs=("failed",),
    title="The initiator did not go on",
    precedence=35,
    what="The responder answered, and the initiator never sent its next message in this capture.",
    why=(
        "The initiator rejected the answer without saying so, was stopped, or its next message took a "
        "port or a way that was not recorded."
    ),
    wire="An answer, perhaps repeated, and nothing after it.",
    lookalikes="The next message on UDP 4500 where only UDP 500 was captured; a scanner; a forged source address.",
    advice="Look into the initiator's log; capture UDP 4500 too.",
)


def diagnose(case: Case) -> Diagnosis | None:
    """The verdict blames the initiator, and no message of its own says why."""
    n = case.n
    if not case.ike_failed or n.failed_by != "initiator" or refusal(case) is not None:
        return None
    if n.failure is not None or any(e.step.from_initiator for e in case.errors):
        return None
    last = n.exchanges[-1]
    frames = tuple(s.frame_number for s in (last.request, last.response) if s is not None)
    return case.diagnosis(ABOUT, "likely", frames, f"{last.exchange} is the last exchange.", n.outcome_basis)
