"""Certificate payload (RFC 2408 section 3.9, RFC 7296 section 3.6)."""

from typing import NamedTuple

from analyzer.isakmp.cursor import Cursor, Layout

ENCODING_1 = Layout(">B", "certificate_encoding=ikev1-cert-encodings")
ENCODING_2 = Layout(">B", "certificate_encoding=ikev2-cert-encodings")


class Certificate(NamedTuple):
    """A certificate, a revocation list or a key, as `encoding` says."""

    encoding: int
    data: bytes


def decode(cursor: Cursor) -> Certificate:
    """Decode a CERT payload."""
    (encoding,) = cursor.fields(ENCODING_1 if cursor.major_version == 1 else ENCODING_2)
    return Certificate(encoding, cursor.rest("certificate_data"))
