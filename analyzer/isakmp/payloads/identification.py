"""Identification payload (RFC 2407 section 4.6.2, RFC 7296 section 3.5, RFC 9838 for groups)."""

from typing import NamedTuple

from analyzer.isakmp import registry
from analyzer.isakmp.cursor import Cursor, Layout
from analyzer.isakmp.payloads import content

IDENTIFICATION_1 = Layout(">BBH", "id_type=ikev1-id-types", "protocol=ip-protocols", "port")
IDENTIFICATION_2 = Layout(">BBH", "id_type=ikev2-id-types", "reserved=hex", "reserved2=hex")


class Identification(NamedTuple):
    """An identity. `protocol` and `port` narrow an IKEv1 identity (0: any); IKEv2 has none: None."""

    id_type: int
    protocol: int | None
    port: int | None
    data: bytes

    @property
    def text(self) -> str:
        """The identity for people: an address, a name, a distinguished name, or hex; nothing for ID_NULL."""
        return identity_text(self.id_type, self.data)


def decode(cursor: Cursor) -> Identification:
    """Decode an ID payload."""
    protocol = port = None
    if cursor.major_version == 2:
        id_type, _, _ = cursor.fields(IDENTIFICATION_2)
    else:
        id_type, protocol, port = cursor.fields(IDENTIFICATION_1)
    return Identification(id_type, protocol, port, cursor.rest("identification_data", read_identity, id_type))


def identity_text(id_type: int, data: bytes) -> str:
    """Text of an identity of either version: where both know a number, it means the same."""
    row = registry.entry("ikev1-id-types", id_type)
    found = content.text_of(row.data, data) if row is not None else None
    return data.hex() if found is None else found


def read_identity(cursor: Cursor, id_type: int) -> None:
    """Read an identity for the tree; IKEv2 took IKEv1's subnets and ranges back, and some send them all the same."""
    for version in (cursor.major_version, 1):
        row = registry.entry(f"ikev{version}-id-types", id_type)
        if row is not None and row.data:
            content.read(cursor, row.data)
            return
