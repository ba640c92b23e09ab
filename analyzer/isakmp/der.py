"""As much DER as ISAKMP shows outside certificates: distinguished names, general names, algorithm identifiers."""

from collections.abc import Callable
from functools import cache

from analyzer.isakmp import registry
from analyzer.isakmp.cursor import Cursor, Layout, ShortError
from analyzer.isakmp.text import address_text, printable

TAG_AND_LENGTH = Layout(">BB", "tag=hex", "length")
SEQUENCE, SET, OID, INTEGER = 0x30, 0x31, 0x06, 0x02
_BIT_STRING = 0x03
_LONG_FORM = 0x80
_MOST_LENGTH_BYTES = 4
_ENCODINGS = {12: "utf-8", 18: "ascii", 19: "ascii", 20: "latin-1", 22: "ascii", 28: "utf-32-be", 30: "utf-16-be"}
_ESCAPED = ',+"\\<>;='
_GENERAL_NAMES = {0x81: "email", 0x82: "DNS", 0x86: "URI"}
_DIRECTORY_NAME = 0xA4
_IP_ADDRESS = 0x87
_GSS_API = 0x60
_VERSION = 0xA0  # of a certificate, explicitly tagged and left out of the first
_ISSUER, _SUBJECT, _KEY_INFO = 2, 4, 5  # behind it: serial number, algorithm, issuer, validity, subject, key
_RSA = "1.2.840.113549.1.1.1"  # rsaEncryption
_LONGEST_ARC = 19  # bytes; an arc of 128 bits, a UUID's (X.667), has as many

Note = Callable[[str, str, str, str], None]
"""What is reported of damage, as `Cursor.defect` takes it: kind, expected, found, effect."""


def ignore(_kind: str, _expected: str, _found: str, _effect: str) -> None:
    """For readers whose caller has no place for a defect."""


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


def oid_text(data: bytes, note: Note = ignore) -> str:
    """The dotted form of an object identifier's content; for an arc longer than any in use stands its size."""
    arcs: list[str] = []
    start = 0
    for stop, byte in enumerate(data, 1):
        if byte & 0x80:
            continue
        size = stop - start
        if size > _LONGEST_ARC:
            note("limit-oid-arc", f"arcs of at most {_LONGEST_ARC} bytes", f"{size} bytes", "not read as a number")
            arcs += ["2"] * (not arcs) + [f"({size} bytes)"]  # only an arc below 2 can be that long
        else:
            value = 0
            for seven in data[start:stop]:
                value = value << 7 | seven & 0x7F
            first = min(value // 40, 2)
            arcs += [str(value)] if arcs else [str(first), str(value - 40 * first)]
        start = stop
    return ".".join(arcs)


def oid_name(data: bytes, note: Note = ignore) -> str:
    """The name of an object identifier, or its dotted form."""
    return dotted_name(oid_text(data, note))


def dotted_name(dotted: str) -> str:
    """The name of an object identifier in dotted form, or that form."""
    return _oid_names().get(dotted, dotted)


def _reader(data: bytes) -> Cursor:
    return Cursor(data, 0, [])


def name_text(data: bytes, note: Note = ignore) -> str | None:
    """A distinguished name as RFC 4514 writes it; None if it is none."""
    try:
        names = _expect(_reader(data), SEQUENCE)
        parts = []
        while names.remaining:
            part = _expect(names, SET)
            pairs = []
            while part.remaining:
                pair = _expect(part, SEQUENCE)
                kind = oid_name(_expect(pair, OID).body, note)
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


def general_name_text(data: bytes, note: Note = ignore) -> str | None:
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
        name = name_text(content.body, note)
        return name and f"DN:{name}"
    return None


def algorithm_text(data: bytes, note: Note = ignore) -> str | None:
    """An AlgorithmIdentifier: its name, of RSASSA-PSS also the hash (RFC 4055; SHA-1 where it is left out)."""
    try:
        algorithm = _expect(_reader(data), SEQUENCE)
        name = oid_name(_expect(algorithm, OID).body, note)
        if name != "RSASSA-PSS":
            return name
        parameters = _expect(algorithm, SEQUENCE) if algorithm.remaining else _reader(b"")
        while parameters.remaining:
            tag, inner = element(parameters)
            if tag == 0xA0:
                return f"{name} {oid_name(_expect(_expect(inner, SEQUENCE), OID).body, note)}"
    except (DerError, ShortError):
        return None
    return f"{name} sha1"


def mechanism_text(data: bytes, note: Note = ignore) -> str | None:
    """The mechanism that a context's first GSS-API token names (RFC 2743 section 3.1); None where it names none."""
    try:
        return oid_name(_expect(_expect(_reader(data), _GSS_API), OID).body, note)
    except (DerError, ShortError):
        return None


def object_identifier_text(data: bytes, note: Note = ignore) -> str | None:
    """The name of an object identifier in DER, or its dotted form; None if it is none."""
    try:
        return oid_name(_expect(_reader(data), OID).body, note) or None
    except (DerError, ShortError):
        return None


def certificate_names(data: bytes) -> tuple[bytes, bytes] | None:
    """Issuer and subject of an X.509 certificate, each as DER (RFC 5280 section 4.1); None if it is none."""
    try:
        found = _certificate_fields(data, _SUBJECT + 1)
    except (DerError, ShortError):
        return None
    return found[_ISSUER], found[_SUBJECT]


def rsa_key(data: bytes) -> tuple[int, int] | None:
    """Modulus and public exponent of an RSA key, whatever they are (RFC 8017 appendix A.1.1).

    data: a certificate, a SubjectPublicKeyInfo or an RSAPublicKey. None: another key, or none of these.
    """
    for numbers in (_of_certificate, _of_key_info, _reader):
        try:
            key = _expect(numbers(data), SEQUENCE)
            modulus, exponent = (int.from_bytes(_expect(key, INTEGER).body, "big") for _ in range(2))
        except (DerError, ShortError):
            continue
        return None if key.remaining else (modulus, exponent)
    return None


def _of_certificate(data: bytes) -> Cursor:
    return _of_key_info(_certificate_fields(data, _KEY_INFO + 1)[_KEY_INFO])


def _of_key_info(data: bytes) -> Cursor:
    """What the bit string of a key of the algorithm rsaEncryption holds (RFC 5280 section 4.1.2.7)."""
    info = _expect(_reader(data), SEQUENCE)
    if oid_text(_expect(_expect(info, SEQUENCE), OID).body) != _RSA:
        raise DerError
    return _reader(_expect(info, _BIT_STRING).body[1:])


def _certificate_fields(data: bytes, count: int) -> list[bytes]:
    """The first fields of a certificate, but for its version."""
    inner = _expect(_expect(_reader(data), SEQUENCE), SEQUENCE)
    found: list[bytes] = []
    while len(found) < count:
        start = inner.position
        tag, _ = element(inner)
        if found or tag != _VERSION:
            found.append(data[start : inner.position])
    return found
