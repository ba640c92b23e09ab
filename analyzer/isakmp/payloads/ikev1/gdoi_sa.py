"""What an SA payload holds under GDOI's domain of interpretation (RFC 6407 section 5.2): policy payloads of its own."""

from collections.abc import Callable

from analyzer.isakmp.cursor import Cursor, Layout, ShortError
from analyzer.isakmp.numbers import PayloadV1
from analyzer.isakmp.payloads.ikev1 import gdoi_gap, gdoi_sak, gdoi_sat
from analyzer.isakmp.payloads.ikev1.gdoi_gap import GroupAssociatedPolicy
from analyzer.isakmp.payloads.ikev1.gdoi_sak import SaKek
from analyzer.isakmp.payloads.ikev1.gdoi_sat import SaTek

FIRST = Layout(">HH", "sa_attribute_next_payload=ikev1-payload-types", "reserved2=hex")
GENERIC = Layout(">BBH", "next_payload=ikev1-payload-types", "reserved=hex", "payload_length")

GroupPolicy = SaKek | SaTek | GroupAssociatedPolicy
_DECODERS: dict[int, Callable[[Cursor], GroupPolicy]] = {
    PayloadV1.SAK: gdoi_sak.decode,
    PayloadV1.SAT: gdoi_sat.decode,
    PayloadV1.GAP: gdoi_gap.decode,
}


def read_policies(cursor: Cursor) -> tuple[GroupPolicy, ...]:
    """The SAK, SAT and GAP payloads inside an SA payload, in wire order; others are passed over."""
    number, _ = cursor.fields(FIRST)
    policies: list[GroupPolicy] = []
    while number and cursor.more(policies, GENERIC.size):
        cursor.begin("payload")
        following, _, length = cursor.fields(GENERIC)
        if length < GENERIC.size:
            cursor.defect("wire-payload-length", "at least 4", str(length), "no further policies are read")
            cursor.rest("undecoded_bytes")
            cursor.end("ikev1-payload-types", number)
            return tuple(policies)
        inner = cursor.sub(length - GENERIC.size)
        decoder = _DECODERS.get(number)
        if decoder is None:
            inner.defect(
                "wire-chain-value", "payload 15, 16 or 22 in an SA payload", str(number), "passed over", inner.start - 4
            )
            inner.rest("data")
        else:
            _policy(inner, decoder, policies)
        cursor.end("ikev1-payload-types", number)
        number = following
    if number and not cursor.remaining:
        cursor.defect(
            "wire-chain-broken", f"payload {number}, as announced", "0 bytes left", "no further policies are read"
        )
    return tuple(policies)


def _policy(inner: Cursor, decoder: Callable[[Cursor], GroupPolicy], policies: list[GroupPolicy]) -> None:
    try:
        policies.append(decoder(inner))
    except ShortError as short:
        expected, found = f"at least {short.needed} bytes of fields in this payload", f"{inner.size} bytes"
        inner.defect("wire-payload-short", expected, found, "the policy is not decoded", inner.start)
        inner.rest("undecoded_bytes")
    inner.finish("group policy")
