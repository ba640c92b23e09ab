"""Flag V: a side can speak a higher version than its messages have."""

from collections.abc import Iterator

from analyzer.assessment.case import Case
from analyzer.assessment.damage import damaged
from analyzer.assessment.model import Explanation, Finding
from analyzer.assessment.traits import Trait
from analyzer.vocabulary import Severity

ABOUT = Explanation(
    id="version-flag-set",
    kind="check",
    title="Flag V: a higher version than the one used",
    severity="low",
    what="A side says by flag V that it can speak a higher major version than that of its messages.",
    why=(
        "Where both sides set it, somebody may have made them use the older version (RFC 7296 2.5). Above 2 there is "
        "none, and IKEv2 has the flag cleared: there it is a fault of an implementation, a fuzzer, or a changed header."
    ),
    wire="Header flags with 0x10. IKEv1: medium if both sides set it.",
    lookalikes="RFC 2408 has that bit reserved: an IKEv1 peer may set it without any meaning.",
    advice="Find out what sends it; compare with what the peer says that it sent, if the header may have been changed.",
    references=("RFC 7296 2.5", "RFC 7296 3.1"),
)
NEEDS = (Trait.DAMAGED,)

_FRAMES = 10


def find(case: Case) -> Iterator[Finding]:
    """One finding for each side."""
    found: dict[bool, list[int]] = {}
    for step in damaged(case) if case.damaged else ():
        if "wire-version-flag" in step.defects:
            found.setdefault(step.from_initiator, []).append(step.frame_number)
    for from_initiator, frames in found.items():
        source = case.n.initiator_ip if from_initiator else case.n.responder_ip
        detail = f"Messages with flag V: {len(frames)}."
        severity: Severity = "medium" if case.n.ike_version == 1 and len(found) > 1 else "low"
        yield case.finding(ABOUT, source, tuple(frames[:_FRAMES]), detail, severity=severity)
