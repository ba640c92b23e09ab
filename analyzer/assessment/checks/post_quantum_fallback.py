"""Post-quantum key exchange offered, classical one chosen."""

from collections.abc import Iterator

from analyzer.assessment.case import Case
from analyzer.assessment.model import Explanation, Finding
from analyzer.assessment.verdicts import post_quantum

ABOUT = Explanation(
    id="post-quantum-fallback",
    kind="check",
    needs=("ikev2", "chosen", "offered:post-quantum"),
    title="Post-quantum key exchange offered, classical one chosen",
    severity="low",
    what="The initiator offered ML-KEM, the responder chose a key exchange without it.",
    why=(
        "What is recorded today may be read once large quantum computers exist, although the initiator "
        "could have prevented it."
    ),
    wire="KE or ADDKE transforms 35 to 37 in the offer and none of them in the answer.",
    lookalikes="A responder that does not know ML-KEM yet: the usual case.",
    advice="Update the responder, or configure ML-KEM there.",
    references=("RFC 9370",),
)


def find(case: Case) -> Iterator[Finding]:
    """At most one finding."""
    n = case.n
    if n.suite is None or n.chosen_frame is None:
        return
    if any(post_quantum(a) for facts, _ in case.chosen[:1] for a in facts.algorithms):
        return
    for facts, frame in case.offered:
        offer = next(filter(post_quantum, facts.algorithms), None)
        if offer is not None:
            yield case.finding(ABOUT, offer.name, (frame, n.chosen_frame), f"{offer.name} was offered and not chosen.")
            return
