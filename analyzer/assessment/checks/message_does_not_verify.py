"""Message that the keys of its SA do not open."""

from collections.abc import Iterator

from analyzer.assessment.case import Case
from analyzer.assessment.model import Explanation, Finding
from analyzer.assessment.traits import Trait
from analyzer.assessment.unverified import fitting, sealed
from analyzer.negotiation.seen import UNOPENED_KEPT
from analyzer.vocabulary import Severity

ABOUT = Explanation(
    id="message-does-not-verify",
    kind="check",
    title="Message that the keys of its SA do not verify",
    severity="low",
    what="Keys were given for the SPIs of this SA, and the integrity check of a message fails under them.",
    why=(
        "Either the message was altered on its way, or the keys are not this SA's. A peer drops what it cannot "
        "verify without a word (RFC 7296 section 2.4): to its sender that looks like a path that is blocked."
    ),
    wire="An SK or SKF payload whose integrity checksum or AEAD tag does not fit.",
    lookalikes=(
        "A key file of another attempt with the same SPIs, or one with the directions exchanged. A message that "
        "somebody else sent with the SPIs of this SA."
    ),
    advice=(
        "Capture at the sender and at the receiver and compare the bytes of the message: if they differ, a device "
        "between the two alters them; if not, look for the right keys."
    ),
    references=("RFC 7296 2.4, 3.14",),
)
NEEDS = (Trait.UNOPENED,)


def find(case: Case) -> Iterator[Finding]:
    """One finding for all messages of the SA, which IKEv2 only can know: IKEv1 has no integrity checksum.

    Where nothing of the SA verifies it is about the key file, most likely, and a remark only.
    """
    frames = case.n.unopened
    if not frames:
        return
    known, unopened = fitting(case.n), set(frames)
    hurt = {sealed(e, s.from_initiator) for e in case.exchanges for s in e.steps if s.frame_number in unopened}
    count = "1 message does" if len(frames) == 1 else f"{len(frames)} messages do"
    if len(frames) == UNOPENED_KEPT:
        count = f"At least {count}"
    cause, others = "other keys, or altered on the way", "No message of this SA does: it is judged without keys."
    if hurt <= known:
        cause, others = "altered on the way", "Others of the same side do: the keys are the right ones."
    elif known:
        others = "Others of this SA do, but not of the same side under the same keys."
    detail = f"{count} not verify under the keys given: {cause}. {others}"
    severity: Severity | None = None if known else "info"
    yield case.finding(ABOUT, "integrity check", frames, detail, severity=severity, confidence="likely")
