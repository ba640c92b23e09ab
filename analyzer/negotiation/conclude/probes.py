"""First messages that only scanners send.

Their proposals are fixed in the tool's source (measured with ike-scan 1.9.5, read in nmap 7.93).
"""

from analyzer.negotiation.model import Negotiation, Offer

# (encryption, hash, authentication, group) of each transform, RFC 2409 appendix A: 3DES 5, DES 1; SHA 2, MD5 1; PSK 1
_ENC_HASH = ((5, 2), (5, 1), (1, 2), (1, 1))
_IKE_SCAN_MAIN = tuple((e, h, 1, g) for g in (2, 1) for e, h in _ENC_HASH)
_FOUR_GROUP_2 = tuple((e, h, 1, 2) for e, h in _ENC_HASH)  # ike-scan aggressive mode; nmap's payload
_IKEV1 = frozenset({_IKE_SCAN_MAIN, _FOUR_GROUP_2})
# (transform type, id) in order: ike-scan --ikev2
_IKE_SCAN_V2 = ((1, 12), (1, 12), (1, 3), (1, 2), (2, 2), (2, 1), (3, 2), (3, 1), (4, 2), (4, 5), (4, 14))
_NMAP_SPIS = frozenset({"0011223344556677", "3127fcb038109e89"})
_NO_FURTHER = frozenset(
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


def is_probe(n: Negotiation, state: str) -> bool:
    """The first message has a scanner's signature, and the sender never went on after an answer."""
    if state not in _NO_FURTHER:
        return False
    if n.initiator_spi in _NMAP_SPIS:
        return True
    offer = next((o for o in n.offers if o.from_initiator and o.child is None), None)
    return offer is not None and (_ikev1(offer) if n.ike_version == 1 else _ikev2(n, offer))


def _ikev1(offer: Offer) -> bool:
    suites = tuple(tuple(t.attribute(kind) for kind in (1, 2, 3, 4)) for p in offer.sa.proposals for t in p.transforms)
    return suites in _IKEV1


def _ikev2(n: Negotiation, offer: Offer) -> bool:
    transforms = tuple((t.transform_type, t.transform_id) for p in offer.sa.proposals for t in p.transforms)
    first = next((s for s in n.steps() if s.from_initiator), None)
    return transforms == _IKE_SCAN_V2 and first is not None and not first.notifies
