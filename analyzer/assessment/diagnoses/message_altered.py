"""Message altered on the path."""

from analyzer.assessment.case import Case, frames
from analyzer.assessment.model import Diagnosis, Explanation
from analyzer.assessment.silence import last_unanswered
from analyzer.negotiation.model import Step
from analyzer.vocabulary import Confidence

ABOUT = Explanation(
    id="message-altered",
    kind="diagnosis",
    title="A message was altered on the path",
    what="The message at which the exchange stops does not verify under the keys given for this SA.",
    why=(
        "A device between the peers changed bytes of it. The receiver drops what it cannot verify without a word "
        "(RFC 7296 section 2.4), so the sender goes on repeating it."
    ),
    wire=(
        "An SK or SKF payload whose checksum or AEAD tag does not fit, in an exchange that stays unanswered, or whose "
        "request is repeated behind its answer."
    ),
    lookalikes=(
        "Keys of another attempt under the same SPIs, or with the directions exchanged: then no message of that side "
        "verifies. A blocked port, if the keys are not this SA's."
    ),
    advice=(
        "Capture at the sender and at the receiver and compare the bytes of the message; look at devices between the "
        "two that inspect, translate or offload checksums of UDP 500 and 4500."
    ),
    references=("RFC 7296 2.4, 3.14",),
)


def diagnose(case: Case) -> Diagnosis | None:
    """The last exchange waits for an answer, and a message in it does not verify (IKEv2: IKEv1 has no checksum)."""
    unopened = set(case.n.unopened)
    stopped = last_unanswered(case) if unopened else None
    if stopped is None:
        return None
    hurt = [s for s in stopped.steps if s.frame_number in unopened]
    if not hurt or any(_opened(s) for s in stopped.steps if s.from_initiator == hurt[0].from_initiator):
        return None
    repeated = [s for s in stopped.retransmissions if s.from_initiator == stopped.begun_by_initiator]
    answer = hurt[0].from_initiator != stopped.begun_by_initiator
    what = f"The {'response' if answer else 'request'} of {stopped.exchange}"
    then = "and the request is repeated behind it" if answer else "and nothing answers it"
    others = "other messages of this SA verify" if case.n.decrypted else "no message of this SA verifies: or other keys"
    detail = f"{what} (frame {hurt[0].frame_number}) does not verify under the keys of this SA, {then}."
    basis = f"the integrity check under keys given for these SPIs; {others}"
    confidence: Confidence = "likely" if repeated else "possible"
    return case.diagnosis(ABOUT, confidence, frames(*hurt, *repeated), detail, basis, absence=not answer)


def _opened(step: Step) -> bool:
    return step.inner_types is not None
