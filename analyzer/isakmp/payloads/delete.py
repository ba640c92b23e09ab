"""Delete payload (RFC 2408 section 3.15, RFC 7296 section 3.11)."""

from typing import NamedTuple

from analyzer.isakmp.cursor import Cursor, Layout

DELETE_1 = Layout(">IBBH", "doi=ikev1-doi", "protocol_id=ikev1-protocol-ids", "spi_size", "spi_count")
DELETE_2 = Layout(">BBH", "protocol_id=ikev2-protocol-ids", "spi_size", "spi_count")


class Delete(NamedTuple):
    """SAs that the sender has deleted. IKEv2 names its IKE SA by protocol alone: no SPIs."""

    doi: int | None
    protocol_id: int
    spi_size: int
    spis: tuple[bytes, ...]


def decode(cursor: Cursor) -> Delete:
    """Decode a Delete payload, as many whole SPIs as there are."""
    doi = None
    if cursor.major_version == 2:
        protocol, size, count = cursor.fields(DELETE_2)
    else:
        doi, protocol, size, count = cursor.fields(DELETE_1)
    if size * count != cursor.remaining:
        found = f"{cursor.remaining} bytes"
        cursor.defect("wire-spi-count", f"{count} SPIs of {size} bytes", found, "the SPIs that are there are read")
    spis: list[bytes] = []
    while size and len(spis) < count and cursor.more(spis, size):
        spis.append(cursor.take(size, "spi"))
    return Delete(doi, protocol, size, tuple(spis))
