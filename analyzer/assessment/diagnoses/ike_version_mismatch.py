"""The peer does not speak this IKE version."""

from analyzer.assessment.case import Case, frames
from analyzer.assessment.causes import IN_CLEAR
from analyzer.assessment.mismatch import compare
from analyzer.assessment.model import Diagnosis, Explanation
from analyzer.assessment.refused import other_version_only, refused_at_first
from analyzer.assessment.scene import first_step
from analyzer.assessment.traits import Trait
from analyzer.isakmp.numbers import NotifyV2
from analyzer.negotiation.conclude.other_version import version_refusal

ABOUT = Explanation(
    id="ike-version-mismatch",
    kind="diagnosis",
    title="The peer does not speak this IKE version",
    what="The responder is configured for the other IKE version only.",
    why="Peers that know only IKEv1 or only IKEv2 for a connection refuse the other version.",
    wire=(
        "INVALID_MAJOR_VERSION, often in a message of the responder's own version; or NO_PROPOSAL_CHOSEN in clear, the "
        "same bytes as a proposal mismatch."
    ),
    lookalikes="A proposal mismatch: without knowledge of the responder the two look the same on the wire.",
    advice="Set both peers to IKEv2; update the side that cannot.",
    references=("RFC 7296 2.5", "RFC 2408 5.2"),
)
NEEDS = (Trait.IKE_FAILED,)


def diagnose(case: Case) -> Diagnosis | None:
    """Said outright, or possible behind NO_PROPOSAL_CHOSEN.

    Likely where the responder answers only in the other version.
    """
    version = case.n.ike_version
    refusal = version_refusal(case.n) if case.ike_failed and case.n.chosen_frame is None else None
    if refusal is not None and refusal.name == case.n.failure:
        own = refusal.ike_version == version
        how = "" if own else f", in an IKEv{refusal.ike_version} message that copies the initiator SPI,"
        detail = f"{refusal.name}{how} as the answer to IKEv{version}."
        return case.diagnosis(ABOUT, "likely", frames(first_step(case.n), refusal.step), detail, IN_CLEAR)
    error = refused_at_first(case, NotifyV2.INVALID_MAJOR_VERSION)
    if error is not None:
        detail = f"{case.notify_name(error)} as the answer to IKEv{version}."
        return case.diagnosis(ABOUT, "likely", (error.step.frame_number,), detail, IN_CLEAR)
    error = refused_at_first(case, NotifyV2.NO_PROPOSAL_CHOSEN)
    if error is None:
        return None
    detail = f"{case.notify_name(error)} in clear is what an IKEv{3 - version}-only peer answers too."
    only = other_version_only(case)
    if only is not None:
        return case.diagnosis(ABOUT, "likely", (error.step.frame_number,), detail, only)
    if case.scene.knowledge.speaks(case.n.responder_ip, version) or compare(case).found:
        return None
    basis = "a proposal mismatch looks the same on the wire"
    return case.diagnosis(ABOUT, "possible", (error.step.frame_number,), detail, basis)
