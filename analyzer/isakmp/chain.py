"""The payload chain: generic headers (RFC 2408 section 3.2, RFC 7296 section 3.2), one decoder per payload type.

Which file decodes which payload number stands in the registry (ikev1-payload-types, ikev2-payload-types: column
`module`). Adding a payload is one file under payloads/ with a function `decode(cursor)`, and that registry row.
"""

import importlib
from collections.abc import Callable
from typing import NamedTuple

from analyzer.isakmp import registry
from analyzer.isakmp.cursor import LIST_LIMIT, Cursor, Layout, ShortError, build
from analyzer.isakmp.payloads import opaque
from analyzer.isakmp.payloads.sa import SecurityAssociation

MEMORY_LIMIT = 4096  # bodies remembered of each kind
GENERIC_HEADER = {
    1: Layout(">BBH", "next_payload=ikev1-payload-types", "reserved=hex", "payload_length"),
    2: Layout(">BBH", "next_payload=ikev2-payload-types", "critical_and_reserved=hex", "payload_length"),
}
CRITICAL = 0x80
NEVER = 0x100  # above what fits into the byte: IKEv1 has no critical bit
SK = 46
SKF = 53
ENVELOPES = frozenset((SK, SKF))
_RFC_7296 = range(33, 49)  # payloads that every IKEv2 implementation must know, so that their critical bit is clear
_FOREIGN = {1: range(33, 55), 2: range(1, 33)}  # numbers that only the other version gives a meaning
_SA = 1
_GDOI = 2
_EARLY_NAT_TRAVERSAL = {15: 130, 16: 131}  # numbers of draft-ietf-ipsec-nat-t-ike-00, GDOI's today
_PHASE_1 = frozenset((1, 2, 3, 4))
# Up to these lengths payloads return unchanged with every negotiation: SA, vendor ID, notify without addresses
_REPEATING = {1: {1: 4096, 13: 256, 11: 16}, 2: {33: 4096, 43: 256, 41: 16}}

Decoder = Callable[[Cursor], object]
Memory = dict[bytes, object]


class Payload(NamedTuple):
    """A payload of the chain. `length` is its header's field as it is; `offset` its header's place in the message."""

    type: int
    critical: bool
    length: int
    offset: int
    body: object


class _Context(NamedTuple):
    """What walking a chain of one IKE version needs; the tuples by payload number."""

    decoders: tuple[Decoder, ...]
    layout: Layout
    repeating: tuple[int, ...]
    memories: tuple[Memory, ...]
    critical: int
    last: frozenset[int]
    doubtful: frozenset[int]
    table: str


_CONTEXTS: list[_Context | None] = [None] * 16  # by major version, made when first needed


def decoders(major_version: int) -> tuple[Decoder, ...]:
    """The decoder of each payload number 0-255 of one IKE version; unknown numbers stay opaque."""
    found: list[Decoder] = []
    for payload_type in range(256):
        entry = registry.entry(f"ikev{major_version}-payload-types", payload_type)
        if payload_type in _FOREIGN[major_version]:
            found.append(opaque.decode_foreign)
        elif entry is not None and entry.module:
            found.append(importlib.import_module(f"analyzer.isakmp.payloads.{entry.module}").decode)
        else:
            found.append(opaque.decode)
    return tuple(found)


def _context(major_version: int) -> _Context:
    context = _CONTEXTS[major_version] = _Context(
        decoders(major_version),
        GENERIC_HEADER[major_version],
        tuple(_REPEATING[major_version].get(number, 0) for number in range(256)),
        tuple({} for _ in range(256)),
        CRITICAL if major_version == 2 else NEVER,
        ENVELOPES if major_version == 2 else frozenset(),
        frozenset(_EARLY_NAT_TRAVERSAL) if major_version == 1 else frozenset(),
        f"ikev{major_version}-payload-types",
    )
    return context


def walk(cursor: Cursor, first_payload: int, exchange_type: int = 0) -> tuple[Payload, ...]:
    """Read payloads until the chain says it ends, or damage ends it. IKEv2's SK and SKF are always its last."""
    context = _CONTEXTS[cursor.major_version] or _context(cursor.major_version)
    decoder, layout, repeating, memories, critical, last, doubtful, table = context
    recording = cursor.recording
    payloads: list[Payload] = []
    payload_type = first_payload
    inner = cursor.empty()
    while payload_type:
        try:
            next_payload, flags, length = cursor.payload(layout, inner)
        except ShortError:
            if not payloads or payloads[-1].length <= cursor.offset + cursor.position - payloads[-1].offset:
                left = f"{cursor.remaining} bytes left"  # after an overlong payload all is said already
                _stop(cursor, "wire-chain-broken", f"payload {payload_type}, as announced", left)
            break
        data = inner.data
        if (flags or length != len(data) + 4) and not _check(inner, payload_type, flags, length):
            cursor.end(table, payload_type)
            _stop(cursor, "wire-payload-length", "at least 4", str(length))
            break
        repeats = length <= repeating[payload_type] and not recording
        body = memories[payload_type].get(data) if repeats else None
        if body is None:
            number = payload_type
            if payload_type in doubtful and _is_early(payloads, exchange_type):
                number = _EARLY_NAT_TRAVERSAL[payload_type]
            inner.next_payload = next_payload
            body = _body(inner, decoder[number])
            if recording:
                cursor.end(table, number)
            elif repeats and not inner.defects:
                _remember(memories[payload_type], data, body)
        payloads.append(build(Payload, (payload_type, flags >= critical, length, inner.offset - 4, body)))
        if payload_type in last:
            break
        if len(payloads) == LIST_LIMIT:
            _stop(cursor, "limit-payloads", f"at most {LIST_LIMIT} payloads", "more")
            break
        payload_type = next_payload
    return tuple(payloads)


def _body(inner: Cursor, decoder: Decoder) -> object:
    """Decode one body; too short for its own fixed fields, it stays bytes."""
    try:
        body = decoder(inner)
    except ShortError:
        found = f"{len(inner.data)} bytes"
        inner.defect("wire-payload-short", "the fixed fields of this payload", found, "payload kept as bytes", 0)
        inner.rest("undecoded_bytes")
        return opaque.Opaque(inner.data)
    if inner.position < len(inner.data):
        inner.finish("payload")
    return body


def _remember(memory: Memory, data: bytes, body: object) -> None:
    if len(memory) >= MEMORY_LIMIT:
        memory.clear()
    memory[data] = body


def _is_early(payloads: list[Payload], exchange_type: int) -> bool:
    """Whether numbers 15 and 16 are NAT traversal's: in phase 1, or behind an SA payload of another DOI than GDOI."""
    if exchange_type in _PHASE_1:
        return True
    dois = [p.body.doi for p in payloads if p.type == _SA and isinstance(p.body, SecurityAssociation)]
    return bool(dois) and dois[0] != _GDOI


def _stop(cursor: Cursor, kind: str, expected: str, found: str) -> None:
    cursor.defect(kind, expected, found, "payload chain stops here")
    if cursor.remaining:
        cursor.rest("undecoded_bytes")


def _check(inner: Cursor, payload_type: int, flags: int, length: int) -> bool:
    """Complain about a generic header's reserved bits, critical bit and length; False: it is too short to be one.

    Positions are counted from the body and so are negative.
    """
    left = len(inner.data) + 4
    critical = inner.major_version == 2 and flags >= CRITICAL
    reserved = flags & 0x7F if inner.major_version == 2 else flags
    if reserved:
        inner.defect("wire-reserved-bits", "0 in a payload header's reserved bits", f"0x{reserved:02x}", "ignored", -3)
    if critical and payload_type in _RFC_7296:
        expected = f"critical bit clear in payload {payload_type}"
        inner.defect("wire-critical-bit", expected, "set", "ignored", -3)
    if length > left:
        effect = "decoded as far as there are bytes; payload chain stops here"
        inner.defect("wire-payload-length", f"at most {left} bytes", str(length), effect, -2)
    return length >= 4
