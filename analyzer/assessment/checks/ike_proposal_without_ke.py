"""Proposal for an IKE SA without a key exchange."""

from collections.abc import Iterator

from analyzer.assessment.model import Explanation, Finding
from analyzer.assessment.terms import Terms
from analyzer.isakmp.numbers import ProtocolId, TransformType
from analyzer.isakmp.payloads.sa import SecurityAssociation

ABOUT = Explanation(
    id="ike-proposal-without-ke",
    kind="check",
    title="Proposal for an IKE SA without a key exchange",
    severity="medium",
    what="A proposal for the IKE SA, offered or chosen, has no Key Exchange Method transform, or NONE alone.",
    why=(
        "Without it there are no keys: every IKE SA needs one (RFC 7296 3.3.3). libreswan before 3.18 crashed on "
        "such an offer: the pattern of CVE-2016-5391. A responder that chooses it does not check what it is offered."
    ),
    wire="An SA payload for protocol IKE without a transform of type 4 but NONE (0). Chosen: medium; offered: low.",
    lookalikes="Proposals for ESP and AH need none. A message that was cut is not judged.",
    advice="Find out what sends it; update a libreswan of that time.",
    references=("RFC 7296 3.3.3", "CVE-2016-5391"),
)

_NONE = 0


def find_terms(terms: Terms) -> Iterator[Finding]:
    """At most one finding for the offers and one for the choice."""
    if terms.version != 2:
        return
    said: set[bool] = set()
    for offer in terms.offers:
        if offer.child is None and offer.chosen not in said and _lacks_ke(offer.sa):
            said.add(offer.chosen)
            what = "The chosen proposal" if offer.chosen else "A proposal offered"
            detail = f"{what} for the IKE SA has no Key Exchange Method (transform type 4)."
            subject, severity = ("chosen", ABOUT.severity) if offer.chosen else ("offered", "low")
            yield terms.finding(ABOUT, f"{subject} proposal", (offer.frame_number,), detail, severity=severity)


def _lacks_ke(sa: SecurityAssociation) -> bool:
    """Some proposal for an IKE SA that was read whole has none of type 4, or NONE alone."""
    return sa.whole and any(
        p.protocol_id == ProtocolId.IKE
        and all(t.transform_type != TransformType.KE or t.transform_id == _NONE for t in p.transforms)
        for p in sa.proposals
    )
