"""Certificate Request payload (RFC 2408 section 3.10, RFC 7296 section 3.7)."""

from typing import NamedTuple

from analyzer.isakmp.cursor import Cursor
from analyzer.isakmp.payloads import content
from analyzer.isakmp.payloads.certificate import ENCODING_1, ENCODING_2

_HASH_SIZE = 20


class CertificateRequest(NamedTuple):
    """Whom the sender trusts: IKEv1 a distinguished name in DER, IKEv2 SHA-1 hashes of public keys in a row."""

    encoding: int
    data: bytes


def decode(cursor: Cursor) -> CertificateRequest:
    """Decode a CERTREQ payload."""
    (encoding,) = cursor.fields(ENCODING_1 if cursor.major_version == 1 else ENCODING_2)
    return CertificateRequest(encoding, cursor.rest("certification_authority", _read_authority))


def _read_authority(cursor: Cursor) -> None:
    if cursor.major_version == 1:
        content.read(cursor, "name")
        return
    hashes: list[bytes] = []
    while cursor.more(hashes):
        hashes.append(cursor.take(_HASH_SIZE, "sha1_of_public_key"))
