"""No common proposal for the child SA."""

from analyzer.assessment.case import Case
from analyzer.assessment.causes import child_cause
from analyzer.assessment.model import Diagnosis, Explanation

ABOUT = Explanation(
    id="child-proposal-mismatch",
    kind="diagnosis",
    needs=("child-failed",),
    title="No common proposal for the child SA",
    precedence=20,
    what="The two sides have no ESP (or AH) algorithms in common.",
    why="Encryption, integrity, key length, ESN or mode are configured differently.",
    wire="NO_PROPOSAL_CHOSEN in IKE_AUTH, CREATE_CHILD_SA or after quick mode's first message; encrypted.",
    lookalikes=(
        "Without keys: a traffic selector mismatch has the same length. A kernel that refuses the SA "
        "makes its daemon answer the same."
    ),
    advice="Align the ESP proposals of both sides, key lengths and PFS included.",
    references=("RFC 7296 2.7", "RFC 2407 4.5"),
)


def diagnose(case: Case) -> Diagnosis | None:
    """Named by the decrypted notify, or a candidate beside child-negotiation-failed."""
    if not case.child_failed:
        return None
    error = case.child_error()
    if child_cause(case) == ABOUT.id and error is not None:
        detail = f"{case.notify_name(error)} in {case.n.failed_at} from the {case.n.failed_by}."
        return case.diagnosis(ABOUT, error.confidence, case.failed_child_frames(), detail, "decrypted notify")
    if error is not None or case.n.failed_by == "none":
        return None
    basis = "one of the reasons that the wire cannot tell apart"
    return case.diagnosis(ABOUT, "possible", case.failed_child_frames(), "Fits the refusal of the child SA.", basis)
