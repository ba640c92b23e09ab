"""No common proposal for the child SA."""

from analyzer.assessment.case import Case
from analyzer.assessment.causes import failed_child, offers_of, reason
from analyzer.assessment.mismatch import advised, compare_child
from analyzer.assessment.model import Diagnosis, Explanation
from analyzer.assessment.traits import Trait

ABOUT = Explanation(
    id="child-proposal-mismatch",
    kind="diagnosis",
    title="No common proposal for the child SA",
    what="The two sides have no ESP (or AH) algorithms in common.",
    why="Encryption, integrity, key length, ESN or mode are configured differently.",
    wire="NO_PROPOSAL_CHOSEN in IKE_AUTH, CREATE_CHILD_SA or after quick mode's first message; encrypted.",
    lookalikes=(
        "Without keys: a traffic selector mismatch has the same length. A kernel that refuses the SA "
        "makes its daemon answer the same."
    ),
    advice=(
        "Align the ESP proposals of both sides, key lengths and PFS included. If they match, check the "
        "refusing side's log: its kernel may not support the algorithm."
    ),
    references=("RFC 7296 2.7", "RFC 2407 4.5"),
)
NEEDS = (Trait.FAILED,)


FITS = "The proposal for the child SA was refused, though its algorithms fit what is known"


def diagnose(case: Case) -> Diagnosis | None:
    """Named by the decrypted notify, or a candidate beside child-negotiation-failed; with what differs, where known."""
    why = reason(case, ABOUT.id)
    if why is None:
        return None
    child = failed_child(case)
    compared = compare_child(case, child) if child is not None and offers_of(case, child) else None
    if compared is None:
        return case.diagnosis(ABOUT, why.confidence, why.frames, why.detail, why.basis)
    differs = compared.found and compared.kinds != ("ke",)  # the group alone is pfs-mismatch
    confidence = "likely" if differs and why.confidence == "possible" else why.confidence
    basis = f"{why.basis}; {compared.basis}" if compared.basis else why.basis
    frames, detail = (*why.frames, *compared.frames), f"{why.detail} {compared.text}"
    diagnosis = case.diagnosis(ABOUT, confidence, frames, detail, basis, advised(ABOUT, compared))
    fits = bool(compared.rows) and all(row.fits for row in compared.rows)
    return diagnosis._replace(title=FITS) if fits else diagnosis
