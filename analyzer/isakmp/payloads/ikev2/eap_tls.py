"""EAP-TLS and what is built like it: EAP-TTLS, PEAP, EAP-FAST, TEAP (RFC 5216 section 3.1, RFC 5281 section 9.1)."""

from typing import NamedTuple

from analyzer.isakmp.cursor import Cursor, Layout
from analyzer.isakmp.payloads.ikev2 import eap_tls_handshake

FLAGS = Layout(">B", "flags=&eap-tls-flags")
MESSAGE_LENGTH = Layout(">I", "tls_message_length")
RECORD = Layout(">BHH", "content_type=tls-content-types", "tls_version=hex", "record_length")
HANDSHAKE = Layout(">B3s", "handshake_type=tls-handshake-types", "handshake_length")
ALERT = Layout(">BB", "level=tls-alert-levels", "alert=tls-alerts")

_LENGTH_INCLUDED = 0x80
_MORE_FRAGMENTS = 0x40
_VERSION = 0x07
_CHANGE_CIPHER_SPEC, _ALERT, _HANDSHAKE, _LAST_CONTENT_TYPE = 20, 21, 22, 23
_TLS_MAJOR = 3
_FATAL = 2


class Piece(NamedTuple):
    """What one EAP packet has of a TLS message; `more`: fragments follow."""

    data: bytes
    more: bool


def split(data: bytes) -> Piece | None:
    """The piece of a TLS message in the data of an EAP packet; None where they are too short."""
    if not data:
        return None
    start = 1 + (MESSAGE_LENGTH.size if data[0] & _LENGTH_INCLUDED else 0)
    return Piece(data[start:], bool(data[0] & _MORE_FRAGMENTS)) if start <= len(data) else None


def fatal_alert(data: bytes) -> int | None:
    """The fatal alert in clear in the data of an EAP packet that is no fragment (RFC 5246 section 7.2); None: none.

    Behind ChangeCipherSpec alerts are encrypted, and in TLS 1.3 they are application data.
    """
    piece = split(data)
    rest = piece.data if piece is not None and not piece.more else b""
    while len(rest) >= RECORD.size and rest[1] == _TLS_MAJOR and rest[0] != _CHANGE_CIPHER_SPEC:
        length = int.from_bytes(rest[3:5], "big")
        record, kind = rest[RECORD.size : RECORD.size + length], rest[0]
        if kind == _ALERT and len(record) == length == ALERT.size and record[0] == _FATAL:
            return record[1]
        rest = rest[RECORD.size + length :]
    return None


def read(cursor: Cursor) -> None:
    """Flags, perhaps the length of the whole TLS message, and its records or a fragment of them."""
    (flags,) = cursor.fields(FLAGS)
    if flags & _VERSION:
        cursor.fact("method_version", str(flags & _VERSION))
    whole = None
    if flags & _LENGTH_INCLUDED:
        (whole,) = cursor.fields(MESSAGE_LENGTH)
    if not cursor.remaining:
        return
    if flags & _MORE_FRAGMENTS or (whole is not None and whole > cursor.remaining):
        cursor.rest("tls_fragment", _fragment, whole)
    else:
        cursor.rest("tls_data", read_records)


def _fragment(cursor: Cursor, whole: int | None) -> None:
    cursor.describe(f"{cursor.size} bytes of a TLS message" + (f" of {whole}" if whole is not None else ""))
    read_records(cursor)


def read_records(cursor: Cursor) -> None:
    """Read TLS records, up to where they are encrypted; a fragment that is not the first has nothing to read."""
    found: list[int] = []
    while cursor.more(found, RECORD.size) and _begins_record(cursor):
        cursor.begin("tls_record")
        kind, number, length = cursor.fields(RECORD)
        eap_tls_handshake.read_version(cursor, number)
        encrypted = _CHANGE_CIPHER_SPEC in found
        found.append(kind)
        inner = cursor.sub(length)
        if kind == _HANDSHAKE and not encrypted:
            _handshakes(inner)
        elif kind == _ALERT and length == inner.size == ALERT.size and not encrypted:
            inner.fields(ALERT)
        inner.rest("record_data")
        cursor.end("tls-content-types", kind)
    cursor.rest("tls_bytes")


def _begins_record(cursor: Cursor) -> bool:
    version = cursor.body[cursor.position - cursor.start + 1]
    return _CHANGE_CIPHER_SPEC <= cursor.peek() <= _LAST_CONTENT_TYPE and version == _TLS_MAJOR


def _handshakes(cursor: Cursor) -> None:
    found: list[int] = []
    while cursor.more(found, HANDSHAKE.size):
        cursor.begin("handshake")
        kind, size = cursor.fields(HANDSHAKE)
        length = int.from_bytes(size, "big")
        found.append(kind)
        whole = length <= cursor.remaining
        inner = cursor.sub(length)
        if whole:
            inner.rest("handshake_data", eap_tls_handshake.read, kind)
        else:
            inner.rest("handshake_data")
        cursor.end("tls-handshake-types", kind)
