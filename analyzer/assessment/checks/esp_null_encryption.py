"""ESP without encryption."""

from collections.abc import Collection, Iterator
from typing import Final

from analyzer.assessment.algorithms import NULL_ENCRYPTION
from analyzer.assessment.model import Explanation, Finding
from analyzer.assessment.terms import Terms
from analyzer.isakmp.numbers import ProtocolId, TransformType
from analyzer.negotiation.seen import Offer

ABOUT = Explanation(
    id="esp-null-encryption",
    kind="check",
    title="ESP without encryption",
    severity="medium",
    what=(
        "A child SA protects integrity only: its traffic travels readable. Also reported, as low and under a title of "
        "its own: such a proposal was offered beside others."
    ),
    why="Permitted by RFC 8221 where integrity is all that is wanted, but seldom what people expect of a VPN.",
    wire=(
        "ENCR_NULL or AES-GMAC in the chosen or an offered ESP proposal. Visible only with keys; the ESP packets "
        "themselves then show readable content."
    ),
    lookalikes=(
        "AES-GMAC is called a cipher and does not encrypt: it is this finding too. ESP packets with NULL encryption "
        "look like all others to who does not try to read them (RFC 5879)."
    ),
    advice="Choose a cipher that the policy allows, unless the traffic may be read by all.",
    references=("RFC 8221 5", "RFC 2410"),
)

_OFFERED: Final = "ESP without encryption offered"
_UNENCRYPTED = {1: (NULL_ENCRYPTION, 23), 2: (NULL_ENCRYPTION, 21)}


def find_terms(terms: Terms) -> Iterator[Finding]:
    """One finding for each child SA: where another cipher was chosen, or none, for what was offered."""
    unencrypted, plain = _UNENCRYPTED.get(terms.version, ()), set[int]()
    for child in terms.children:
        if child.protocol == "ESP" and child.suite is not None and child.suite.encryption_id in unencrypted:
            plain.add(child.child)
            yield terms.finding(
                ABOUT, f"child SA {child.child}", (child.frame,), "The chosen ESP proposal does not encrypt."
            )
    for offer in () if terms.probe else terms.offers:
        if not offer.chosen and offer.child is not None and offer.child not in plain and _holds(offer, unencrypted):
            plain.add(offer.child)
            detail = "Among the ESP proposals is one that does not encrypt."
            subject, frames = f"child SA {offer.child}", (offer.frame_number,)
            yield terms.finding(ABOUT, subject, frames, detail, severity="low")._replace(title=_OFFERED)


def _holds(offer: Offer, ciphers: Collection[int]) -> bool:
    """An ESP proposal with one of these ciphers, which IKEv1 numbers as the transform itself."""
    of_ike = TransformType.ENCR
    return any(
        t.transform_id in ciphers and t.transform_type in (None, of_ike)
        for p in offer.sa.proposals
        if p.protocol_id == ProtocolId.ESP
        for t in p.transforms
    )
