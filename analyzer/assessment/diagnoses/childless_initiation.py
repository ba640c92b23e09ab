"""No child SA was asked for, perhaps."""

from analyzer.assessment.case import Case
from analyzer.assessment.causes import failed_child, failed_child_frames
from analyzer.assessment.model import Diagnosis, Explanation
from analyzer.assessment.traits import Trait
from analyzer.isakmp.numbers import NotifyV2

ABOUT = Explanation(
    id="childless-initiation",
    kind="diagnosis",
    title="Perhaps no child SA was asked for in IKE_AUTH",
    what="The initiator may have asked for an IKE SA alone; child SAs follow by CREATE_CHILD_SA (RFC 6023).",
    why="It asks for child SAs one by one, on demand, or needs the IKE SA for something else.",
    wire=(
        "The responder announces CHILDLESS_IKEV2_SUPPORTED in IKE_SA_INIT. The IKE_AUTH response has no room for SA "
        "and traffic selectors; the request has, but other payloads may fill it."
    ),
    lookalikes="A child SA that was refused: without keys the same. Some responders announce it in every answer.",
    advice="Look whether the initiator is configured to start without a child SA; with keys the request shows it.",
    references=("RFC 6023 3, 4, 5",),
)
NEEDS = (Trait.FAILED | Trait.CHILDREN,)


def diagnose(case: Case) -> Diagnosis | None:
    """The child SA of IKE_AUTH is inferred to have failed, by a length that a childless initiation has too."""
    child = failed_child(case)
    if not case.child_failed or child is None or child.basis != "inferred" or child.created_by != "IKE_AUTH":
        return None
    for exchange in case.n.of_type("IKE_SA_INIT"):
        for step in exchange.sent_by(initiator=False):
            if any(n.notify_type == NotifyV2.CHILDLESS_IKEV2_SUPPORTED for n in step.notifies):
                frames = (step.frame_number, *failed_child_frames(case))
                detail = "The responder allows it (CHILDLESS_IKEV2_SUPPORTED), and the request could not be read."
                return case.diagnosis(ABOUT, "possible", frames, detail, "lengths of encrypted messages")
    return None
