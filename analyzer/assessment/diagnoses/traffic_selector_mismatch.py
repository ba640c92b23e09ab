"""Traffic selectors do not fit."""

from analyzer.assessment.case import Case
from analyzer.assessment.causes import failed_child, reason
from analyzer.assessment.model import Diagnosis, Explanation
from analyzer.assessment.scene import pair
from analyzer.assessment.traits import Trait
from analyzer.negotiation.seen import ChildSa

ABOUT = Explanation(
    id="traffic-selector-mismatch",
    kind="diagnosis",
    title="The traffic selectors do not fit",
    what="The networks that one side wants to connect are not those that the other has configured.",
    why=(
        "Subnets, protocols or ports differ; one side has a single pair of addresses, the other networks; "
        "one is route-based (0.0.0.0/0), the other policy-based."
    ),
    wire="TS_UNACCEPTABLE (IKEv1: INVALID-ID-INFORMATION in phase 2); encrypted.",
    lookalikes=(
        "Without keys: a child proposal mismatch has the same length. Some gateways do not answer a quick mode "
        "with selectors they do not have."
    ),
    advice=(
        "Mirror the networks of both sides exactly, and no wider than what shall go through the tunnel. Where one side "
        "is route-based, give it the other's networks as selectors (proxy IDs)."
    ),
    references=("RFC 7296 2.9", "RFC 2409 5.5"),
)
NEEDS = (Trait.FAILED,)


LOOKED_AT = 32  # negotiations of the pair, for selectors that were agreed on


def diagnose(case: Case) -> Diagnosis | None:
    """Named by the decrypted notify, or a candidate beside child-negotiation-failed."""
    why = reason(case, ABOUT.id)
    if why is None:
        return None
    detail, frames = why.detail, why.frames
    child = failed_child(case)
    if child is not None and child.initiator_ts and child.responder_ts:
        detail += f" Asked for: {_pair(child)}."
    agreed = _agreed_elsewhere(case) if why.named else None
    if agreed is not None:
        detail += f" Elsewhere in this capture the two agreed on {_pair(agreed)}."
        frames = (*frames, agreed.response_frame or agreed.frame_number)
    return case.diagnosis(ABOUT, why.confidence, frames, detail, why.basis)


def _pair(child: ChildSa) -> str:
    return f"{', '.join(child.initiator_ts or ())} to {', '.join(child.responder_ts or ())}"


def _agreed_elsewhere(case: Case) -> ChildSa | None:
    """A child SA in the same direction whose selectors were accepted and could be read."""
    for _, n in case.scene.by_pair[pair(case.n)][:LOOKED_AT]:
        if n.initiator_ip == case.n.initiator_ip:
            for child in n.children:
                if child.outcome == "established" and child.initiator_ts and child.responder_ts:
                    return child
    return None
