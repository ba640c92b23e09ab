"""From the transforms of a chosen proposal to a Suite, for both versions.

RFC 7296 section 3.3, RFC 2409 appendix A, RFC 2407 section 4.5.
"""

from functools import lru_cache

from analyzer.isakmp.numbers import LifeType, Phase1Attribute, Phase2Attribute, ProtocolId, TransformType
from analyzer.isakmp.payloads.sa import Proposal, SecurityAssociation, Transform
from analyzer.negotiation.seen import Suite

_SUITE_TYPES = tuple(
    map(int, (TransformType.ENCR, TransformType.INTEG, TransformType.PRF, TransformType.KE, TransformType.SN))
)
_ADDKE = range(TransformType.ADDKE1, TransformType.ADDKE7 + 1)  # RFC 9370

RSA_ENCRYPTION = frozenset({4, 5, 65007, 65008, 65009, 65010})
"""Authentication methods of IKEv1 under which identities and nonces are encrypted to the peer (RFC 2409 5.2, 5.3)."""
REVISED_RSA_ENCRYPTION = frozenset({5, 65009, 65010})
"""Those of them that encrypt the body of the KE payload too (RFC 2409 section 5.3)."""

PROTO_ISAKMP, PROTO_ESP = int(ProtocolId.IKE), int(ProtocolId.ESP)

_V1_ENCRYPTION, _V1_HASH = int(Phase1Attribute.ENCRYPTION_ALGORITHM), int(Phase1Attribute.HASH_ALGORITHM)
_V1_AUTH, _V1_GROUP = int(Phase1Attribute.AUTHENTICATION_METHOD), int(Phase1Attribute.GROUP_DESCRIPTION)
_V1_PRF, _V1_KEY_LENGTH = int(Phase1Attribute.PRF), int(Phase1Attribute.KEY_LENGTH)
P1_LIFE_TYPE, P1_LIFE = int(Phase1Attribute.LIFE_TYPE), int(Phase1Attribute.LIFE_DURATION)
P2_LIFE_TYPE, P2_LIFE = int(Phase2Attribute.SA_LIFE_TYPE), int(Phase2Attribute.SA_LIFE_DURATION)
_P2_GROUP, _P2_MODE = int(Phase2Attribute.GROUP_DESCRIPTION), int(Phase2Attribute.ENCAPSULATION_MODE)
_P2_AUTH, _P2_KEY_LENGTH = int(Phase2Attribute.AUTHENTICATION_ALGORITHM), int(Phase2Attribute.KEY_LENGTH)
_P2_ESN = int(Phase2Attribute.EXTENDED_64_BIT_SEQUENCE_NUMBER)
SECONDS, _KILOBYTES = int(LifeType.SECONDS), int(LifeType.KILOBYTES)


@lru_cache(maxsize=4096)
def _shared(suite: Suite) -> Suite:
    """The same object for equal suites; a few numbers each, nothing else of the capture."""
    return suite


def ikev2_suite(proposal: Proposal) -> Suite:
    """The suite of an accepted IKEv2 proposal: one transform of each type (RFC 7296 section 3.3.6).

    Where there are more, the first counts.
    """
    first: dict[int, Transform] = {}
    for transform in proposal.transforms:
        if transform.transform_type is not None:
            first.setdefault(transform.transform_type, transform)
    encr, integ, prf, ke, sn = (first.get(kind) for kind in _SUITE_TYPES)
    suite = Suite(
        protocol_id=proposal.protocol_id,
        encryption_id=encr.transform_id if encr else None,
        key_bits=encr.key_bits if encr else None,
        integrity_id=integ.transform_id if integ and integ.transform_id else None,
        prf_id=prf.transform_id if prf else None,
        ke_id=ke.transform_id if ke and ke.transform_id else None,
        additional_ke_ids=tuple(first[k].transform_id for k in _ADDKE if k in first and first[k].transform_id),
        esn=sn.transform_id if sn else None,
    )
    return _shared(suite)


def lifetimes(transform: Transform, type_attribute: int, life_attribute: int) -> tuple[int | None, int | None]:
    """Seconds and kilobytes.

    Each life duration belongs to the life type that stands before it (RFC 2409 appendix A).
    """
    seconds = kilobytes = None
    unit = SECONDS
    for attribute in transform.attributes:
        if attribute.attribute_type == type_attribute:
            unit = attribute.value or 0
        elif attribute.attribute_type == life_attribute and attribute.value is not None:
            if unit == SECONDS:
                seconds = attribute.value
            elif unit == _KILOBYTES:
                kilobytes = attribute.value
    return seconds, kilobytes


def ikev1_phase1_suite(transform: Transform) -> Suite:
    """The suite of a phase 1 transform. `integrity_id` is the hash algorithm.

    `prf_id` only if negotiated (RFC 2409 appendix A).
    """
    seconds, kilobytes = lifetimes(transform, P1_LIFE_TYPE, P1_LIFE)
    suite = Suite(
        protocol_id=PROTO_ISAKMP,
        encryption_id=transform.attribute(_V1_ENCRYPTION),
        key_bits=transform.attribute(_V1_KEY_LENGTH),
        integrity_id=transform.attribute(_V1_HASH),
        prf_id=transform.attribute(_V1_PRF),
        ke_id=transform.attribute(_V1_GROUP),
        auth_method=transform.attribute(_V1_AUTH),
        lifetime_s=seconds,
        lifetime_kb=kilobytes,
    )
    return _shared(suite)


def ikev1_phase2_suite(protocol_id: int, transform: Transform) -> Suite:
    """The suite of a phase 2 transform.

    ESP's transform id is the cipher, AH's the hash (RFC 2407 sections 4.4.3 and 4.4.4).
    """
    seconds, kilobytes = lifetimes(transform, P2_LIFE_TYPE, P2_LIFE)
    return Suite(
        protocol_id=protocol_id,
        encryption_id=transform.transform_id if protocol_id == PROTO_ESP else None,
        key_bits=transform.attribute(_P2_KEY_LENGTH),
        integrity_id=transform.attribute(_P2_AUTH),
        ke_id=transform.attribute(_P2_GROUP),
        lifetime_s=seconds,
        lifetime_kb=kilobytes,
        esn=transform.attribute(_P2_ESN),
        encapsulation_mode=transform.attribute(_P2_MODE),
    )


def chosen_transform(sa: SecurityAssociation) -> tuple[Proposal, Transform] | None:
    """The first proposal that carries a transform: in an answer the only one."""
    for proposal in sa.proposals:
        if proposal.transforms:
            return proposal, proposal.transforms[0]
    return None


def is_choice(sa: SecurityAssociation, offered: SecurityAssociation | None) -> bool:
    """A choice holds no more than what was offered; one transform for each protocol where that could not be read.

    An answer that the capture has before its request is taken for the request, and the offer for its answer.
    """
    if offered is None:
        protocols = {p.protocol_id for p in sa.proposals}
        return len(protocols) == len(sa.proposals) and all(len(p.transforms) <= 1 for p in sa.proposals)
    return _transforms(sa) <= _transforms(offered)


def _transforms(sa: SecurityAssociation) -> int:
    return sum(len(p.transforms) for p in sa.proposals)
