"""Authentication payload (RFC 7296 section 3.8)."""

from typing import NamedTuple

from analyzer.isakmp.cursor import Cursor, Layout

METHOD = Layout(">BBH", "auth_method=ikev2-auth-methods", "reserved=hex", "reserved2=hex")


class Authentication(NamedTuple):
    """Signature or MAC over one side's first message."""

    method: int
    data: bytes


def decode(cursor: Cursor) -> Authentication:
    """Decode an AUTH payload."""
    method, _, _ = cursor.fields(METHOD)
    return Authentication(method, cursor.rest("authentication_data"))
