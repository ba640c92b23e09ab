"""Message that the keys of its SA do not open."""

from collections.abc import Iterator

from analyzer.assessment.case import Case
from analyzer.assessment.model import Explanation, Finding
from analyzer.negotiation.follow.opening import UNOPENED_KEPT

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


def find(case: Case) -> Iterator[Finding]:
    """One finding for all messages of the SA, which IKEv2 only can know: IKEv1 has no integrity checksum."""
    frames = case.n.unopened
    if not frames:
        return
    count = "1 message does" if len(frames) == 1 else f"{len(frames)} messages do"
    if len(frames) == UNOPENED_KEPT:
        count = f"At least {count}"
    others = "Others of this SA do: the keys are the right ones." if case.n.decrypted else "No message of this SA does."
    detail = f"{count} not verify under the keys given: altered on the way, or other keys. {others}"
    yield case.finding(ABOUT, "integrity check", frames, detail, confidence="likely")
