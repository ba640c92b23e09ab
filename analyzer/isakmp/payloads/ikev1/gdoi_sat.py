"""SA TEK payload of GDOI (RFC 6407 section 5.5): how group traffic is protected."""

from typing import NamedTuple

from analyzer.isakmp.cursor import Cursor, Layout
from analyzer.isakmp.payloads.attribute import Attribute, read_attributes
from analyzer.isakmp.payloads.ikev1.gdoi_sak import TrafficIdentity, read_end

PROTOCOL_ID = Layout(">B", "protocol_id=gdoi-tek-protocols")
PROTOCOL = Layout(">B", "protocol=ip-protocols")
TRANSFORM = {
    1: Layout(">B4s", "transform_id=ikev1-esp-transforms", "spi"),
    2: Layout(">B4s", "transform_id=ikev1-ah-transforms", "spi"),
}


class IpsecTek(NamedTuple):
    """Policy of an ESP or AH group SA."""

    protocol: int
    source: TrafficIdentity
    destination: TrafficIdentity
    transform_id: int
    spi: bytes
    attributes: tuple[Attribute, ...]


class SaTek(NamedTuple):
    """Policy of a traffic encryption key. `ipsec` is None for protocols other than ESP and AH: theirs is `data`."""

    protocol_id: int
    ipsec: IpsecTek | None
    data: bytes


def decode(cursor: Cursor) -> SaTek:
    """Decode a SAT payload."""
    (protocol_id,) = cursor.fields(PROTOCOL_ID)
    if protocol_id not in TRANSFORM:
        return SaTek(protocol_id, None, cursor.rest("tek_protocol_specific_payload"))
    (protocol,) = cursor.fields(PROTOCOL)
    source, destination = read_end(cursor, "source"), read_end(cursor, "destination")
    transform_id, spi = cursor.fields(TRANSFORM[protocol_id])
    attributes = read_attributes(cursor, "ikev1-ipsec-attributes")
    return SaTek(protocol_id, IpsecTek(protocol, source, destination, transform_id, spi, attributes), b"")
