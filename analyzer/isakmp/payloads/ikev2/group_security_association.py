"""Group Security Association payload of G-IKEv2 (RFC 9838 section 4.4)."""

from typing import NamedTuple

from analyzer.isakmp.cursor import LIST_LIMIT, Cursor
from analyzer.isakmp.payloads.attribute import Attribute, read_attributes
from analyzer.isakmp.payloads.ikev2.group_policy import substructures
from analyzer.isakmp.payloads.ikev2.traffic_selectors import TrafficSelector, read_selector
from analyzer.isakmp.payloads.transform import Transform, read_transforms


class GroupPolicy(NamedTuple):
    """Policy of one group SA, or of the whole group (protocol 0: attributes only)."""

    protocol_id: int
    spi: bytes
    selectors: tuple[TrafficSelector, ...]
    transforms: tuple[Transform, ...]
    attributes: tuple[Attribute, ...]


class GroupSecurityAssociation(NamedTuple):
    """The policies."""

    policies: tuple[GroupPolicy, ...]


def decode(cursor: Cursor) -> GroupSecurityAssociation:
    """Decode a GSA payload."""
    return GroupSecurityAssociation(
        tuple(_policy(protocol, spi, inner) for protocol, spi, inner in substructures(cursor, "gsa_policy"))
    )


def _policy(protocol: int, spi: bytes, cursor: Cursor) -> GroupPolicy:
    if not protocol:
        return GroupPolicy(0, spi, (), (), read_attributes(cursor, "ikev2-gwp-attributes"))
    selectors = tuple(selector for _ in range(2) if cursor.remaining and (selector := read_selector(cursor)))
    transforms, _ = read_transforms(cursor, protocol, None, LIST_LIMIT)
    attributes = read_attributes(cursor, "ikev2-gsa-attributes")
    return GroupPolicy(protocol, spi, selectors, transforms, attributes)
