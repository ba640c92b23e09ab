"""Extensible Authentication payload (RFC 7296 section 3.16, RFC 3748 section 4)."""

from typing import NamedTuple

from analyzer.isakmp.cursor import Cursor, Layout
from analyzer.isakmp.payloads.ikev2.eap_method import read_method

EAP = Layout(">BBH", "code=eap-codes", "identifier", "length")
TYPE = Layout(">B", "type=eap-types")


class Eap(NamedTuple):
    """One EAP packet. Success and Failure have no type; `data` is what follows the type."""

    code: int
    identifier: int
    eap_type: int | None
    data: bytes


def decode(cursor: Cursor) -> Eap:
    """Decode an EAP packet up to its own length."""
    code, identifier, length = cursor.fields(EAP)
    if length != cursor.size:
        expected = f"{cursor.size}, the payload's size"
        cursor.defect("wire-eap-length", expected, str(length), "read up to the shorter one", cursor.start + 2)
    packet = cursor.sub(max(length - EAP.size, 0))
    eap_type = packet.fields(TYPE)[0] if packet.remaining else None
    return Eap(code, identifier, eap_type, packet.rest("type_data", read_method, eap_type or 0, code))
