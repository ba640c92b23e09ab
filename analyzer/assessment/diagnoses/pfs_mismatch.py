"""PFS group configured differently."""

from analyzer.assessment.case import Case
from analyzer.assessment.causes import child_cause
from analyzer.assessment.model import Diagnosis, Explanation

ABOUT = Explanation(
    id="pfs-mismatch",
    kind="diagnosis",
    needs=("child-failed",),
    title="The PFS groups differ",
    precedence=22,
    what="One side wants a new key exchange for child SAs, with a group that the other does not accept.",
    why=(
        "IKEv2's first child SA needs no group of its own, so the difference shows at the first rekey "
        "only, often hours later."
    ),
    wire=(
        "A child SA works, then CREATE_CHILD_SA (IKEv1: quick mode) is refused. With keys: "
        "INVALID_KE_PAYLOAD, or NO_PROPOSAL_CHOSEN for a proposal with a KE transform."
    ),
    lookalikes="ESP proposals that differ for another reason.",
    advice="Set the same PFS group on both sides, or none on both.",
    references=("RFC 7296 1.3.1, 1.3.3", "RFC 2409 5.5"),
)


def diagnose(case: Case) -> Diagnosis | None:
    """A later child SA failed where an earlier one came up, or the notify says so."""
    if not case.child_failed or case.n.failed_by == "none":
        return None
    frames = case.failed_child_frames()
    error = case.child_error()
    if child_cause(case) == ABOUT.id and error is not None:
        detail = f"{case.notify_name(error)} in {case.n.failed_at}, and no agreement after it."
        return case.diagnosis(ABOUT, error.confidence, frames, detail, "decrypted notify")
    if case.n.failed_at not in ("CREATE_CHILD_SA", "QUICK_MODE") or child_cause(case) not in (
        None,
        "child-proposal-mismatch",
    ):
        return None
    earlier = any(c.outcome == "established" for c in case.n.children)
    if not earlier and case.n.failed_at == "CREATE_CHILD_SA":
        return None
    detail = "An earlier child SA came up; this one was refused." if earlier else "Quick mode was refused."
    return case.diagnosis(ABOUT, "possible", frames, detail, "one of the reasons that the wire cannot tell apart")
