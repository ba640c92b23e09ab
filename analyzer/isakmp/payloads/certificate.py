"""Certificate payload (RFC 2408 section 3.9, RFC 7296 section 3.6)."""

from typing import NamedTuple

from analyzer.isakmp import registry
from analyzer.isakmp.cursor import Cursor, Layout
from analyzer.isakmp.payloads import content

ENCODING_1 = Layout(">B", "certificate_encoding=ikev1-cert-encodings")
ENCODING_2 = Layout(">B", "certificate_encoding=ikev2-cert-encodings")


class Certificate(NamedTuple):
    """A certificate, a revocation list or a key, as `encoding` says."""

    encoding: int
    data: bytes


def decode(cursor: Cursor) -> Certificate:
    """Decode a CERT payload."""
    (encoding,) = cursor.fields(ENCODING_1 if cursor.major_version == 1 else ENCODING_2)
    return Certificate(encoding, cursor.rest("certificate_data", read_certificate, encoding))


def read_certificate(cursor: Cursor, encoding: int) -> None:
    """Read what the certificate says, for the tree."""
    row = registry.entry(f"ikev{cursor.major_version}-cert-encodings", encoding)
    if row is not None and row.data:
        content.read(cursor, row.data)
