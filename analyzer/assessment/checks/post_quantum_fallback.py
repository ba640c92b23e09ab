"""Post-quantum key exchange offered, classical one chosen."""

from collections.abc import Iterator

from analyzer.assessment.algorithms import POST_QUANTUM
from analyzer.assessment.case import Case
from analyzer.assessment.model import Explanation, Finding

ABOUT = Explanation(
    id="post-quantum-fallback",
    kind="check",
    ike_version=2,
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
    if POST_QUANTUM & {n.suite.ke_id, *n.suite.additional_ke_ids}:
        return
    for offer in case.ike_offers():
        for algorithm in case.scene.verdicts.sa(2, offer.sa, child=False).algorithms:
            if algorithm.kind == "ke" and algorithm.number in POST_QUANTUM:
                frames = (offer.frame_number, n.chosen_frame)
                yield case.finding(ABOUT, algorithm.name, frames, f"{algorithm.name} was offered and not chosen.")
                return
