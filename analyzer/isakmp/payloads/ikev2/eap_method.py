"""What EAP methods say in the clear; the registry names the form of each (eap-types: column `data`).

Responses of token and password methods are credentials. Those of methods without a form are hidden too: nobody here
knows what they say, and some methods send what the user types.
"""

from collections.abc import Callable

from analyzer.isakmp import credentials, registry
from analyzer.isakmp.cursor import Cursor, Layout
from analyzer.isakmp.payloads import content
from analyzer.isakmp.payloads.ikev2 import eap_tls

AKA = Layout(">BH", "subtype=eap-aka-subtypes", "reserved=hex")
AKA_ATTRIBUTE = Layout(">BB", "attribute_type=eap-aka-attributes", "attribute_length")
AKA_LENGTH = Layout(">H", "actual_length")
AKA_BITS = Layout(">H", "length_in_bits")
AKA_NUMBER = Layout(">H", "number")
AKA_RESERVED = Layout(">H", "reserved=hex")
VERSION = Layout(">H", "version")
MSCHAPV2 = Layout(">BBH", "opcode=eap-mschapv2-opcodes", "mschapv2_id", "ms_length")
VALUE_SIZE = Layout(">B", "value_size")
EXPANDED = Layout(">3sI", "vendor_id", "vendor_type")
EAP_5G = Layout(">BB", "message_id=eap-5g-messages", "spare=hex")
EAP_5G_LENGTH = Layout(">H", "length")

_REQUEST = 1  # an EAP code; all else is taken for what the user's side says
_CHALLENGE, _RESPONSE, _CHANGE_PASSWORD = 1, 2, 7  # MS-CHAPv2's opcodes
_EXPANDED = 254
_IETF = bytes(3)
_AKA_UNIT = 4
_3GPP = bytes.fromhex("0028af")  # SMI private enterprise code 10415
_EAP_5G = 3
_5G_NAS = 2


def read_method(cursor: Cursor, eap_type: int, code: int) -> None:
    """Read the data behind the type of an EAP packet, for the tree."""
    row = registry.entry("eap-types", eap_type)
    form = row.data if row is not None else ""
    if form == "token":  # a prompt, and what the user answers (RFC 3748 sections 5.5 and 5.6)
        if code == _REQUEST:
            content.read(cursor, "text")
        else:
            credentials.hide(cursor)
    elif form == "expanded":
        _expanded(cursor, code)
    elif form in _METHODS:
        _METHODS[form](cursor)
    elif form:
        content.read(cursor, form)
    elif code != _REQUEST:
        credentials.hide_doubtful(cursor, "of a method that is not known here")


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
            cursor.take(size, "attribute_value", _aka_value, row.data if row is not None else "")
        cursor.end("eap-aka-attributes", kind)


def _aka_value(cursor: Cursor, form: str) -> None:
    """An attribute's value (RFC 4187 section 10, RFC 4186 section 10); `form` as in eap-aka-attributes."""
    kind, _, name = form.partition(":")
    if kind == "aka-text":  # behind its actual length, padded
        (size,) = cursor.fields(AKA_LENGTH)
        cursor.take(min(size, cursor.remaining), name, content.read, "text")
        cursor.rest("padding")
    elif kind == "aka-bits":
        (bits,) = cursor.fields(AKA_BITS)
        cursor.take(min((bits + 7) // 8, cursor.remaining), name)
        cursor.rest("padding")
    elif kind == "aka-number":
        cursor.fields(AKA_NUMBER)
        if name:
            cursor.explain("number", name)
    elif kind == "aka-reserved":
        cursor.fields(AKA_RESERVED)
        cursor.rest(name)
    elif kind == "aka-versions":
        (size,) = cursor.fields(AKA_LENGTH)
        for _ in range(min(size, cursor.remaining) // VERSION.size):
            cursor.fields(VERSION)
        cursor.rest("padding")
    elif kind == "aka-bare":
        cursor.rest(name)


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
    elif opcode == _CHANGE_PASSWORD:
        cursor.rest("encrypted_password_and_responses", credentials.hide)
    else:
        cursor.rest("message", content.read, "text")


def _challenge(cursor: Cursor) -> None:
    """EAP-MD5 (RFC 3748 section 5.4)."""
    (size,) = cursor.fields(VALUE_SIZE)
    cursor.take(size, "value")
    cursor.rest("name", content.read, "text")


def _expanded(cursor: Cursor, code: int) -> None:
    """A vendor's method, or of vendor 0 one of the IETF's types (RFC 3748 section 5.7).

    3GPP's EAP-5G carries a mobile's first messages (TS 24.502 section 9.3.2).
    """
    vendor, kind = cursor.fields(EXPANDED)
    if (vendor, kind) != (_3GPP, _EAP_5G):
        inner = kind if vendor == _IETF and kind != _EXPANDED else 0
        cursor.rest("vendor_data", read_method, inner, code)
        return
    cursor.describe("EAP-5G of 3GPP", "3GPP TS 24.502")
    message, _ = cursor.fields(EAP_5G)
    if message == _5G_NAS and cursor.remaining:
        for name in ("access_network_parameters", "nas_message"):
            if cursor.remaining >= EAP_5G_LENGTH.size:
                (size,) = cursor.fields(EAP_5G_LENGTH)
                cursor.take(min(size, cursor.remaining), name)
    cursor.rest("extensions")


_METHODS: dict[str, Callable[[Cursor], None]] = {
    "aka": _aka,
    "challenge": _challenge,
    "mschapv2": _mschapv2,
    "tls": eap_tls.read,
}
