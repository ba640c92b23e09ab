"""Security Association payload with proposals, transforms and attributes (RFC 2408 sections 3.3-3.6, RFC 7296 section 3.3).

Identical bodies are decoded once: the same offer returns in every negotiation of a peer.
"""

from functools import lru_cache
from typing import NamedTuple

from analyzer.defects import Defect
from analyzer.isakmp.cursor import Cursor, Layout, ShortError
from analyzer.isakmp.payloads.attribute import Attribute, read_attributes

ISAKMP = 1  # protocol of proposals for the IKE SA itself, in both versions
IPSEC_DOI = 1
GDOI = 2
SIT_SECRECY = 2
SIT_INTEGRITY = 4
IKEV2_KEY_LENGTH = 14
IKEV1_KEY_LENGTH = 14  # phase 1, RFC 2409 appendix A
IPSEC_KEY_LENGTH = 6  # phase 2, RFC 2407 section 4.5
ITEM_LIMIT = 4000  # proposals, transforms and attributes of one SA payload

DOI = Layout(">I", "doi=ikev1-doi")
SITUATION = Layout(">I", "situation=&ikev1-situation")
PROPOSAL = Layout(
    ">BBHBBBB",
    "more",
    "reserved=hex",
    "proposal_length",
    "proposal_number",
    "protocol_id",
    "spi_size",
    "transform_count",
)
TRANSFORM_1 = Layout(
    ">BBHBBH", "more", "reserved=hex", "transform_length", "transform_number", "transform_id", "reserved2=hex"
)
TRANSFORM_2 = Layout(
    ">BBHBBH",
    "more",
    "reserved=hex",
    "transform_length",
    "transform_type=ikev2-transform-types",
    "reserved2=hex",
    "transform_id",
)
LABEL = Layout(">HH", "length", "reserved=hex")
GDOI_ATTRIBUTES = Layout(">BBH", "attribute_next_payload=ikev1-payload-types", "reserved=hex", "reserved2=hex")

_MORE_PROPOSALS = 2
_MORE_TRANSFORMS = 3
_IKEV1_TRANSFORM_TABLES = {
    1: "ikev1-isakmp-transforms",
    2: "ikev1-ah-transforms",
    3: "ikev1-esp-transforms",
    4: "ikev1-ipcomp-transforms",
}
_IKEV2_TRANSFORM_TABLES = {1: "encr", 2: "prf", 3: "integ", 5: "sn", 13: "kwa", 14: "gcauth"}
_SPI_SIZES = {  # protocol: sizes that exist; RFC 2408 section 3.5 lets ISAKMP SPIs be anything up to 16, RFC 3173 IPComp's be 2 or 4
    1: {1: range(17), 2: (4,), 3: (4,), 4: (2, 4)},
    2: {1: (0, 8), 2: (4,), 3: (4,), 6: (16,)},
}


class Transform(NamedTuple):
    """One algorithm (IKEv2) or one whole suite (IKEv1). `key_bits` is the Key Length attribute; None where there is none."""

    number: int | None
    transform_type: int | None
    transform_id: int
    attributes: tuple[Attribute, ...]
    key_bits: int | None

    def attribute(self, attribute_type: int) -> int | None:
        """Value of the first attribute of this type."""
        for attribute in self.attributes:
            if attribute.attribute_type == attribute_type:
                return attribute.value
        return None


class Proposal(NamedTuple):
    """A proposal. `declared_transforms` is its header's count; `offset` and `length` count from the SA payload's generic header."""

    number: int
    protocol_id: int
    spi: bytes
    transforms: tuple[Transform, ...]
    declared_transforms: int
    offset: int
    length: int


class SecurityAssociation(NamedTuple):
    """An SA payload. `doi` and `situation` exist in IKEv1 only."""

    doi: int | None
    situation: int | None
    proposals: tuple[Proposal, ...]


def decode(cursor: Cursor) -> SecurityAssociation:
    """Decode an SA payload; identical bodies are remembered."""
    if cursor.recording:
        return _read(cursor)
    body, defects = _remembered(cursor.rest("body"), cursor.major_version)
    for defect in defects:
        cursor.defect(defect.kind, defect.expected, defect.found, defect.effect, defect.offset)
    return body


@lru_cache(maxsize=4096)
def _remembered(data: bytes, major_version: int) -> tuple[SecurityAssociation, tuple[Defect, ...]]:
    cursor = Cursor(data, 0, [], major_version)
    body = _read(cursor)
    cursor.finish("SA payload")
    return body, tuple(cursor.defects)


def _read(cursor: Cursor) -> SecurityAssociation:
    doi = situation = None
    try:
        if cursor.major_version == 1:
            (doi,) = cursor.fields(DOI)
            (situation,) = cursor.fields(SITUATION)
            if doi == GDOI:
                cursor.fields(GDOI_ATTRIBUTES)
                return SecurityAssociation(doi, situation, ())
            if doi == IPSEC_DOI and situation & (SIT_SECRECY | SIT_INTEGRITY):
                _labelled_domain(cursor, situation)
    except ShortError:
        left = f"{cursor.remaining} bytes left"
        cursor.defect("wire-payload-short", "domain of interpretation and situation", left, "no proposal can be read")
        cursor.rest("undecoded_bytes")
        return SecurityAssociation(doi, situation, ())
    return SecurityAssociation(doi, situation, _proposals(cursor))


def _labelled_domain(cursor: Cursor, situation: int) -> None:
    """The fields that follow a situation of secrecy or integrity levels (RFC 2407 section 4.6.1)."""
    cursor.take(4, "labelled_domain_identifier")
    for flag, level in ((SIT_SECRECY, "secrecy"), (SIT_INTEGRITY, "integrity")):
        if situation & flag:
            length, _ = cursor.fields(LABEL)
            cursor.take(length, f"{level}_level")
            cursor.take(-length % 4, "padding")
            bits, _ = cursor.fields(LABEL)
            size = (bits + 7) // 8
            cursor.take(size, f"{level}_category_bitmap")
            cursor.take(-size % 4, "padding")


def _proposals(cursor: Cursor) -> tuple[Proposal, ...]:
    proposals: list[Proposal] = []
    more = _MORE_PROPOSALS
    budget = ITEM_LIMIT
    while more and budget > 0:
        start = cursor.position
        cursor.begin("proposal")
        try:
            more, reserved, length, number, protocol, spi_size, count = cursor.fields(PROPOSAL)
        except ShortError:
            left = f"{cursor.remaining} bytes left"
            cursor.defect("wire-chain-broken", "a proposal, as announced", left, "no further proposals are read")
            cursor.rest("undecoded_bytes")
            cursor.end()
            break
        cursor.explain("protocol_id", f"ikev{cursor.major_version}-protocol-ids")
        _check_item(cursor, start, "proposal", reserved, length, PROPOSAL.size, more in (0, _MORE_PROPOSALS))
        inner = cursor.sub(max(length - PROPOSAL.size, 0))
        _check_spi(inner, protocol, spi_size)
        spi = inner.take(spi_size, "spi")
        transforms, budget = _transforms(inner, protocol, count, budget - 1)
        inner.finish("proposal")
        proposals.append(Proposal(number, protocol, spi, transforms, count, start + 4, length))
        cursor.end("number", number)
        if length < PROPOSAL.size:
            break
    if budget <= 0:
        _limit(cursor)
    _check_numbers(cursor, proposals)
    return tuple(proposals)


def _transforms(cursor: Cursor, protocol: int, declared: int, budget: int) -> tuple[tuple[Transform, ...], int]:
    """The transforms of one proposal, and what is left of the budget of items."""
    transforms: list[Transform] = []
    version = cursor.major_version
    layout = TRANSFORM_1 if version == 1 else TRANSFORM_2
    more = _MORE_TRANSFORMS if cursor.remaining or declared else 0
    while more and budget > 0:
        start = cursor.position
        cursor.begin("transform")
        try:
            more, reserved, length, third, fourth, last = cursor.fields(layout)
        except ShortError:
            left = f"{cursor.remaining} bytes left"
            cursor.defect(
                "wire-chain-broken",
                "a transform, as announced",
                left,
                "no further transforms of this proposal are read",
            )
            cursor.rest("undecoded_bytes")
            cursor.end()
            break
        _check_item(cursor, start, "transform", reserved, length, layout.size, more in (0, _MORE_TRANSFORMS))
        inner = cursor.sub(max(length - layout.size, 0))
        if version == 1:
            number, kind, identifier, reserved = third, None, fourth, last
            cursor.explain("transform_id", _IKEV1_TRANSFORM_TABLES.get(protocol, ""))
            table = "ikev1-attributes" if protocol == ISAKMP else "ikev1-ipsec-attributes"
            key_length = IKEV1_KEY_LENGTH if protocol == ISAKMP else IPSEC_KEY_LENGTH
        else:
            number, kind, identifier, reserved = None, third, last, fourth
            cursor.explain("transform_id", "ikev2-" + _IKEV2_TRANSFORM_TABLES.get(kind, "ke") if kind <= 14 else "")
            table, key_length = "ikev2-transform-attribute-types", IKEV2_KEY_LENGTH
        attributes = read_attributes(inner, table, budget)
        budget -= 1 + len(attributes)
        transform = Transform(number, kind, identifier, attributes, None)
        key_bits = transform.attribute(key_length)
        transforms.append(transform if key_bits is None else transform._replace(key_bits=key_bits))
        cursor.end(
            _IKEV1_TRANSFORM_TABLES.get(protocol, "number") if version == 1 else "ikev2-transform-types",
            identifier if version == 1 else kind,
        )
        if length < layout.size:
            break
    if len(transforms) != declared and budget > 0:
        found = f"{len(transforms)} transforms"
        cursor.defect(
            "wire-transform-count", f"{declared} transforms, as the proposal says", found, "what is there is decoded"
        )
    return tuple(transforms), budget


def _check_item(cursor: Cursor, start: int, what: str, reserved: int, length: int, least: int, chained: bool) -> None:
    """Complain about the fields that proposals and transforms share."""
    if reserved:
        cursor.defect("wire-reserved-bits", f"0 in a {what}'s reserved byte", f"0x{reserved:02x}", "ignored", start + 1)
    if not chained:
        cursor.defect(
            "wire-chain-value",
            f"0 or the number of a {what}",
            "another number",
            f"read as: another {what} follows",
            start,
        )
    left = len(cursor.data) - start
    if length < least:
        effect = f"no further {what}s are read"
        cursor.defect("wire-payload-length", f"at least {least} bytes of {what}", str(length), effect, start + 2)
    elif length > left:
        cursor.defect(
            "wire-payload-length",
            f"at most {left} bytes of {what}",
            str(length),
            "decoded as far as there are bytes",
            start + 2,
        )


def _check_spi(cursor: Cursor, protocol: int, size: int) -> None:
    sizes = _SPI_SIZES[cursor.major_version].get(protocol)
    if sizes is not None and size not in sizes:
        expected = " or ".join(map(str, sizes)) if len(sizes) < 3 else f"0 to {max(sizes)}"
        cursor.defect(
            "wire-spi-size",
            f"an SPI of {expected} bytes for protocol {protocol}",
            str(size),
            "read as its size says",
            0,
        )


def _check_numbers(cursor: Cursor, proposals: list[Proposal]) -> None:
    """IKEv2 numbers proposals 1, 2, 3, ... (RFC 7296 section 3.3.1); a responder repeats the number it chose."""
    if cursor.major_version != 2:
        return
    for before, after in zip(proposals, proposals[1:], strict=False):
        if after.number != before.number + 1:
            found = str(after.number)
            cursor.defect("wire-proposal-number", str(before.number + 1), found, "none", after.offset)


def _limit(cursor: Cursor) -> None:
    found = "more"
    cursor.defect(
        "limit-items", f"at most {ITEM_LIMIT} proposals, transforms and attributes", found, "the rest is not decoded"
    )
    cursor.rest("undecoded_bytes")
