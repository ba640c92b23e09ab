"""Authentication payload (RFC 7296 section 3.8)."""

from typing import NamedTuple

from analyzer.isakmp import der
from analyzer.isakmp.cursor import Cursor, Layout
from analyzer.isakmp.numbers import AuthMethodV2

METHOD = Layout(">BBH", "auth_method=ikev2-auth-methods", "reserved=hex", "reserved2=hex")
SIZE = Layout(">B", "algorithm_identifier_length")


class Authentication(NamedTuple):
    """Signature or MAC over one side's first message."""

    method: int
    data: bytes


def decode(cursor: Cursor) -> Authentication:
    """Decode an AUTH payload."""
    method, _, _ = cursor.fields(METHOD)
    return Authentication(method, cursor.rest("authentication_data", _read_data, method))


def signature_algorithm(data: bytes) -> str | None:
    """The algorithm that the data of method 14 name (RFC 7427 section 3); None where they name none."""
    cursor = Cursor(data, 0, [])
    if not data:
        return None
    (size,) = cursor.fields(SIZE)
    return der.algorithm_text(cursor.take(size, ""))


def _read_data(cursor: Cursor, method: int) -> None:
    if method == AuthMethodV2.DIGITAL_SIGNATURE:
        cursor.describe(signature_algorithm(cursor.body) or "")
        (size,) = cursor.fields(SIZE)
        cursor.take(size, "algorithm_identifier", _name_algorithm)
        cursor.rest("signature_value")


def _name_algorithm(cursor: Cursor) -> None:
    cursor.describe(der.algorithm_text(cursor.body, cursor.defect) or "")
