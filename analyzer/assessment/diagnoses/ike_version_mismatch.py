"""The peer does not speak this IKE version."""

from analyzer.assessment.case import Case
from analyzer.assessment.mismatch import compare
from analyzer.assessment.model import Diagnosis, Explanation
from analyzer.assessment.refused import other_version_only, refused_at_first
from analyzer.isakmp.numbers import NotifyV2

ABOUT = Explanation(
    id="ike-version-mismatch",
    kind="diagnosis",
    title="The peer does not speak this IKE version",
    what="The responder is configured for the other IKE version only.",
    why="Peers that know only IKEv1 or only IKEv2 for a connection refuse the other version.",
    wire="INVALID_MAJOR_VERSION; or NO_PROPOSAL_CHOSEN in clear, the same bytes as a proposal mismatch.",
    lookalikes="A proposal mismatch: without knowledge of the responder the two look the same on the wire.",
    advice="Set both peers to IKEv2; update the side that cannot.",
    references=("RFC 7296 2.5", "RFC 2408 5.2"),
)


def diagnose(case: Case) -> Diagnosis | None:
    """Said outright, or possible behind NO_PROPOSAL_CHOSEN.

    Likely where the responder answers only in the other version.
    """
    version = case.n.ike_version
    error = refused_at_first(case, NotifyV2.INVALID_MAJOR_VERSION)
    if error is not None:
        detail = f"{case.notify_name(error)} as the answer to IKEv{version}."
        return case.diagnosis(ABOUT, "likely", (error.step.frame_number,), detail, "clear-text notify")
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
