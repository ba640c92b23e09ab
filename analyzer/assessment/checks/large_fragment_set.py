"""IKEv1 message in fragments of more than 32 kB."""

from collections.abc import Iterator, Sequence

from analyzer.assessment.case import Case
from analyzer.assessment.model import Explanation, Finding
from analyzer.assessment.traits import Trait
from analyzer.negotiation.model import Step
from analyzer.vocabulary import side

ABOUT = Explanation(
    id="large-fragment-set",
    kind="check",
    title="IKEv1 message in fragments of more than 32 kB",
    severity="medium",
    what="The vendor fragments of one IKEv1 message hold more than 32,768 bytes together.",
    why=(
        "They are put together before their sender is authenticated; in Cisco IOS a larger set than its buffer wrote "
        "beyond it (pattern of CVE-2024-20307 and CVE-2024-20308)."
    ),
    wire="Payloads 132 with ascending numbers in one exchange whose data add up to more than 32,768 bytes.",
    lookalikes="A message that really is that large: certificates and revocation lists rarely are above 10 kB.",
    advice="Update the receiver; where no peer needs them, switch IKEv1 fragments off there, or IKEv1 itself.",
    references=("pattern of CVE-2024-20307", "pattern of CVE-2024-20308"),
)
NEEDS = (Trait.IKEV1 | Trait.FRAGMENTED,)

MOST_BYTES = 32_768
_HEADERS = 28 + 8  # of the message, and of the fragment's payload
_FRAMES_KEPT = 10


def find(case: Case) -> Iterator[Finding]:
    """At most one finding for each side, about its largest message."""
    if case.n.ike_version != 1 or not case.fragmented:
        return
    for from_initiator in (True, False):
        sets = [s for e in case.exchanges if e.figure.fragmented for s in _sets(e.sent_by(from_initiator))]
        pieces = max(sets, key=_size, default=[])
        if _size(pieces) > MOST_BYTES:
            frames = tuple(step.frame_number for step in pieces[:_FRAMES_KEPT])
            subject = case.n.initiator_ip if from_initiator else case.n.responder_ip
            detail = f"{len(pieces)} fragments of the {side(from_initiator)} with {_size(pieces)} bytes together."
            yield case.finding(ABOUT, subject, frames, detail, confidence="possible")


def _sets(steps: list[Step]) -> list[list[Step]]:
    """Fragments in order; with a number that was there a new set begins."""
    sets: list[list[Step]] = []
    numbers: set[int] = set()
    for step in steps:
        if step.fragment is None:
            continue
        if not sets or step.fragment[0] in numbers:
            sets.append([])
            numbers.clear()
        sets[-1].append(step)
        numbers.add(step.fragment[0])
    return sets


def _size(pieces: Sequence[Step]) -> int:
    """Bytes of the message that the fragments are of, at most."""
    return sum(max(step.length - _HEADERS, 0) for step in pieces)
