"""Certificates, names and whatever else is DER: the structure stays, byte for byte as long, and who is named goes.

Kept: object identifiers that the registry knows, times, flags, small numbers, sizes of keys. Under other names:
strings, general names, addresses, serial numbers, keys, key identifiers, signatures. A key stays one that can be read:
of as many bits, on its curve.
"""

from typing import Final, NamedTuple

from analyzer.isakmp.der import dotted_name, oid_text
from analyzer.redact.addresses import V4, V6, Addresses
from analyzer.redact.key import Key
from analyzer.redact.pseudonyms import Pseudonyms

_INTEGER, _BIT_STRING, _OCTET_STRING, _OID, _UTC_TIME, _GENERALIZED_TIME = 2, 3, 4, 6, 23, 24
_STAYS: Final = frozenset((1, 5, 10, _UTC_TIME, _GENERALIZED_TIME))  # BOOLEAN, NULL, ENUMERATED, times
_TEXTS: Final = frozenset((12, 18, 19, 20, 21, 22, 25, 26, 27))
_NAMES: Final = frozenset((0x81, 0x82, 0x86))  # mail, DNS and URI of a general name; elsewhere other things
_WIDE: Final = {30: 2, 28: 4}  # BMPString, UniversalString: bytes of a character
_IP_ADDRESS: Final = 0x87
_CONSTRUCTED: Final = 0x20
_SMALL_NUMBER: Final = 8  # bytes; serial numbers are known by their place
_FLAGS: Final = 3  # bytes of a BIT STRING that is a set of flags: key usage
_DEEPEST: Final = 24
_MOST: Final = 20_000  # elements
_ENTERPRISES: Final = b"\x2b\x06\x01\x04\x01"  # 1.3.6.1.4.1: numbers of organisations, and what they number themselves
_CURVES: Final = {  # by the dotted form of their identifiers: classes of `cryptography`, and the order's bits
    "1.2.840.10045.3.1.1": "SECP192R1",
    "1.3.132.0.33": "SECP224R1",
    "1.2.840.10045.3.1.7": "SECP256R1",
    "1.3.132.0.10": "SECP256K1",
    "1.3.132.0.34": "SECP384R1",
    "1.3.132.0.35": "SECP521R1",
    "1.3.36.3.3.2.8.1.1.7": "BrainpoolP256R1",
    "1.3.36.3.3.2.8.1.1.11": "BrainpoolP384R1",
    "1.3.36.3.3.2.8.1.1.13": "BrainpoolP512R1",
}
_COMPRESSED: Final = (2, 3)


class Element(NamedTuple):
    """An element of DER: where its content begins and ends."""

    tag: int
    start: int
    end: int


class DerRedactor:
    """Replaces what DER says, in place."""

    def __init__(self, key: Key, pseudonyms: Pseudonyms, addresses: Addresses) -> None:
        self._key = key
        self._names = pseudonyms
        self._addresses = addresses
        self._left = 0
        self._cut = False

    def of(self, data: bytes, *, cut: bool = False) -> bytes | None:
        """The same structure under other names; None: the bytes are no DER from end to end.

        cut: the capture may have cut it off.
        """
        self._left = _MOST
        self._cut = cut
        out = bytearray(len(data))
        return bytes(out) if self._elements(data, 0, len(data), out, 0) else None

    def _elements(self, data: bytes, start: int, end: int, out: bytearray, depth: int) -> bool:
        """All elements from start to end; False where they are none, or too many or too deep."""
        found = elements(data, start, end, cut=self._cut and end == len(data))
        if found is None or depth > _DEEPEST or not found:
            return found is not None and start == end
        self._left -= len(found)
        if self._left < 0:
            return False
        place = start
        curve = self._curve(data, found)
        for number, one in enumerate(found):
            out[place : one.start] = data[place : one.start]
            if one.tag & _CONSTRUCTED:
                if not self._elements(data, one.start, one.end, out, depth + 1):
                    return False
            else:
                body = data[one.start : one.end]
                serial = one.tag == _INTEGER and _is_serial(data, found, number)
                out[one.start : one.end] = self._value(one.tag, body, depth, curve=curve, serial=serial)
            place = one.end
        return True

    def _value(self, tag: int, body: bytes, depth: int, *, curve: str, serial: bool) -> bytes:
        if tag in _STAYS or not body:
            return body
        if tag == _INTEGER:
            return self._names.number(body) if serial or len(body) > _SMALL_NUMBER else body
        if tag == _BIT_STRING:
            return self._bits(body, depth, curve)
        if tag == _OCTET_STRING:
            inner = bytearray(len(body))
            if self._elements(body, 0, len(body), inner, depth + 1):
                return bytes(inner)
        return self._name(tag, body)

    def _name(self, tag: int, body: bytes) -> bytes:
        """What names somebody or something: strings, addresses, identifiers, and what nobody knows."""
        if tag in _TEXTS:
            return self._names.text(body)
        if tag in _NAMES:
            return self._names.of(body)
        if tag in _WIDE:
            return self._wide(body, _WIDE[tag])
        if tag == _OID:
            return self._oid(body)
        return self._ip(body) if tag == _IP_ADDRESS else self._names.opaque(body)

    def _bits(self, body: bytes, depth: int, curve: str) -> bytes:
        if len(body) <= _FLAGS:
            return body
        if curve:
            return body[:1] + self._point(body[1:], curve)
        inner = bytearray(len(body) - 1)
        if self._elements(body[1:], 0, len(inner), inner, depth + 1):
            return body[:1] + bytes(inner)
        return body[:1] + self._names.opaque(body[1:])

    def _point(self, point: bytes, curve: str) -> bytes:
        """Another point of the curve, in the same form."""
        from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415  (few captures have such keys)
        from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat  # noqa: PLC0415

        seed = int.from_bytes(self._key.stream("curve", point, 24), "big") or 1
        try:
            public = ec.derive_private_key(seed, getattr(ec, curve)()).public_key()
        except Exception:
            return self._names.opaque(point)
        form = PublicFormat.CompressedPoint if point[0] in _COMPRESSED else PublicFormat.UncompressedPoint
        made = public.public_bytes(Encoding.X962, form)
        return made if len(made) == len(point) else self._names.opaque(point)

    def _curve(self, data: bytes, found: list[Element]) -> str:
        """The curve of a SubjectPublicKeyInfo (RFC 5480 section 2): an algorithm with it, then the key's bits."""
        if len(found) != 2 or found[0].tag != 0x30 or found[1].tag != _BIT_STRING:
            return ""
        names = elements(data, found[0].start, found[0].end) or []
        if len(names) != 2 or names[1].tag != _OID:
            return ""
        return _CURVES.get(oid_text(data[names[1].start : names[1].end]), "")

    def _oid(self, body: bytes) -> bytes:
        """Of an organisation's own number, which nobody else uses, what stands behind the common beginning."""
        dotted = oid_text(body)
        if not body.startswith(_ENTERPRISES) or dotted_name(dotted) != dotted:
            return body
        size = len(_ENTERPRISES)
        made = self._key.stream("oid", body, len(body))
        return body[:size] + bytes(b & 0x80 | (m & 0x3F | 0x40) for b, m in zip(body[size:], made[size:], strict=True))

    def _wide(self, body: bytes, width: int) -> bytes:
        low = self._names.text(bytes(body[width - 1 :: width]))
        high = bytes(width - 1)
        return b"".join(high + bytes([byte]) for byte in low)[: len(body)].ljust(len(body), b"\0")

    def _ip(self, body: bytes) -> bytes:
        if len(body) in (V4, V6):
            return self._addresses.of(body)
        if len(body) in (2 * V4, 2 * V6):  # with a mask, in name constraints
            half = len(body) // 2
            return self._addresses.in_network(body[:half], body[half:]) + body[half:]
        return self._names.opaque(body)


def elements(data: bytes, start: int, end: int, *, cut: bool = False) -> list[Element] | None:
    """The elements that fill the bytes from start to end; None: there are none that do. cut: the last may be longer."""
    found: list[Element] = []
    while start < end:
        if start + 2 > end or data[start] & 0x1F == 0x1F or len(found) >= _MOST:
            return None
        tag, length, at = data[start], data[start + 1], start + 2
        if length & 0x80:
            size = length & 0x7F
            if not 0 < size <= 4 or at + size > end:
                return None
            length, at = int.from_bytes(data[at : at + size], "big"), at + size
        if at + length > end:
            if not cut:
                return None
            length = end - at
        found.append(Element(tag, at, at + length))
        start = at + length
    return found


def _is_serial(data: bytes, found: list[Element], number: int) -> bool:
    """Whether an INTEGER is a serial number, by what stands beside it.

    An algorithm behind it (a certificate, RFC 5280 section 4.1), a time (an entry of a revocation list, 5.1), or the
    hash of a key before it (OCSP, RFC 6960 section 4.1.1); or a name (the issuer that signed, RFC 5652 section 5.3).
    """
    after = found[number + 1] if number + 1 < len(found) else None
    before = found[number - 1] if number else None
    if after is not None and after.tag in (_UTC_TIME, _GENERALIZED_TIME):
        return True
    if before is not None and before.tag == _OCTET_STRING:
        return True
    if after is not None and after.tag == 0x30 and data[after.start : after.start + 1] == bytes([_OID]):
        return len(found) > 4
    return before is not None and before.tag == 0x30 and data[before.start : before.start + 1] == b"\x31"
