"""Notification payload (RFC 2408 section 3.14, RFC 7296 section 3.10)."""

from typing import NamedTuple

from analyzer.isakmp.cursor import Cursor, Layout
from analyzer.isakmp.payloads.notify_data import describe

NOTIFY_1 = Layout(">IBBH", "doi=ikev1-doi", "protocol_id=ikev1-protocol-ids", "spi_size", "notify_type=ikev1-notify")
NOTIFY_2 = Layout(">BBH", "protocol_id=ikev2-protocol-ids", "spi_size", "notify_type=ikev2-notify")


class Notify(NamedTuple):
    """A notification. `doi` exists in IKEv1 only; `spi` is of the SA it is about, empty for most."""

    doi: int | None
    protocol_id: int
    spi: bytes
    notify_type: int
    data: bytes


def decode(cursor: Cursor) -> Notify:
    """Decode a Notify payload; its data stay bytes, the tree reads them by type."""
    if cursor.major_version == 2:
        doi = None
        protocol, spi_size, kind = cursor.fields(NOTIFY_2)
    else:
        doi, protocol, spi_size, kind = cursor.fields(NOTIFY_1)
    if cursor.recording and not protocol:
        cursor.mean("protocol_id", "about no SA in particular")
    spi = cursor.take(spi_size, "spi") if spi_size else b""
    return Notify(doi, protocol, spi, kind, cursor.rest("notification_data", describe, kind, protocol))
