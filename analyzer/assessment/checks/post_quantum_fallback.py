"""Post-quantum key exchange offered, classical one chosen."""

from collections.abc import Iterator

from analyzer.assessment.algorithms import Algorithm
from analyzer.assessment.case import Case
from analyzer.assessment.model import Explanation, Finding
from analyzer.assessment.verdicts import post_quantum
from analyzer.negotiation.model import Offer

ABOUT = Explanation(
    id="post-quantum-fallback",
    kind="check",
    title="Post-quantum key exchange offered, classical one chosen",
    severity="low",
    what="ML-KEM was offered for an SA, and a key exchange without it chosen for the same SA.",
    why=(
        "What is recorded today may be read once large quantum computers exist, although the initiator "
        "could have prevented it."
    ),
    wire=(
        "KE or ADDKE transforms 35 to 37 in the offer and none of them in the answer. Of child SAs and of IKE SAs that "
        "are rekeyed only keys show it."
    ),
    lookalikes="A responder that does not know ML-KEM yet: the usual case.",
    advice="Update the responder, or configure ML-KEM there.",
    references=("RFC 9370",),
)


_FIRST_OFFER, _WITHOUT_KE = "IKE_SA_INIT", "IKE_AUTH"


def find(case: Case) -> Iterator[Finding]:
    """One finding for each SA whose offer and answer could both be read: what one SA chose says nothing of another.

    The first child SA has no key exchange of its own, whatever is offered for it (RFC 7296 section 1.2).
    """
    if case.n.ike_version != 2 or not case.chosen or case.n.outcome == "probe":
        return
    made_by = {s.frame_number: e for e in case.exchanges for s in e.steps}
    offered: dict[tuple[str, int], tuple[Algorithm, Offer]] = {}
    answers: dict[tuple[str, int], tuple[Offer, bool]] = {}
    for offer in case.n.offers:
        exchange = made_by.get(offer.frame_number)
        if exchange is None or exchange.exchange == _WITHOUT_KE:
            continue
        first = exchange.exchange == _FIRST_OFFER  # with COOKIE and INVALID_KE_PAYLOAD there are several
        key = exchange.exchange, 0 if first else exchange.first_frame
        facts = case.scene.verdicts.sa(2, offer.sa, child=offer.child is not None)
        found = next(filter(post_quantum, facts.algorithms), None)
        if offer.chosen:
            answers[key] = offer, found is not None
        elif found is not None:
            offered[key] = found, offer
    for key, (algorithm, offer) in offered.items():
        answer, kept = answers.get(key, (None, False))
        if answer is not None and not kept:
            what = "the IKE SA" if offer.child is None else f"child SA {offer.child}"
            frames = (offer.frame_number, answer.frame_number)
            detail = f"{algorithm.name} was offered for {what} and not chosen."
            yield case.finding(ABOUT, algorithm.name, frames, detail)
