"""Traffic selectors do not fit."""

from analyzer.assessment.case import Case
from analyzer.assessment.causes import child_cause
from analyzer.assessment.model import Diagnosis, Explanation

ABOUT = Explanation(
    id="traffic-selector-mismatch",
    kind="diagnosis",
    needs=("child-failed",),
    title="The traffic selectors do not fit",
    precedence=21,
    what="The networks that one side wants to connect are not those that the other has configured.",
    why=(
        "Subnets, protocols or ports differ; one side has a single pair of addresses, the other networks; "
        "one is route-based (0.0.0.0/0), the other policy-based."
    ),
    wire="TS_UNACCEPTABLE (IKEv1: INVALID-ID-INFORMATION in phase 2); encrypted.",
    lookalikes="Without keys: a child proposal mismatch has the same length.",
    advice="Mirror the networks of both sides exactly; for route-based gateways use 0.0.0.0/0 on both.",
    references=("RFC 7296 2.9", "RFC 2409 5.5"),
)


def diagnose(case: Case) -> Diagnosis | None:
    """Named by the decrypted notify, or a candidate beside child-negotiation-failed."""
    if not case.child_failed:
        return None
    error = case.child_error()
    if child_cause(case) == ABOUT.id and error is not None:
        detail = f"{case.notify_name(error)} in {case.n.failed_at} from the {case.n.failed_by}."
        child = next((c for c in reversed(case.n.children) if c.initiator_ts and c.responder_ts), None)
        if child is not None and child.initiator_ts and child.responder_ts:
            detail += f" Asked for: {', '.join(child.initiator_ts)} to {', '.join(child.responder_ts)}."
        return case.diagnosis(ABOUT, error.confidence, case.failed_child_frames(), detail, "decrypted notify")
    if error is not None or case.n.failed_by == "none":
        return None
    basis = "one of the reasons that the wire cannot tell apart"
    return case.diagnosis(ABOUT, "possible", case.failed_child_frames(), "Fits the refusal of the child SA.", basis)
