"""What G-IKEv2's payloads share (RFC 9838 section 4): substructures of protocol, SPI and length, attributes behind."""

from collections.abc import Iterator

from analyzer.isakmp.cursor import Cursor, Layout
from analyzer.isakmp.field_names import label

SUBSTRUCTURE = Layout(">BBH", "protocol_id=ikev2-protocol-ids", "spi_size", "length")


def substructures(cursor: Cursor, name: str) -> Iterator[tuple[int, bytes, Cursor]]:
    """Protocol, SPI and the bytes behind them of each substructure; protocol 0 stands for the group or the member."""
    found: list[int] = []
    while cursor.more(found, SUBSTRUCTURE.size):
        cursor.begin(name)
        protocol, spi_size, length = cursor.fields(SUBSTRUCTURE)
        if length < SUBSTRUCTURE.size:
            expected = f"at least {SUBSTRUCTURE.size} bytes of {label(name)}"
            cursor.defect("wire-payload-length", expected, str(length), "nothing further is read")
            cursor.rest("undecoded_bytes")
            cursor.end()
            return
        if length - SUBSTRUCTURE.size > cursor.remaining:
            expected = f"at most {cursor.remaining + SUBSTRUCTURE.size} bytes of {label(name)}"
            cursor.defect("wire-payload-overlong", expected, str(length), "decoded as far as there are bytes")
        inner = cursor.sub(length - SUBSTRUCTURE.size)
        spi = inner.take(spi_size, "spi") if spi_size else b""
        found.append(protocol)
        yield protocol, spi, inner
        cursor.end("ikev2-protocol-ids", protocol)
