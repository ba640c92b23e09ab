"""As much DER as ISAKMP shows outside certificates: distinguished names, general names, algorithm identifiers."""

from functools import cache

from analyzer.isakmp import registry
from analyzer.isakmp.cursor import Cursor, Layout, ShortError
from analyzer.isakmp.text import address_text, printable

TAG_AND_LENGTH = Layout(">BB", "tag=hex", "length")
SEQUENCE, SET, OID = 0x30, 0x31, 0x06
_LONG_FORM = 0x80
_MOST_LENGTH_BYTES = 4
_ENCODINGS = {12: "utf-8", 18: "ascii", 19: "ascii", 20: "latin-1", 22: "ascii", 28: "utf-32-be", 30: "utf-16-be"}
_ESCAPED = ',+"\\<>;='
_GENERAL_NAMES = {0x81: "email", 0x82: "DNS", 0x86: "URI"}
_DIRECTORY_NAME = 0xA4
_IP_ADDRESS = 0x87
_GSS_API = 0x60


class DerError(Exception):
    """The bytes are not the DER expected; never leaves this module."""


@cache
def _oid_names() -> dict[str, str]:
    return {row["oid"]: row["name"] for row in registry.rows("oids")}


def element(cursor: Cursor) -> tuple[int, Cursor]:
    """Tag and content of the next element."""
    tag, length = cursor.fields(TAG_AND_LENGTH)
    if length & _LONG_FORM:
        size = length - _LONG_FORM
        if not 0 < size <= _MOST_LENGTH_BYTES:
            raise DerError
        length = int.from_bytes(cursor.take(size, "length"), "big")
    if length > cursor.remaining:
        raise DerError
    return tag, cursor.sub(length)


def _expect(cursor: Cursor, expected: int) -> Cursor:
    tag, inner = element(cursor)
    if tag != expected:
        raise DerError
    return inner


def oid_text(data: bytes) -> str:
    """The dotted form of an object identifier's content."""
    arcs: list[int] = []
    value = 0
    for byte in data:
        value = value << 7 | byte & 0x7F
        if not byte & 0x80:
            arcs.append(value)
            value = 0
    if not arcs:
        return ""
    first = min(arcs[0] // 40, 2)
    return ".".join(map(str, (first, arcs[0] - 40 * first, *arcs[1:])))


def oid_name(data: bytes) -> str:
    """The name of an object identifier, or its dotted form."""
    return dotted_name(oid_text(data))


def dotted_name(dotted: str) -> str:
    """The name of an object identifier in dotted form, or that form."""
    return _oid_names().get(dotted, dotted)


def _reader(data: bytes) -> Cursor:
    return Cursor(data, 0, [])


def name_text(data: bytes) -> str | None:
    """A distinguished name as RFC 4514 writes it; None if it is none."""
    try:
        names = _expect(_reader(data), SEQUENCE)
        parts = []
        while names.remaining:
            part = _expect(names, SET)
            pairs = []
            while part.remaining:
                pair = _expect(part, SEQUENCE)
                kind = oid_name(_expect(pair, OID).body)
                tag, value = element(pair)
                pairs.append(f"{kind}={_value_text(tag, value.body)}")
            parts.append("+".join(pairs))
    except (DerError, ShortError):
        return None
    return ",".join(reversed(parts))


def _value_text(tag: int, data: bytes) -> str:
    encoding = _ENCODINGS.get(tag)
    if encoding is None:
        return "#" + data.hex()
    text = data.decode(encoding, "replace")
    text = "".join("\\" + c if c in _ESCAPED else c for c in text)
    if text[:1] in (" ", "#"):
        text = "\\" + text
    if text.endswith(" "):
        text = text[:-1] + "\\ "
    return printable(text)


def general_name_text(data: bytes) -> str | None:
    """A GeneralName (RFC 5280 section 4.2.1.6): kind and value; None if it is none."""
    try:
        tag, content = element(_reader(data))
    except (DerError, ShortError):
        return None
    if tag in _GENERAL_NAMES:
        return f"{_GENERAL_NAMES[tag]}:{printable(content.body.decode('ascii', 'replace'))}"
    if tag == _IP_ADDRESS:
        address = address_text(content.body)
        return address and f"IP:{address}"
    if tag == _DIRECTORY_NAME:
        name = name_text(content.body)
        return name and f"DN:{name}"
    return None


def algorithm_text(data: bytes) -> str | None:
    """An AlgorithmIdentifier: its name, of RSASSA-PSS also the hash (RFC 4055; SHA-1 where it is left out)."""
    try:
        algorithm = _expect(_reader(data), SEQUENCE)
        name = oid_name(_expect(algorithm, OID).body)
        if name != "RSASSA-PSS":
            return name
        parameters = _expect(algorithm, SEQUENCE) if algorithm.remaining else _reader(b"")
        while parameters.remaining:
            tag, inner = element(parameters)
            if tag == 0xA0:
                return f"{name} {oid_name(_expect(_expect(inner, SEQUENCE), OID).body)}"
    except (DerError, ShortError):
        return None
    return f"{name} sha1"


def mechanism_text(data: bytes) -> str | None:
    """The mechanism that a context's first GSS-API token names (RFC 2743 section 3.1); None where it names none."""
    try:
        return oid_name(_expect(_expect(_reader(data), _GSS_API), OID).body)
    except (DerError, ShortError):
        return None


def object_identifier_text(data: bytes) -> str | None:
    """The name of an object identifier in DER, or its dotted form; None if it is none."""
    try:
        return oid_name(_expect(_reader(data), OID).body) or None
    except (DerError, ShortError):
        return None
