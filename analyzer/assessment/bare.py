"""Proposals and suites that encrypt without integrity protection (RFC 7296 section 3.3.3, RFC 8221 section 4)."""

from analyzer.assessment.algorithms import AEAD, Algorithm, of_transform
from analyzer.isakmp.numbers import ProtocolId, TransformType
from analyzer.isakmp.payloads.sa import Proposal, SecurityAssociation
from analyzer.negotiation.seen import Suite

RULE = "RFC 7296 3.3.3 and RFC 8247 2.3: a cipher that is not AEAD needs an integrity algorithm."
NO_CIPHER = "RFC 4543 and the IANA registry: it is for ESP and AH. It encrypts nothing."
# IKEv2 ciphers known to protect no integrity: of a number without a name nobody can say it
BARE = frozenset({1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 23, 24})
_GMAC = {1: 23, 2: 21}  # authenticates, and numbered apart in the two versions


def cipher(sa: SecurityAssociation) -> Algorithm | None:
    """The first cipher of an IKEv2 SA payload that goes with no integrity; None: there is none, or it was cut."""
    if not sa.whole:
        return None
    return next(
        (found for p in sa.proposals if p.protocol_id == ProtocolId.IKE and (found := _of(p)) is not None), None
    )


def _of(proposal: Proposal) -> Algorithm | None:
    integrity = {t.transform_id for t in proposal.transforms if t.transform_type == TransformType.INTEG}
    if integrity and 0 not in integrity:
        return None
    for transform in proposal.transforms:
        if transform.transform_type == TransformType.ENCR and transform.transform_id in BARE:
            return next(iter(of_transform(2, proposal, transform, child=False)))
    return None


def gmac_in_ike(algorithm: Algorithm) -> bool:
    """AES-GMAC as the cipher of an IKE SA: it does not encrypt, and is for ESP alone."""
    return algorithm[:4] == ("ikev2", "encr", "ikev2-encr", _GMAC[2])


def child(version: int, suite: Suite) -> bool:
    """An ESP suite has a cipher that protects no integrity, and no integrity algorithm."""
    chosen = suite.encryption_id
    if chosen is None or chosen in AEAD or chosen == _GMAC.get(version):
        return False
    return suite.integrity_id in (None, 0)
