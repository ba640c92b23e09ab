"""The payload chain: generic headers (RFC 2408 section 3.2, RFC 7296 section 3.2), one decoder per payload type.

Which file decodes which payload number stands in the registry (ikev1-payload-types, ikev2-payload-types: column
`module`). Adding a payload is one file under payloads/ with a function `decode(cursor)`, and that registry row.
"""

import importlib
from collections.abc import Callable, Mapping
from typing import NamedTuple

from analyzer.isakmp import registry
from analyzer.isakmp.cursor import LIST_LIMIT, Cursor, Layout, ShortError, build
from analyzer.isakmp.memory import Known
from analyzer.isakmp.numbers import AUTHIP, Doi, ExchangeV1, PayloadV1, PayloadV2
from analyzer.isakmp.payloads import opaque
from analyzer.isakmp.payloads.ikev1 import authip_crypto
from analyzer.isakmp.payloads.sa import SecurityAssociation

GENERIC_HEADER = {
    1: Layout(">BBH", "next_payload=ikev1-payload-types", "reserved=hex", "payload_length"),
    2: Layout(">BBH", "next_payload=ikev2-payload-types", "critical_and_reserved=hex", "payload_length"),
}
CRITICAL = 0x80
NEVER = 0x100  # above what fits into the byte: IKEv1 has no critical bit
SK = int(PayloadV2.SK)
SKF = int(PayloadV2.SKF)
ENVELOPES = frozenset((SK, SKF))
_RFC_7296 = range(33, 49)  # payloads that every IKEv2 implementation must know, so that their critical bit is clear
_FOREIGN = {1: range(33, 55), 2: range(1, 33)}  # numbers that only the other version gives a meaning
_SA = int(PayloadV1.SA)
# Numbers of draft-ietf-ipsec-nat-t-ike-00, GDOI's today, and those that the later drafts have in their place
_EARLY_NAT_TRAVERSAL = {int(PayloadV1.SAK): 130, int(PayloadV1.SAT): 131}
_EARLY_REFERENCE = "draft-ietf-ipsec-nat-t-ike-00"
_PHASE_1 = frozenset(
    (ExchangeV1.BASE, ExchangeV1.IDENTITY_PROTECTION, ExchangeV1.AUTHENTICATION_ONLY, ExchangeV1.AGGRESSIVE)
)
# Up to these lengths payloads return unchanged with every negotiation: SA, vendor ID, notify without addresses
_REPEATING: dict[int, dict[int, int]] = {
    1: {PayloadV1.SA: 4096, PayloadV1.VENDOR_ID: 256, PayloadV1.NOTIFICATION: 16},
    2: {PayloadV2.SA: 4096, PayloadV2.VENDOR_ID: 256, PayloadV2.NOTIFY: 16},
}

Decoder = Callable[[Cursor], object]


class Payload(NamedTuple):
    """A payload of the chain. `length` is its header's field as it is; `offset` its header's place in the message."""

    type: int
    critical: bool
    length: int
    offset: int
    body: object


class _Searched(NamedTuple):
    """The DOI of a chain's first SA payload, as far as the first `upto` payloads say it."""

    doi: int | None
    upto: int


_NOT_SEARCHED = _Searched(None, 0)


class _Context(NamedTuple):
    """What walking a chain of one IKE version needs; the tuples by payload number."""

    decoders: Mapping[int, Decoder]
    layout: Layout
    repeating: tuple[int, ...]
    critical: int
    last: frozenset[int]
    doubtful: frozenset[int]
    table: str


_CONTEXTS: list[_Context | None] = [None] * 3  # constant, by major version; AuthIP's stands at 0
_AUTHIP_TABLE = "authip-payload-types"


class Decoders(dict[int, Decoder]):
    """The decoder of each payload number of one IKE version, found when it is first asked for; unknown stay opaque."""

    def __init__(self, major_version: int, *, authip: bool = False) -> None:
        super().__init__(dict.fromkeys(_FOREIGN[major_version], opaque.decode_foreign))
        self._tables = [*[_AUTHIP_TABLE] * authip, f"ikev{major_version}-payload-types"]

    def __missing__(self, payload_type: int) -> Decoder:
        entry = next(filter(None, (registry.entry(table, payload_type) for table in self._tables)), None)
        found: Decoder = opaque.decode
        if entry is not None and entry.module:
            found = importlib.import_module(f"analyzer.isakmp.payloads.{entry.module}").decode
        self[payload_type] = found
        return found


def _context(place: int) -> _Context:
    """The context at one place, made when it is first needed."""
    major_version = place or 1
    context = _CONTEXTS[place] = _Context(
        Decoders(major_version, authip=not place),
        GENERIC_HEADER[major_version],
        tuple(_REPEATING[major_version].get(number, 0) for number in range(256)),
        CRITICAL if major_version == 2 else NEVER,
        ENVELOPES if major_version == 2 else frozenset(),
        frozenset(_EARLY_NAT_TRAVERSAL) if major_version == 1 else frozenset(),
        f"ikev{major_version}-payload-types",
    )
    return context


def walk(cursor: Cursor, first_payload: int, exchange_type: int = 0) -> tuple[Payload, ...]:
    """Read payloads until the chain says it ends, or damage ends it. IKEv2's SK and SKF are always its last.

    One cursor serves the whole chain, its bounds moved from body to body: making one costs more than most bodies.
    """
    place = 0 if cursor.major_version == 1 and exchange_type in AUTHIP else cursor.major_version
    decoder, layout, repeating, critical, last, doubtful, table = _CONTEXTS[place] or _context(place)
    memories, data, recording = cursor.memory.bodies[place], cursor.data, cursor.recording
    chain_start, chain_stop, base = cursor.start, cursor.stop, cursor.base
    payloads: list[Payload] = []
    searched = _NOT_SEARCHED
    payload_type, position = first_payload, cursor.position
    while payload_type:
        start = cursor.position = position
        if recording or start + 4 > chain_stop:
            generic = _generic_header(cursor, layout)
            if generic is None:
                _broken(cursor, payload_type, payloads)
                break
        else:
            generic = layout.unpack_from(data, start)
        next_payload, flags, length = generic
        position = start + length
        if flags or length < 4 or position > chain_stop:
            cursor.position = start + 4
            if not _check(cursor, payload_type, flags, length):
                break
            position = min(position, chain_stop)
        known = memories[payload_type] if length <= repeating[payload_type] else None
        body = None if known is None else known.get(data[start + 4 : position])
        if body is None:
            number = payload_type
            if payload_type in doubtful:
                searched = _search(payloads, searched)
                number = _meant(payload_type, exchange_type, searched)
            cursor.start = cursor.position = start + 4
            cursor.stop, cursor.next_payload = position, next_payload
            body = _body(cursor, decoder[number], known)
            if recording:
                _end(cursor, table, payload_type, number, exchange_type)
            cursor.stop = chain_stop
        payloads.append(build(Payload, (payload_type, flags >= critical, length, base + start, body)))
        cursor.position = position
        if payload_type in last:
            break
        if len(payloads) == LIST_LIMIT:
            _stop(cursor, "limit-payloads", f"at most {LIST_LIMIT} payloads", "more")
            break
        payload_type = next_payload
    cursor.start = chain_start
    return tuple(payloads)


def _generic_header(cursor: Cursor, layout: Layout) -> tuple[int, int, int] | None:
    """The fields of a generic header, for the tree too; None if they do not fit."""
    if cursor.remaining:
        cursor.begin("payload")
    try:
        next_payload, flags, length = cursor.fields(layout)
    except ShortError:
        return None
    return next_payload, flags, length


def _end(cursor: Cursor, table: str, payload_type: int, number: int, exchange_type: int) -> None:
    """End a payload's group; `number` is another than its type where an early draft's number was read as today's."""
    entry = registry.entry(_AUTHIP_TABLE, payload_type)
    if number != payload_type:
        cursor.describe(registry.name(table, number), _EARLY_REFERENCE)
    elif cursor.major_version == 1 and exchange_type in AUTHIP and entry is not None:
        cursor.describe(entry.name, entry.reference)
    elif payload_type in _FOREIGN[cursor.major_version]:
        other = 3 - cursor.major_version
        cursor.describe(f"{registry.name(f'ikev{other}-payload-types', payload_type)} of IKEv{other}")
    cursor.end(table, payload_type)


def read_sealed(cursor: Cursor, exchange_type: int) -> None:
    """What an encrypted IKEv1 message shows: nothing, but of AuthIP's the beginning of its Crypto payload."""
    if exchange_type in AUTHIP:
        cursor.fields(GENERIC_HEADER[1])
        cursor.fields(authip_crypto.SEQUENCE)
        cursor.rest("iv_ciphertext_icv")


def _body(cursor: Cursor, decoder: Decoder, known: Known | None) -> object:
    """Decode one body; too short for its own fixed fields, it stays bytes. known: where it is remembered."""
    try:
        body = decoder(cursor)
    except ShortError as short:
        expected, found = f"at least {short.needed} bytes of fields in this payload", f"{cursor.size} bytes"
        cursor.position = cursor.start
        cursor.defect("wire-payload-short", expected, found, "payload kept as bytes")
        return opaque.Opaque(cursor.rest("undecoded_bytes"))
    if cursor.position < cursor.stop:
        cursor.finish("payload")
    if known is not None and not cursor.defects:
        cursor.memory.keep(known, cursor.body, body)
    return body


def _search(payloads: list[Payload], before: _Searched) -> _Searched:
    """Look for the first SA payload in those that came since."""
    if before.doi is not None:
        return before
    new = (p.body for p in payloads[before.upto :] if p.type == _SA)
    return _Searched(next((b.doi for b in new if isinstance(b, SecurityAssociation)), None), len(payloads))


def _meant(payload_type: int, exchange_type: int, searched: _Searched) -> int:
    """Numbers 15 and 16 are NAT traversal's in phase 1, and behind an SA payload of another DOI than GDOI."""
    early = exchange_type in _PHASE_1 or searched.doi not in (None, Doi.GDOI)
    return _EARLY_NAT_TRAVERSAL[payload_type] if early else payload_type


def _stop(cursor: Cursor, kind: str, expected: str, found: str) -> None:
    cursor.defect(kind, expected, found, "payload chain stops here")
    if cursor.remaining:
        cursor.rest("undecoded_bytes")


def _broken(cursor: Cursor, payload_type: int, payloads: list[Payload]) -> None:
    """A payload was announced and there is no room for its header. After an overlong payload all is said already."""
    overlong = bool(payloads) and payloads[-1].offset + payloads[-1].length > cursor.base + cursor.stop
    if not overlong:
        left, table = cursor.remaining, f"ikev{cursor.major_version}-payload-types"
        announced = f"payload {payload_type} ({registry.name(table, payload_type)}), as announced"
        _stop(cursor, "wire-chain-broken", announced, f"{left} bytes left")
        if left:
            cursor.end(table, payload_type)


def _check(cursor: Cursor, payload_type: int, flags: int, length: int) -> bool:
    """Complain about a generic header just read: reserved bits, critical bit, length; False: too short to be one."""
    start = cursor.position - 4
    left = cursor.stop - start
    critical = cursor.major_version == 2 and flags >= CRITICAL
    reserved = flags & 0x7F if cursor.major_version == 2 else flags
    if reserved:
        expected, found = "0 in a payload header's reserved bits", f"0x{reserved:02x}"
        cursor.defect("wire-reserved-bits", expected, found, "ignored", start + 1)
    if critical and payload_type in _RFC_7296:
        expected = f"critical bit clear in payload {payload_type}"
        cursor.defect("wire-critical-bit", expected, "set", "ignored", start + 1)
    elif critical and ((known := registry.entry("ikev2-payload-types", payload_type)) is None or not known.mnemonic):
        expected = "no critical payload of a type without a name"
        effect = "not decoded; a receiver that does not know it must refuse the message"
        cursor.defect("wire-critical-unknown", expected, f"payload {payload_type}", effect, start + 1)
    if length < 4:
        cursor.defect("wire-payload-length", "at least 4", str(length), "payload chain stops here", start + 2)
        cursor.rest("undecoded_bytes")
        cursor.end()
        return False
    if length > left:
        effect = "decoded as far as there are bytes; payload chain stops here"
        cursor.defect("wire-payload-overlong", f"at most {left} bytes", str(length), effect, start + 2)
    return True
