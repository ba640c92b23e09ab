"""First messages that only scanners send.

Their proposals are fixed in the tool's source (measured with ike-scan 1.9.5, read in nmap 7.93).
"""

from analyzer.isakmp.numbers import Phase1Attribute, TransformType
from analyzer.negotiation.model import Negotiation
from analyzer.negotiation.seen import Offer
from analyzer.vocabulary import SaState

# Of each transform, RFC 2409 appendix A: 3DES 5, DES 1; SHA 2, MD5 1; PSK 1
_ATTRIBUTES = (
    Phase1Attribute.ENCRYPTION_ALGORITHM,
    Phase1Attribute.HASH_ALGORITHM,
    Phase1Attribute.AUTHENTICATION_METHOD,
    Phase1Attribute.GROUP_DESCRIPTION,
)
_ENC_HASH = ((5, 2), (5, 1), (1, 2), (1, 1))
_IKE_SCAN_MAIN = tuple((e, h, 1, g) for g in (2, 1) for e, h in _ENC_HASH)
_IKE_SCAN_AGGRESSIVE = tuple((e, h, 1, 2) for e, h in _ENC_HASH)
_IKEV1 = {"main": _IKE_SCAN_MAIN, "aggressive": _IKE_SCAN_AGGRESSIVE}
# Transform IDs in order, by type: ike-scan --ikev2
_IKE_SCAN_V2 = (
    *((TransformType.ENCR, number) for number in (12, 12, 3, 2)),
    *((TransformType.PRF, number) for number in (2, 1)),
    *((TransformType.INTEG, number) for number in (2, 1)),
    *((TransformType.KE, number) for number in (2, 5, 14)),
)
_NMAP_SPIS = frozenset({"0011223344556677", "3127fcb038109e89"})
_NO_FURTHER: frozenset[SaState] = frozenset(
    {
        "offered",
        "chosen",
        "answered",
        "refused",
        "init-sent",
        "init-done",
        "init-refused",
        "cookie-asked",
        "group-asked",
    }
)


def is_probe(n: Negotiation, state: SaState) -> bool:
    """The first message has a scanner's signature, and the sender never went on after an answer."""
    if state not in _NO_FURTHER:
        return False
    if n.initiator_spi in _NMAP_SPIS:
        return True
    offer = next((o for o in n.offers if o.from_initiator and o.child is None), None)
    if offer is None or not (_ikev1(n, offer) if n.ike_version == 1 else _ikev2(offer)):
        return False
    first = next((s for s in n.steps() if s.from_initiator), None)
    return first is not None and not first.notifies and not first.vendor_ids  # clients say more of themselves


def _ikev1(n: Negotiation, offer: Offer) -> bool:
    suites = tuple(tuple(t.attribute(kind) for kind in _ATTRIBUTES) for p in offer.sa.proposals for t in p.transforms)
    return suites == _IKEV1.get(n.mode)


def _ikev2(offer: Offer) -> bool:
    return tuple((t.transform_type, t.transform_id) for p in offer.sa.proposals for t in p.transforms) == _IKE_SCAN_V2
