"""Key Download payload of G-IKEv2 (RFC 9838 section 4.5)."""

from typing import NamedTuple

from analyzer.isakmp.cursor import Cursor
from analyzer.isakmp.payloads.attribute import Attribute, read_attributes
from analyzer.isakmp.payloads.ikev2.group_policy import substructures


class KeyBag(NamedTuple):
    """Wrapped keys of one group SA, or of this member (protocol 0)."""

    protocol_id: int
    spi: bytes
    attributes: tuple[Attribute, ...]


class KeyDownload(NamedTuple):
    """The key bags."""

    bags: tuple[KeyBag, ...]


def decode(cursor: Cursor) -> KeyDownload:
    """Decode a KD payload."""
    bags = []
    for protocol, spi, inner in substructures(cursor, "key_bag"):
        table = "ikev2-group-key-bag-attributes" if protocol else "ikev2-member-key-bag-attributes"
        bags.append(KeyBag(protocol, spi, read_attributes(inner, table)))
    return KeyDownload(tuple(bags))
