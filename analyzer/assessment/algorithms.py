"""Which algorithms an SA payload offers and a suite holds, in one form for all of IKEv1, IKEv2, ESP and AH."""

from collections.abc import Iterable
from typing import NamedTuple

from analyzer.isakmp import registry
from analyzer.isakmp.numbers import Phase1Attribute, Phase2Attribute, ProtocolId, TransformType
from analyzer.isakmp.payloads.sa import Proposal, SecurityAssociation, Transform
from analyzer.negotiation.seen import Suite

AEAD = frozenset({14, 15, 16, 18, 19, 20, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35})  # IKEv2 and ESP numbers
NULL_ENCRYPTION = 11
SMALL_BLOCKS = {  # ciphers with blocks of 64 bits
    "ikev1-encryption": frozenset({1, 2, 3, 4, 5, 6}),
    "ikev1-esp-transforms": frozenset({1, 2, 3, 4, 5, 6, 7, 8, 9}),
    "ikev2-encr": frozenset({1, 2, 3, 4, 5, 6, 7, 8, 9}),
}
POST_QUANTUM = frozenset({35, 36, 37})  # ML-KEM among the IKEv2 key exchange methods
NEEDS_KEY_LENGTH = {  # ciphers whose keys come in several lengths
    "ikev1-encryption": frozenset({7, 8}),
    "ikev1-esp-transforms": frozenset({12, 13, 14, 15, 16, 18, 19, 20, 22, 23}),
    "ikev2-encr": frozenset({12, 13, 14, 15, 16, 18, 19, 20, 21, 23, 24, 25, 26, 27}),
}
ONE_KEY_LENGTH = {  # ciphers whose keys have one length
    "ikev1-encryption": frozenset({1, 2, 5}),
    "ikev1-esp-transforms": frozenset({1, 2, 3, 5, 8, 9, 11}),
    "ikev2-encr": frozenset({1, 2, 3, 5, 8, 9, 11, 28}),
}

ADDITIONAL_KE = range(TransformType.ADDKE1, TransformType.ADDKE7 + 1)  # transform types of RFC 9370
_CHILD_SCOPES: dict[int, str] = {ProtocolId.AH: "ah", ProtocolId.ESP: "esp"}
_IKEV2_TYPES: dict[int, tuple[str, str]] = {
    TransformType.ENCR: ("encr", "ikev2-encr"),
    TransformType.PRF: ("prf", "ikev2-prf"),
    TransformType.INTEG: ("integ", "ikev2-integ"),
    TransformType.KE: ("ke", "ikev2-ke"),
    **dict.fromkeys(ADDITIONAL_KE, ("ke", "ikev2-ke")),
}
_IKEV1_ATTRIBUTES: dict[int, tuple[str, str]] = {
    Phase1Attribute.ENCRYPTION_ALGORITHM: ("encr", "ikev1-encryption"),
    Phase1Attribute.HASH_ALGORITHM: ("hash", "ikev1-hash"),
    Phase1Attribute.AUTHENTICATION_METHOD: ("auth", "ikev1-auth-methods"),
    Phase1Attribute.GROUP_DESCRIPTION: ("ke", "ikev1-groups"),
}


class Algorithm(NamedTuple):
    """One algorithm as the wire numbers it.

    Scope: ikev1, ikev2, esp, ah; kind: encr, prf, integ, ke, hash, auth; `table` names the registry. `additional`: a
    key exchange beside the first (RFC 9370).
    """

    scope: str
    kind: str
    table: str
    number: int
    key_bits: int | None
    additional: bool = False

    @property
    def name(self) -> str:
        """The registry's name, with the key length where one was given: ENCR_AES_CBC-256."""
        name = registry.name(self.table, self.number)
        return f"{name}-{self.key_bits}" if self.key_bits is not None and self.kind == "encr" else name

    @property
    def subject(self) -> str:
        """The name, with the protocol before it where it is not the IKE SA's."""
        if self.scope.startswith("ike"):
            return self.name
        return f"{self.scope.upper()} {self.name.removeprefix('ESP_')}"


def child_scope(protocol_id: int | None) -> str:
    """Scope of a child SA, esp or ah; what is neither (IPCOMP, unknown) is not judged."""
    return _CHILD_SCOPES.get(protocol_id or 0, "")


def of_proposal(version: int, proposal: Proposal, *, child: bool) -> list[Algorithm]:
    """The distinct algorithms of one proposal, in wire order."""
    found: dict[Algorithm, None] = {}
    for transform in proposal.transforms:
        found.update(dict.fromkeys(of_transform(version, proposal, transform, child=child)))
    return list(found)


def of_transform(version: int, proposal: Proposal, transform: Transform, *, child: bool) -> Iterable[Algorithm]:
    """IKEv2: the transform's one algorithm. IKEv1: all that its attributes name."""
    scope = child_scope(proposal.protocol_id) if child else f"ikev{version}"
    if not scope:
        return
    if version == 1:
        yield from _ikev1_child(scope, transform) if child else _ikev1_phase1(transform)
    elif transform.transform_type in _IKEV2_TYPES:
        kind, table = _IKEV2_TYPES[transform.transform_type]
        if (kind, transform.transform_id) != ("ke", 0):
            added = transform.transform_type in ADDITIONAL_KE
            yield Algorithm(scope, kind, table, transform.transform_id, transform.key_bits, added)


def _ikev1_phase1(transform: Transform) -> Iterable[Algorithm]:
    for attribute, (kind, table) in _IKEV1_ATTRIBUTES.items():
        value = transform.attribute(attribute)
        if value is not None:
            yield Algorithm("ikev1", kind, table, value, transform.key_bits if kind == "encr" else None)


def _ikev1_child(scope: str, transform: Transform) -> Iterable[Algorithm]:
    if scope == "esp":
        yield Algorithm(scope, "encr", "ikev1-esp-transforms", transform.transform_id, transform.key_bits)
    for attribute, kind, table in (
        (Phase2Attribute.AUTHENTICATION_ALGORITHM, "integ", "ikev1-ipsec-auth-algorithms"),
        (Phase2Attribute.GROUP_DESCRIPTION, "ke", "ikev1-groups"),
    ):
        value = transform.attribute(attribute)
        if value is not None:
            yield Algorithm(scope, kind, table, value, None)


def of_sa(version: int, sa: SecurityAssociation, *, child: bool) -> list[Algorithm]:
    """The distinct algorithms of all proposals, in wire order."""
    found: dict[Algorithm, None] = {}
    for proposal in sa.proposals:
        found.update(dict.fromkeys(of_proposal(version, proposal, child=child)))
    return list(found)


def of_suite(version: int, suite: Suite, protocol: str | None = None) -> list[Algorithm]:
    """The algorithms of a chosen suite. `protocol` ("ESP", "AH") for a child SA; None for the IKE SA."""
    if protocol is not None:
        return _child_suite(version, suite, protocol.lower())
    scope = f"ikev{version}"
    if version == 1:
        parts = [
            ("encr", "ikev1-encryption", suite.encryption_id),
            ("hash", "ikev1-hash", suite.integrity_id),
            ("auth", "ikev1-auth-methods", suite.auth_method),
            ("ke", "ikev1-groups", suite.ke_id),
        ]
    else:
        parts = [
            ("encr", "ikev2-encr", suite.encryption_id),
            ("prf", "ikev2-prf", suite.prf_id),
            ("integ", "ikev2-integ", suite.integrity_id),
            ("ke", "ikev2-ke", suite.ke_id),
        ]
    return _algorithms(scope, parts, suite)


def _child_suite(version: int, suite: Suite, scope: str) -> list[Algorithm]:
    if scope not in ("esp", "ah"):
        return []
    tables = (
        ("ikev1-esp-transforms", "ikev1-ipsec-auth-algorithms", "ikev1-groups")
        if version == 1
        else ("ikev2-encr", "ikev2-integ", "ikev2-ke")
    )
    parts = [
        ("encr", tables[0], suite.encryption_id if scope == "esp" else None),
        ("integ", tables[1], suite.integrity_id),
        ("ke", tables[2], suite.ke_id),
    ]
    return _algorithms(scope, parts, suite)


def _algorithms(scope: str, parts: list[tuple[str, str, int | None]], suite: Suite) -> list[Algorithm]:
    found = [
        Algorithm(scope, kind, table, number, suite.key_bits if kind == "encr" else None)
        for kind, table, number in parts
        if number is not None and (kind, number) != ("ke", 0)
    ]
    return found + [Algorithm(scope, "ke", "ikev2-ke", number, None, True) for number in suite.additional_ke_ids]
