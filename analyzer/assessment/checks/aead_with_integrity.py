"""AEAD and other ciphers, or integrity, in one proposal."""

from collections.abc import Iterator

from analyzer.assessment.algorithms import AEAD
from analyzer.assessment.bare import BARE
from analyzer.assessment.model import Explanation, Finding
from analyzer.assessment.terms import Terms
from analyzer.isakmp.numbers import ProtocolId, TransformType
from analyzer.isakmp.payloads.sa import Proposal

ABOUT = Explanation(
    id="aead-with-integrity",
    kind="check",
    title="AEAD ciphers mixed with others in one proposal",
    severity="low",
    what=(
        "A proposal offers AEAD ciphers beside others, or an AEAD cipher with an integrity algorithm that is not NONE."
    ),
    why=(
        "What such a proposal means is not defined: a peer may refuse it, or choose a pair that does not belong "
        "together. RFC 7296 3.3 wants AEAD ciphers in proposals of their own."
    ),
    wire=(
        "Transforms of one proposal: ENCR 14-16, 18-20 or 25-28 beside AES-CBC, or beside an INTEG other than 0; in "
        "the answer an AEAD cipher beside such an INTEG."
    ),
    lookalikes="AEAD and other ciphers in two proposals of one offer are right.",
    advice="Configure AEAD and other ciphers as separate proposals, AEAD first; give AEAD no integrity algorithm.",
    references=("RFC 7296 3.3", "RFC 7296 3.3.3"),
)


def find_terms(terms: Terms) -> Iterator[Finding]:
    """At most one finding for the IKE SA and one for the child SAs: the offer's, or else the answer's."""
    if terms.version != 2 or terms.probe:
        return
    said: set[bool] = set()
    for offer in sorted(terms.offers, key=lambda offer: offer.chosen):
        if not offer.sa.whole or (offer.child is not None) in said:
            continue
        mixed = next((text for p in offer.sa.proposals if (text := _mixed(p, chosen=offer.chosen))), None)
        if mixed:
            said.add(offer.child is not None)
            which = "choice" if offer.chosen else "offer"
            subject = f"{which} for the IKE SA" if offer.child is None else f"ESP {which} for child SA {offer.child}"
            yield terms.finding(ABOUT, subject, (offer.frame_number,), mixed)


def _mixed(proposal: Proposal, *, chosen: bool) -> str:
    """What is mixed in a proposal, in words; "" if nothing is."""
    if proposal.protocol_id not in (ProtocolId.IKE, ProtocolId.ESP):
        return ""
    ciphers = {t.transform_id for t in proposal.transforms if t.transform_type == TransformType.ENCR}
    integrity = {t.transform_id for t in proposal.transforms if t.transform_type == TransformType.INTEG} - {0}
    if ciphers.isdisjoint(AEAD):
        return ""
    if chosen:
        return "An AEAD cipher was chosen together with an integrity algorithm." if integrity else ""
    if not ciphers.isdisjoint(BARE):
        return f"Proposal {proposal.number} offers AEAD ciphers and others together."
    return f"Proposal {proposal.number} offers AEAD ciphers with an integrity algorithm." if integrity else ""
