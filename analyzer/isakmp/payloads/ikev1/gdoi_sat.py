"""SA TEK payload of GDOI (RFC 6407 section 5.5): how group traffic is protected."""

from typing import NamedTuple

from analyzer.isakmp.cursor import Cursor, Layout
from analyzer.isakmp.payloads.attribute import Attribute, read_attributes
from analyzer.isakmp.payloads.content import read_oid_selector
from analyzer.isakmp.payloads.ikev1.gdoi_sak import TrafficIdentity, read_end

PROTOCOL_ID = Layout(">B", "protocol_id=gdoi-tek-protocols")
PROTOCOL = Layout(">B", "protocol=ip-protocols")
TRANSFORM = {
    1: Layout(">B4s", "transform_id=ikev1-esp-transforms", "spi"),
    2: Layout(">B4s", "transform_id=ikev1-ah-transforms", "spi"),
}
POWER = Layout(
    ">4sHHI",
    "spi",
    "authentication_algorithm=gdoi-iec-authentication",
    "confidentiality_algorithm=gdoi-iec-confidentiality",
    "remaining_lifetime_seconds",
)
_IEC_61850 = 3


class IpsecTek(NamedTuple):
    """Policy of an ESP or AH group SA."""

    protocol: int
    source: TrafficIdentity
    destination: TrafficIdentity
    transform_id: int
    spi: bytes
    attributes: tuple[Attribute, ...]


class PowerTek(NamedTuple):
    """Policy of IEC 61850 traffic in substations (RFC 8052 section 2.2): selectors as an object identifier in DER."""

    oid: bytes
    selector: bytes
    spi: bytes
    authentication: int
    confidentiality: int
    lifetime_s: int
    attributes: tuple[Attribute, ...]


class SaTek(NamedTuple):
    """Policy of a traffic encryption key: for ESP and AH, for IEC 61850, or of another protocol `data` as they are."""

    protocol_id: int
    ipsec: IpsecTek | None
    data: bytes
    power: PowerTek | None = None


def decode(cursor: Cursor) -> SaTek:
    """Decode a SAT payload."""
    (protocol_id,) = cursor.fields(PROTOCOL_ID)
    if protocol_id == _IEC_61850:
        return SaTek(protocol_id, None, b"", _decode_power(cursor))
    if protocol_id not in TRANSFORM:
        return SaTek(protocol_id, None, cursor.rest("tek_protocol_specific_payload"))
    (protocol,) = cursor.fields(PROTOCOL)
    source, destination = read_end(cursor, "source"), read_end(cursor, "destination")
    transform_id, spi = cursor.fields(TRANSFORM[protocol_id])
    attributes = read_attributes(cursor, "ikev1-ipsec-attributes")
    return SaTek(protocol_id, IpsecTek(protocol, source, destination, transform_id, spi, attributes), b"")


def _decode_power(cursor: Cursor) -> PowerTek:
    oid, selector = read_oid_selector(cursor)
    spi, authentication, confidentiality, lifetime = cursor.fields(POWER)
    attributes = read_attributes(cursor, "gdoi-iec-attributes")
    return PowerTek(oid, selector, spi, authentication, confidentiality, lifetime, attributes)
