"""The payload chain: what goes wrong in generic headers, and which decoder reads which number."""

import struct

import pytest

from analyzer.isakmp import Memory, chain, decode, decode_payloads, registry
from analyzer.isakmp.cursor import LIST_LIMIT
from analyzer.isakmp.payloads import opaque
from analyzer.isakmp.payloads.ikev1.nat_detection import NatDetection
from analyzer.isakmp.payloads.ikev1.nat_original_address import NatOriginalAddress
from analyzer.isakmp.payloads.nonce import Nonce
from analyzer.isakmp.payloads.opaque import Opaque
from tests.isakmp.wire import SA_1, SA_2, header, kinds, message, payload

NONCE = (40, bytes(32))


def raw(first: int, body: bytes, **fields: int) -> bytes:
    return header(first, 28 + len(body), **fields) + body  # type: ignore[arg-type]


@pytest.mark.parametrize("length", [0, 1, 3])
def test_a_payload_shorter_than_its_header_ends_the_chain(length: int) -> None:
    body = payload(41, bytes(32)) + payload(40, b"text", length=length) + bytes(20)
    found = decode(raw(40, body))
    assert found.payload_types == (40,)
    assert kinds(found.defects) == ["wire-payload-length"]
    assert found.defects[0].found == str(length)


def test_an_overlong_payload_is_kept_as_far_as_it_goes() -> None:
    body = payload(40, b"vendor") + payload(41, bytes(20), length=500)
    found = decode(raw(43, body))
    assert found.payload_types == (43, 40)
    assert found.first(40) == Nonce(bytes(20))
    assert kinds(found.defects) == ["wire-payload-overlong"]
    assert found.payloads[1].length == 500


def test_a_chain_that_promises_more_than_there_is() -> None:
    found = decode(raw(43, payload(43, b"vendor")))
    assert found.payload_types == (43,)
    assert kinds(found.defects) == ["wire-chain-broken"]
    found = decode(raw(43, payload(43, b"vendor") + b"\x00\x00"))
    assert kinds(found.defects) == ["wire-chain-broken"]


def test_payloads_that_point_at_themselves_end() -> None:
    body = payload(43, b"") * 5000
    found = decode(raw(43, body))
    assert len(found.payloads) == LIST_LIMIT
    assert kinds(found.defects) == ["limit-payloads"]


def test_critical_and_reserved_bits() -> None:
    found = decode(
        raw(
            200,
            payload(43, b"private", flags=0x80)
            + payload(40, b"vendor", flags=0x01)
            + payload(0, bytes(32), flags=0x80),
        )
    )
    assert [(p.type, p.critical) for p in found.payloads] == [(200, True), (43, False), (40, True)]
    assert [(d.kind, d.offset) for d in found.defects] == [
        ("wire-critical-unknown", 29),
        ("wire-reserved-bits", 40),
        ("wire-critical-bit", 50),
    ]


def test_a_critical_payload_that_the_registry_names_is_no_fault() -> None:
    for known in (49, 54, 132):
        assert kinds(decode(raw(known, payload(0, bytes(8), flags=0x80))).defects)[:1] != ["wire-critical-unknown"]
    assert kinds(decode(raw(200, payload(0, bytes(8)))).defects) == [], "not critical: to be skipped"
    assert kinds(decode(raw(60, payload(0, bytes(8), flags=0x80))).defects) == ["wire-critical-unknown"]


def test_ikev1_has_no_critical_bit() -> None:
    found = decode(raw(10, payload(0, bytes(16), flags=0x80), version=0x10, exchange=2, flags=0))
    assert not found.payloads[0].critical
    assert kinds(found.defects) == ["wire-reserved-bits"]


def test_what_follows_an_envelope_inside_the_length_is_stray() -> None:
    found = decode(raw(46, payload(41, bytes(40)) + payload(0, bytes(8)), exchange=35))
    assert found.payload_types == (46,)
    assert kinds(found.defects) == ["wire-stray-bytes"]


def test_ikev2_numbers_in_ikev1_are_opaque_and_the_other_way_round() -> None:
    found = decode(raw(33, payload(0, SA_2), version=0x10, exchange=2, flags=0))
    assert found.payload_types == (33,)
    assert found.first(33) == Opaque(SA_2)
    assert kinds(found.defects) == ["wire-foreign-payload"]
    found = decode(raw(1, payload(0, SA_1)))
    assert found.first(1) == Opaque(SA_1)
    assert kinds(found.defects) == ["wire-foreign-payload"]


def test_unknown_numbers_are_kept() -> None:
    found = decode(message((99, b"what"), (201, b"private")))
    assert [(p.type, p.body) for p in found.payloads] == [(99, Opaque(b"what")), (201, Opaque(b"private"))]
    assert found.defects == ()


def test_too_short_for_its_own_fields() -> None:
    found = decode(message((34, b"\x00"), NONCE))
    assert found.payload_types == (34, 40)
    assert found.first(34) == Opaque(b"\x00")
    assert kinds(found.defects) == ["wire-payload-short"]


def test_early_nat_traversal_numbers_in_phase_1() -> None:
    found = decode(
        message(
            (10, bytes(16)), (15, b"h" * 20), (16, b"\x01\x00\x00\x00" + bytes(4)), version=0x10, exchange=2, flags=0
        )
    )
    assert found.payload_types == (10, 15, 16)
    assert found.first(15) == NatDetection(b"h" * 20)
    assert found.first(16) == NatOriginalAddress(1, bytes(4))


def test_payloads_15_and_16_are_gdois_behind_its_sa() -> None:
    ipsec = decode_payloads(message((1, SA_1), (16, b"\x01\x00\x00\x00" + bytes(4)))[28:], 1, 1)[0]
    assert isinstance(ipsec[1].body, NatOriginalAddress)
    gdoi_sa = struct.pack(">IIBBH", 2, 0, 15, 0, 0)
    gdoi = decode_payloads(message((1, gdoi_sa), (15, bytes(20)))[28:], 1, 1)[0]
    assert not isinstance(gdoi[1].body, NatDetection)


def test_remembered_bodies_are_shared_and_their_defects_are_not_lost() -> None:
    memory = Memory()
    data = message((43, b"the same vendor ID"), NONCE)
    assert decode(data, 0, memory).payloads[0].body is decode(data, 0, memory).payloads[0].body
    broken = message((33, SA_2[:-1]), NONCE)
    assert kinds(decode(broken, 0, memory).defects) == kinds(decode(broken, 0, memory).defects) != []


def test_without_a_memory_nothing_is_remembered() -> None:
    data = message((43, b"the same vendor ID"), NONCE)
    assert decode(data).payloads[0].body is not decode(data).payloads[0].body
    assert decode(data) == decode(data)


def test_the_same_bytes_mean_what_their_version_and_payload_say() -> None:
    memory = Memory()
    for data in (message((43, bytes(8))), message((13, bytes(8)), version=0x10, exchange=2, flags=0)):
        assert decode(data, 0, memory) == decode(data)
    notify = bytes.fromhex("0000000003006001")
    for body in (message((11, notify), version=0x10, exchange=5, flags=0), message((41, notify))):
        assert decode(body, 0, memory) == decode(body)
    # AuthIP's numbers beside those of IKEv1
    for exchange in (2, 243):
        data = message((13, bytes(8)), (11, notify), version=0x10, exchange=exchange, flags=0)
        assert decode(data, 0, memory) == decode(data, 0, memory) == decode(data)


# Payload numbers of the registry that stay bytes, and why
OPAQUE_ON_PURPOSE = {
    (1, 19): "proof of possession: a signature and nothing else",
    (1, 128): "Chinese profile: no document to read",
    (2, 49): "the method inside is negotiated by notifies of an encrypted exchange",
    (2, 132): "private fragmentation before RFC 7383: no document to read",
}


@pytest.mark.parametrize("version", [1, 2])
def test_every_payload_number_has_a_decoder_or_is_opaque_on_purpose(version: int) -> None:
    table = chain.Decoders(version)
    undecoded = {
        entry.value for entry in registry.entries(f"ikev{version}-payload-types") if table[entry.value] is opaque.decode
    }
    assert undecoded - {0} == {number for major, number in OPAQUE_ON_PURPOSE if major == version}


def test_every_number_of_authip_has_a_decoder_of_its_own() -> None:
    table, ordinary = chain.Decoders(1, authip=True), chain.Decoders(1)
    for entry in registry.entries("authip-payload-types"):
        assert table[entry.value] is not opaque.decode
        assert table[entry.value] is not ordinary[entry.value]
