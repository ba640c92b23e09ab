import struct

from analyzer.isakmp.payloads.sa import SecurityAssociation
from analyzer.negotiation.read.proposals import (
    chosen_transform,
    ikev1_phase1_suite,
    ikev1_phase2_suite,
    ikev2_suite,
    lifetimes,
)
from analyzer.negotiation.seen import Suite
from tests.isakmp.wire import long, proposal, short, transform1
from tests.negotiation.build import CBC, GCM, phase1, sa1, sa2, security_association


def suite2(*transforms: tuple[int, ...], protocol: int = 1) -> Suite:
    return ikev2_suite(security_association(sa2(transforms, protocol=protocol)).proposals[0])


def test_ikev2_with_and_without_integrity() -> None:
    assert suite2(*CBC) == Suite(1, 12, 256, 12, 5, 14)
    assert suite2(*GCM) == Suite(1, 20, 256, None, 5, 19)


def test_none_is_nothing_negotiated() -> None:
    """Integrity NONE with an AEAD cipher, key exchange NONE of a child without PFS (RFC 7296 section 3.3.2)."""
    suite = suite2((1, 20, 128), (3, 0), (4, 0), (5, 1), protocol=3)
    assert (suite.integrity_id, suite.ke_id, suite.prf_id, suite.esn) == (None, None, None, 1)


def test_additional_key_exchanges_in_their_order() -> None:
    """RFC 9370: types 6 to 12; NONE is no exchange."""
    suite = suite2(*GCM, (8, 37), (6, 36), (7, 0))
    assert suite.additional_ke_ids == (36, 37)


def test_of_several_transforms_of_a_type_the_first_counts() -> None:
    assert suite2((1, 12, 256), (1, 20, 128), (2, 5), (2, 7)).encryption_id == 12


def test_ikev1_phase_1() -> None:
    chosen = chosen_transform(security_association(sa1(phase1(7, 4, 65001, 14, 256))))
    assert chosen is not None
    suite = ikev1_phase1_suite(chosen[1])
    assert suite == Suite(
        protocol_id=1, encryption_id=7, key_bits=256, integrity_id=4, ke_id=14, auth_method=65001, lifetime_s=28800
    )


def test_ikev1_phase_2_of_esp_and_ah() -> None:
    attributes = {1: 1, 2: 3600, 4: 1, 5: 2, 6: 256, 3: 14}
    esp = ikev1_phase2_suite(3, first_transform(sa1(attributes, protocol=3, identifier=12, spi=b"\0\0\1\2")))
    assert (esp.encryption_id, esp.key_bits, esp.integrity_id, esp.ke_id) == (12, 256, 2, 14)
    assert (esp.lifetime_s, esp.encapsulation_mode) == (3600, 1)
    ah = ikev1_phase2_suite(2, first_transform(sa1({5: 5, 4: 2}, protocol=2, identifier=5)))
    assert (ah.encryption_id, ah.integrity_id) == (None, 5), "AH's transform is its hash, not a cipher"


def first_transform(payload: tuple[int, bytes]):
    return security_association(payload).proposals[0].transforms[0]


def test_each_duration_belongs_to_the_type_before_it() -> None:
    attributes = short(11, 2) + long(12, (4608000).to_bytes(4, "big")) + short(11, 1) + long(12, b"\0\1\x51\x80")
    transform = first_transform(raw_sa1(attributes))
    assert lifetimes(transform, 11, 12) == (86400, 4608000)


def test_a_duration_without_type_is_in_seconds_and_a_huge_one_is_not_guessed() -> None:
    assert lifetimes(first_transform(raw_sa1(short(12, 600))), 11, 12) == (600, None)
    assert lifetimes(first_transform(raw_sa1(short(11, 1) + long(12, b"\xff" * 12))), 11, 12) == (None, None)
    assert lifetimes(first_transform(raw_sa1(short(11, 9) + short(12, 5))), 11, 12) == (None, None)


def raw_sa1(attributes: bytes) -> tuple[int, bytes]:
    return 1, struct.pack(">II", 1, 1) + proposal(1, [transform1(1, attributes=attributes)])


def test_an_answer_without_transforms_chooses_nothing() -> None:
    assert chosen_transform(SecurityAssociation(1, 1, ())) is None
    empty = security_association((1, struct.pack(">II", 1, 1) + proposal(1, [])))
    assert chosen_transform(empty) is None
