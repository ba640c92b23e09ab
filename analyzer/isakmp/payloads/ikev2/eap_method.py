"""What EAP methods say in the clear; the registry names the form of each (eap-types: column `data`)."""

from collections.abc import Callable

from analyzer.isakmp import registry
from analyzer.isakmp.cursor import Cursor, Layout
from analyzer.isakmp.payloads import content

TLS_FLAGS = Layout(">B", "flags=&eap-tls-flags")
TLS_LENGTH = Layout(">I", "tls_message_length")
AKA = Layout(">BH", "subtype=eap-aka-subtypes", "reserved=hex")
AKA_ATTRIBUTE = Layout(">BB", "attribute_type=eap-aka-attributes", "attribute_length")
AKA_LENGTH = Layout(">H", "actual_length")
MSCHAPV2 = Layout(">BBH", "opcode=eap-mschapv2-opcodes", "mschapv2_id", "ms_length")
VALUE_SIZE = Layout(">B", "value_size")

_LENGTH_INCLUDED = 0x80
_RESPONSE = 2
_CHALLENGE = 1
_AKA_UNIT = 4


def read_method(cursor: Cursor, eap_type: int) -> None:
    """Read the data behind the type of an EAP packet, for the tree."""
    row = registry.entry("eap-types", eap_type)
    form = row.data if row is not None else ""
    if form in _METHODS:
        _METHODS[form](cursor)
    elif form:
        content.read(cursor, form)


def _tls(cursor: Cursor) -> None:
    """EAP-TLS and what is built like it (RFC 5216 section 3.1): flags, perhaps a length, TLS records."""
    (flags,) = cursor.fields(TLS_FLAGS)
    if flags & _LENGTH_INCLUDED:
        cursor.fields(TLS_LENGTH)
    cursor.rest("tls_data")


def _aka(cursor: Cursor) -> None:
    """EAP-SIM, EAP-AKA and EAP-AKA' (RFC 4186 section 8.1, RFC 4187 section 8.1)."""
    cursor.fields(AKA)
    kinds: list[int] = []
    while cursor.more(kinds, AKA_ATTRIBUTE.size):
        cursor.begin("attribute")
        kind, units = cursor.fields(AKA_ATTRIBUTE)
        kinds.append(kind)
        size = units * _AKA_UNIT - AKA_ATTRIBUTE.size
        if size < 0:
            cursor.defect("wire-payload-length", "at least 1 unit of 4 bytes", str(units), "nothing further is read")
            cursor.rest("undecoded_bytes")
        else:
            row = registry.entry("eap-aka-attributes", kind)
            cursor.take(size, "attribute_value", _AKA_VALUES.get(row.data if row is not None else ""))
        cursor.end("eap-aka-attributes", kind)


def _aka_text(cursor: Cursor) -> None:
    """A string behind its actual length, padded."""
    (size,) = cursor.fields(AKA_LENGTH)
    cursor.take(min(size, cursor.remaining), "text", content.read, "text")
    cursor.rest("padding")


def _aka_error(cursor: Cursor) -> None:
    cursor.fields(AKA_LENGTH)


_AKA_VALUES: dict[str, Callable[[Cursor], None]] = {"text": _aka_text, "number": _aka_error}


def _mschapv2(cursor: Cursor) -> None:
    """EAP-MSCHAPv2 (draft-kamath-pppext-eap-mschapv2-02 section 2)."""
    if cursor.remaining < MSCHAPV2.size:  # a success or failure response is its opcode alone
        cursor.rest("opcode")
        return
    opcode, _, _ = cursor.fields(MSCHAPV2)
    if opcode in (_CHALLENGE, _RESPONSE) and cursor.remaining:
        (size,) = cursor.fields(VALUE_SIZE)
        cursor.take(size, "challenge" if opcode == _CHALLENGE else "peer_challenge_and_response")
        cursor.rest("name", content.read, "text")
    else:
        cursor.rest("message", content.read, "text")


def _challenge(cursor: Cursor) -> None:
    """EAP-MD5 (RFC 3748 section 5.4)."""
    (size,) = cursor.fields(VALUE_SIZE)
    cursor.take(size, "value")
    cursor.rest("name", content.read, "text")


_METHODS: dict[str, Callable[[Cursor], None]] = {
    "aka": _aka,
    "challenge": _challenge,
    "mschapv2": _mschapv2,
    "tls": _tls,
}
