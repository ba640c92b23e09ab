"""IKE fragment whose length cannot be."""

from collections.abc import Iterator

from analyzer.assessment.case import Case
from analyzer.assessment.damage import damaged, is_cut
from analyzer.assessment.model import Explanation, Finding
from analyzer.assessment.traits import Trait
from analyzer.isakmp.numbers import PayloadV1
from analyzer.negotiation.model import Step

ABOUT = Explanation(
    id="ike-fragment-length",
    kind="check",
    title="IKE fragment whose length cannot be",
    severity="high",
    what="An IKE Fragmentation payload (132) says a length below that of its own fields, or beyond its message's end.",
    why=(
        "Such lengths overflowed the heap of Cisco ASA before any authentication: the pattern of CVE-2016-1287. What "
        "the receiver made of it is not seen."
    ),
    wire=(
        "Payload type 132 with a payload length below 8 (generic header, fragment ID, number and flags) or beyond the "
        "end of the message. High where the receiver announced FRAGMENTATION by its vendor ID, else medium."
    ),
    lookalikes="A capture that cut the packet is not reported. A test or a fuzzer sends the same bytes.",
    advice="See who sends it. Update a Cisco ASA of that time; IKEv1 and its fragmentation are better switched off.",
    references=("CVE-2016-1287",),
)
NEEDS = (Trait.DAMAGED,)

_FRAGMENTATION = bytes.fromhex("4048b7d56ebce88525e7de7f00d6c2d3")  # MD5 of the word; numbers may follow
_FRAGMENT = int(PayloadV1.FRAGMENT)
_LYING = frozenset({"wire-payload-length", "wire-payload-short", "wire-payload-overlong"})
_FRAMES = 10


def find(case: Case) -> Iterator[Finding]:
    """One finding for each side that sends such."""
    found: dict[bool, list[Step]] = {}
    for step in damaged(case) if case.damaged else ():
        last = step.payload_types[-1:] == (_FRAGMENT,)
        if last and not _LYING.isdisjoint(step.defects) and not is_cut(step) and not step.encrypted:
            found.setdefault(step.from_initiator, []).append(step)
    for from_initiator, steps in found.items():
        announced = _announces(case, initiator=not from_initiator)
        source = case.sender(steps[0])
        frames = tuple(s.frame_number for s in steps[:_FRAMES])
        said = "announced FRAGMENTATION" if announced else "is not seen to announce FRAGMENTATION"
        detail = f"Messages with such a payload: {len(steps)}. The receiver {said}."
        yield case.finding(
            ABOUT,
            source,
            frames,
            detail,
            severity="high" if announced else "medium",
            confidence="likely" if announced else "possible",
        )


def _announces(case: Case, *, initiator: bool) -> bool:
    """A side's vendor IDs say that it takes such fragments."""
    sent = (data for s in case.n.steps() if s.from_initiator == initiator for data in s.vendor_ids)
    return any(data.startswith(_FRAGMENTATION) for data in sent)
