"""Malformed IKEv1 messages of negotiations in which a side shows itself as Windows."""

from collections.abc import Iterator

from analyzer.assessment.case import Case
from analyzer.assessment.damage import damaged, is_cut
from analyzer.assessment.lives import FRAMES_KEPT
from analyzer.assessment.model import Explanation, Finding
from analyzer.assessment.traits import Trait
from analyzer.negotiation.follow.windows import LYING, VENDOR_ID

ABOUT = Explanation(
    id="windows-malformed-ikev1",
    kind="check",
    title="Malformed IKEv1 messages of or to Windows",
    severity="medium",
    what=(
        "A message of an IKEv1 negotiation says lengths, or a fragment's number, that cannot be, and one of its sides "
        "shows itself as Windows."
    ),
    why=(
        "The IKE service of Windows ran code of such messages before any authentication: the pattern of CVE-2022-34721 "
        "as far as it is public. Which bytes do it is not, so that this rule is general, and only possible."
    ),
    wire=(
        "A length beyond the end of its message, or a fragment (payload 132) of number 0, where either side sends the "
        "vendor ID MS NT5 ISAKMPOAKLEY."
    ),
    lookalikes="A fuzzer or a test; a device that damages packets. What the capture cut is not judged.",
    advice="See who sends it and whether the receiver goes on answering; keep Windows updated; filter UDP 500, 4500.",
    references=("pattern of CVE-2022-34721",),
)
NEEDS = (Trait.IKEV1 | Trait.DAMAGED,)

_ODD = LYING | {"wire-fragment-number"}


def find(case: Case) -> Iterator[Finding]:
    """One finding for each side of a negotiation in which one shows itself as Windows."""
    n = case.n
    if n.ike_version != 1 or not case.damaged:
        return
    odd = [s for s in damaged(case) if not _ODD.isdisjoint(s.defects) and not is_cut(s)]
    if not odd or not any(data.startswith(VENDOR_ID) for step in n.steps() for data in step.vendor_ids):
        return
    for from_initiator in (True, False):
        frames = tuple(s.frame_number for s in odd if s.from_initiator == from_initiator)
        if frames:
            source, target = (n.initiator_ip, n.responder_ip)[:: 1 if from_initiator else -1]
            detail = f"Malformed IKEv1 messages to {target}: {len(frames)}."
            yield case.finding(ABOUT, source, frames[:FRAMES_KEPT], detail, confidence="possible")
