"""SA KEK payload of GDOI (RFC 6407 section 5.3): how rekey messages are protected."""

from typing import NamedTuple

from analyzer.isakmp.cursor import Cursor, Layout
from analyzer.isakmp.payloads.attribute import Attribute, read_attributes
from analyzer.isakmp.payloads.identification import identity_text, read_identity

PROTOCOL = Layout(">B", "protocol=ip-protocols")
IDENTITY = Layout(">BHB", "id_type=ikev1-id-types", "port", "data_length")
RESERVED = Layout(">I", "reserved2=hex")  # RFC 3547: proof of possession algorithm and key length
_SPI_SIZE = 16


class TrafficIdentity(NamedTuple):
    """Source or destination of what an SA protects."""

    id_type: int
    port: int
    data: bytes

    @property
    def text(self) -> str:
        """The identity for people."""
        return identity_text(self.id_type, self.data)


class SaKek(NamedTuple):
    """Policy of the key encrypting key; the SPI is the pair of cookies of the rekey messages."""

    protocol: int
    source: TrafficIdentity
    destination: TrafficIdentity
    spi: bytes
    attributes: tuple[Attribute, ...]


def read_end(cursor: Cursor, name: str) -> TrafficIdentity:
    """Type, port, length and data of one end."""
    id_type, port, size = cursor.fields(IDENTITY)
    return TrafficIdentity(id_type, port, cursor.take(size, f"{name}_identification_data", read_identity, id_type))


def decode(cursor: Cursor) -> SaKek:
    """Decode a SAK payload."""
    (protocol,) = cursor.fields(PROTOCOL)
    source, destination = read_end(cursor, "source"), read_end(cursor, "destination")
    spi = cursor.take(_SPI_SIZE, "spi")
    cursor.fields(RESERVED)
    return SaKek(protocol, source, destination, spi, read_attributes(cursor, "gdoi-kek-attributes"))
