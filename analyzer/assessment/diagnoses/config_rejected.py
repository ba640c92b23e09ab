"""Configuration refused."""

from analyzer.assessment.authentication import ends_in_mode_config
from analyzer.assessment.case import Case
from analyzer.assessment.model import Diagnosis, Explanation
from analyzer.assessment.traits import Trait
from analyzer.isakmp.numbers import NotifyV2
from analyzer.vocabulary import Confidence

ABOUT = Explanation(
    id="config-rejected",
    kind="diagnosis",
    title="No inner address, or configuration refused",
    what="The exchange of configuration (inner address, DNS and the like) failed.",
    why=(
        "The address pool is empty or missing, the gateway insists on a configuration request, or the "
        "client cannot use what it got."
    ),
    wire=(
        "IKEv2: INTERNAL_ADDRESS_FAILURE or FAILED_CP_REQUIRED, visible with keys. IKEv1: the client ends "
        "the SA after a mode config transaction that it began itself."
    ),
    lookalikes="Without keys IKEv2 shows a failed child SA only.",
    advice="Check the gateway's address pool and what the client asks for.",
    references=("RFC 7296 3.15.4, 2.19", "draft-dukes-ike-mode-cfg"),
)
NEEDS = (Trait.FAILED,)


def diagnose(case: Case) -> Diagnosis | None:
    """The notify itself, or an IKEv1 mode config that the client gave up."""
    if case.n.ike_version == 2:
        error = case.error(NotifyV2.INTERNAL_ADDRESS_FAILURE, NotifyV2.FAILED_CP_REQUIRED)
        if error is None or not case.failed:
            return None
        frames = (error.step.frame_number,)
        return case.diagnosis(ABOUT, error.confidence, frames, f"{case.notify_name(error)}.", "the notify itself")
    if case.n.failed_at == "TRANSACTION" and ends_in_mode_config(case) and not case.n.of_type("QUICK_MODE"):
        detail = "The last transaction is the initiator's own (mode config), and no quick mode follows."
        sure: Confidence = "possible" if case.n.failed_by == "none" else "likely"  # not answered: perhaps not refused
        return case.diagnosis(ABOUT, sure, case.frames_of("TRANSACTION"), detail, case.n.outcome_basis)
    return None
