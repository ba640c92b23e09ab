"""Identity far longer than names are."""

from collections.abc import Iterator

from analyzer.assessment.case import Case
from analyzer.assessment.model import Explanation, Finding
from analyzer.vocabulary import side

ABOUT = Explanation(
    id="oversized-identity",
    kind="check",
    title="Identity far longer than names are",
    severity="medium",
    what="An ID payload holds an identity of more than 520 bytes.",
    why=(
        "Identities are copied before their sender is authenticated, and one that is longer than its buffer has been "
        "used to write beyond it (pattern of CVE-2025-9242 and CVE-2025-14733)."
    ),
    wire="IDi, IDr or IKEv1's ID with more than 520 bytes of data: visible with keys, or in IKEv1's aggressive mode.",
    lookalikes="A distinguished name with very many parts: those of real certificates rarely pass 300 bytes.",
    advice="Update the receiver; see whether the sender is a peer that you know, and why its identity is so long.",
    references=("pattern of CVE-2025-9242", "pattern of CVE-2025-14733", "RFC 7296 3.5"),
)

MOST_BYTES = 520


def find(case: Case) -> Iterator[Finding]:
    """At most one finding for each side, about its longest identity."""
    for of_initiator in (True, False) if case.n.identities else ():
        long = [i for i in case.n.identities if i.from_initiator == of_initiator and i.size > MOST_BYTES]
        if long:
            longest = max(long, key=lambda identity: identity.size)
            subject = case.n.initiator_ip if of_initiator else case.n.responder_ip
            detail = f"The identity of the {side(of_initiator)} has {longest.size} bytes."
            yield case.finding(ABOUT, subject, (longest.frame_number,), detail, confidence="possible")
