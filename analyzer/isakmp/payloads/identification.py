"""Identification payload (RFC 2407 section 4.6.2, RFC 7296 section 3.5, RFC 9838 for groups)."""

import ipaddress
from typing import NamedTuple

from analyzer.isakmp.cursor import Cursor, Layout

IDENTIFICATION_1 = Layout(">BBH", "id_type=ikev1-id-types", "protocol", "port")
IDENTIFICATION_2 = Layout(">BBH", "id_type=ikev2-id-types", "reserved=hex", "reserved2=hex")
_ADDRESS = {1: 4, 5: 16}
_SUBNET = {4: 4, 6: 16}
_RANGE = {7: 4, 8: 16}
_TEXT = (2, 3)
_NULL = 13


class Identification(NamedTuple):
    """An identity. `protocol` and `port` narrow an IKEv1 identity (0: any); IKEv2 has none: None."""

    id_type: int
    protocol: int | None
    port: int | None
    data: bytes

    @property
    def text(self) -> str:
        """The identity for people: an address, a name, a distinguished name, or hex."""
        return identity_text(self.id_type, self.data)


def decode(cursor: Cursor) -> Identification:
    """Decode an ID payload."""
    if cursor.major_version == 2:
        id_type, _, _ = cursor.fields(IDENTIFICATION_2)
        return Identification(id_type, None, None, cursor.rest("identification_data"))
    id_type, protocol, port = cursor.fields(IDENTIFICATION_1)
    return Identification(id_type, protocol, port, cursor.rest("identification_data"))


def identity_text(id_type: int, data: bytes) -> str:
    """Text of an identity of either version; the numbers of the two do not contradict each other."""
    if id_type == _NULL:
        return ""
    if id_type in _TEXT:
        return data.decode("utf-8", "replace")
    if len(data) == _ADDRESS.get(id_type):
        return str(ipaddress.ip_address(data))
    return data.hex()
