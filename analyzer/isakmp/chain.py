"""The payload chain: generic headers (RFC 2408 section 3.2, RFC 7296 section 3.2), one decoder per payload type.

Which file decodes which payload number stands in the registry (ikev1-payload-types, ikev2-payload-types: column `module`). Adding a payload
is one file under payloads/ with a function `decode(cursor)`, and that registry row.
"""

import importlib
from collections.abc import Callable
from functools import cache
from typing import NamedTuple

from analyzer.isakmp import registry
from analyzer.isakmp.cursor import Cursor, Layout, ShortError
from analyzer.isakmp.payloads.opaque import Opaque
from analyzer.isakmp.payloads.sa import SecurityAssociation

PAYLOAD_LIMIT = 1000  # far above any real message; keeps a hostile one cheap

GENERIC_HEADER = {
    1: Layout(">BBH", "next_payload=ikev1-payload-types", "reserved=hex", "payload_length"),
    2: Layout(">BBH", "next_payload=ikev2-payload-types", "critical_and_reserved=hex", "payload_length"),
}
CRITICAL = 0x80
SK = 46
SKF = 53
_ENVELOPES = frozenset((SK, SKF))
_LAST_OF_RFC_7296 = 48
_SA = 1
_GDOI = 2
_EARLY_NAT_TRAVERSAL = {
    15: 130,
    16: 131,
}  # draft-ietf-ipsec-nat-t-ike-00 numbers, GDOI's since; decoded like the later private ones
_PHASE_1 = frozenset((1, 2, 3, 4))

Decoder = Callable[[Cursor], object]


class Payload(NamedTuple):
    """A payload of the chain. `length` is its header's field as it is; `offset` is of its generic header, from the message's start."""

    type: int
    critical: bool
    length: int
    offset: int
    body: object


@cache
def decoders(major_version: int) -> tuple[Decoder, ...]:
    """The decoder of each payload number 0-255 of one IKE version; unknown numbers stay opaque."""
    table = []
    for payload_type in range(256):
        entry = registry.entry(f"ikev{major_version}-payload-types", payload_type)
        module = entry.module if entry and entry.module else "opaque"
        table.append(importlib.import_module(f"analyzer.isakmp.payloads.{module}").decode)
    return tuple(table)


def walk(cursor: Cursor, first_payload: int, exchange_type: int = 0) -> tuple[Payload, ...]:
    """Read payloads until the chain says it ends, or damage ends it. IKEv2's SK and SKF are always the last of their chain."""
    major_version = cursor.major_version
    decoder = decoders(major_version)
    layout = GENERIC_HEADER[major_version]
    table = f"ikev{major_version}-payload-types"
    payloads: list[Payload] = []
    payload_type = first_payload
    while payload_type:
        start = cursor.position
        if len(payloads) == PAYLOAD_LIMIT:
            _stop(cursor, "limit-payloads", f"at most {PAYLOAD_LIMIT} payloads", "more")
            break
        cursor.begin("payload")
        try:
            next_payload, flags, length = cursor.fields(layout)
        except ShortError:
            _stop(
                cursor, "wire-chain-broken", f"payload {payload_type}, as announced", f"{cursor.remaining} bytes left"
            )
            break
        size = length - 4
        if flags or not 0 <= size <= len(cursor.data) - start - 4:
            _check(cursor, start, payload_type, flags, length)
            if size < 0:
                break
        inner = cursor.sub(size)
        inner.next_payload = next_payload
        number = payload_type
        if major_version == 1 and payload_type in _EARLY_NAT_TRAVERSAL and not _is_gdoi(payloads, exchange_type):
            number = _EARLY_NAT_TRAVERSAL[payload_type]
        try:
            body = decoder[number](inner)
        except ShortError:
            body = _undecoded(inner)
        if inner.position < len(inner.data):
            inner.finish(f"payload {payload_type}")
        payloads.append(
            Payload(payload_type, flags >= CRITICAL and major_version == 2, length, cursor.offset + start, body)
        )
        cursor.end(table, number)
        if major_version == 2 and payload_type in _ENVELOPES:
            break
        payload_type = next_payload
    return tuple(payloads)


def _is_gdoi(payloads: list[Payload], exchange_type: int) -> bool:
    """Whether payloads 15 and 16 are GDOI's: an SA payload of DOI 2 stands before them, or nothing is known and it is no phase 1."""
    for payload in payloads:
        if payload.type == _SA and isinstance(payload.body, SecurityAssociation):
            return payload.body.doi == _GDOI
    return exchange_type not in _PHASE_1


def _stop(cursor: Cursor, kind: str, expected: str, found: str, position: int | None = None) -> None:
    cursor.defect(kind, expected, found, "payload chain stops here", position)
    if cursor.remaining:
        cursor.rest("undecoded_bytes")


def _check(cursor: Cursor, start: int, payload_type: int, flags: int, length: int) -> None:
    """Complain about a generic header: reserved bits, critical bit, a length that cannot be."""
    left = len(cursor.data) - start
    critical = cursor.major_version == 2 and flags >= CRITICAL
    reserved = flags & 0x7F if cursor.major_version == 2 else flags
    if reserved:
        cursor.defect(
            "wire-reserved-bits", "0 in a payload header's reserved bits", f"0x{reserved:02x}", "ignored", start + 1
        )
    if critical and 33 <= payload_type <= _LAST_OF_RFC_7296:
        cursor.defect(
            "wire-critical-bit",
            f"critical bit clear in payload {payload_type} of RFC 7296",
            "set",
            "ignored",
            start + 1,
        )
    if length < 4:
        _stop(cursor, "wire-payload-length", "at least 4", str(length), start + 2)
    elif length > left:
        effect = "decoded as far as there are bytes; payload chain stops here"
        cursor.defect("wire-payload-length", f"at most {left} bytes", str(length), effect, start + 2)


def _undecoded(inner: Cursor) -> Opaque:
    """The body of a payload too short for its own fixed fields."""
    found = f"{len(inner.data)} bytes"
    inner.defect("wire-payload-short", "the fixed fields of this payload", found, "payload kept as bytes", 0)
    inner.rest("undecoded_bytes")
    return Opaque(inner.data)
