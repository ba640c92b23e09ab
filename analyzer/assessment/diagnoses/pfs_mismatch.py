"""PFS group configured differently."""

from analyzer.assessment.case import Case
from analyzer.assessment.causes import child_cause, wanted_group
from analyzer.assessment.mismatch import compare_child
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
    """The notify says so, the group is all that differs, or a later child SA failed where an earlier one came up."""
    if not case.child_failed or case.n.failed_by == "none":
        return None
    named, error, frames = child_cause(case), case.child_error(), case.failed_child_frames()
    if named == ABOUT.id and error is not None:
        detail = f"{case.notify_name(error)} in {case.n.failed_at}, and no agreement after it."
        group = wanted_group(case)
        advice = None
        if group is not None:
            detail += f" Wanted: {group}."
            advice = f"Smallest change: {group} as the PFS group of the side that asked, or its group on the other."
        # never certain: the agreement may be missing from the capture
        return case.diagnosis(ABOUT, "likely", frames, detail, "decrypted notify, and silence after it", advice)
    if case.n.failed_at not in ("CREATE_CHILD_SA", "QUICK_MODE") or named not in (None, "child-proposal-mismatch"):
        return None
    if error is not None and named is None:
        return None  # another error, with a name of its own
    child = case.failed_child()
    compared = compare_child(case, child) if child is not None and case.offers_of(child) else None
    if compared is not None and compared.found:
        if "ke" not in compared.kinds:
            return None
        basis = f"{compared.basis}; the group is among what differs"
        return case.diagnosis(ABOUT, "likely", (*frames, *compared.frames), compared.text, basis, compared.advice)
    earlier = any(c.outcome == "established" for c in case.n.children)
    if not earlier and case.n.failed_at == "CREATE_CHILD_SA":
        return None
    detail = "An earlier child SA came up; this one was refused." if earlier else "Quick mode was refused."
    return case.diagnosis(ABOUT, "possible", frames, detail, "one of the reasons that the wire cannot tell apart")
