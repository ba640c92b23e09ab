"""Post-quantum key exchange offered, classical one chosen."""

from collections.abc import Iterator

from analyzer.assessment.algorithms import Algorithm
from analyzer.assessment.case import Case
from analyzer.assessment.model import Explanation, Finding
from analyzer.assessment.traits import Trait
from analyzer.assessment.verdicts import post_quantum
from analyzer.negotiation.seen import Offer

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
NEEDS = (Trait.IKEV2,)


_FIRST_OFFER, _WITHOUT_KE = "IKE_SA_INIT", "IKE_AUTH"


def find(case: Case) -> Iterator[Finding]:
    """One finding for each SA whose offer and answer could both be read: what one SA chose says nothing of another.

    The first child SA has no key exchange of its own, whatever is offered for it (RFC 7296 section 1.2).
    """
    if case.n.ike_version != 2 or not case.seen.terms.chosen or case.n.outcome == "probe":
        return
    read = [(offer, _post_quantum(case, offer)) for offer in case.n.offers]
    if not any(found for offer, found in read if not offer.chosen):
        return
    made_by = {s.frame_number: e for e in case.exchanges for s in e.steps}
    offered: dict[tuple[str, int], tuple[Offer, Algorithm | None]] = {}
    answers: dict[tuple[str, int], tuple[Offer, Algorithm | None]] = {}
    for offer, found in read:
        exchange = made_by.get(offer.frame_number)
        if exchange is None or exchange.exchange == _WITHOUT_KE:
            continue
        # With COOKIE and INVALID_KE_PAYLOAD there are several IKE_SA_INIT: the last request is the one that is answered
        key = exchange.exchange, 0 if exchange.exchange == _FIRST_OFFER else exchange.first_frame
        (answers if offer.chosen else offered)[key] = offer, found
    for key, (offer, found) in offered.items():
        answer, kept = answers.get(key, (None, None))
        if found is not None and answer is not None and answer.sa.whole and kept is None:
            frames = (offer.frame_number, answer.frame_number)
            detail = f"{found.name} was offered for {_what(offer, key[0])} and not chosen."
            yield case.finding(ABOUT, found.name, frames, detail)


def _post_quantum(case: Case, offer: Offer) -> Algorithm | None:
    facts = case.scene.verdicts.sa(2, offer.sa, child=offer.child is not None)
    return next(filter(post_quantum, facts.algorithms), None) if facts.post_quantum else None


def _what(offer: Offer, exchange: str) -> str:
    if offer.child is not None:
        return f"child SA {offer.child}"
    return "the IKE SA" if exchange == _FIRST_OFFER else "the rekeyed IKE SA"
