"""What single witnesses say of one side."""

import pytest

from analyzer.assessment.fingerprint.known import Fit
from analyzer.assessment.fingerprint.versions import Versions
from analyzer.assessment.fingerprint.witnesses import (
    by_message_order,
    by_offer,
    by_vendor_id,
    by_vendor_order,
    fitting,
    vendor_id_word,
    written,
)
from analyzer.isakmp.payloads.sa import SecurityAssociation
from tests.assessment.build import sa1, sa2
from tests.assessment.fingerprint.ids import (
    ALTIGA,
    DPD,
    DRAFT02,
    DRAFT02N,
    DRAFT03,
    DRAFT07,
    FRAGMENTATION,
    FRAGMENTATION_8,
    FRAGMENTATION_C,
    OPENIKED,
    RANDOM,
    RFC3947,
    STRONGSWAN,
    UNITY,
    WINDOWS,
    XAUTH,
)

RACOON = "racoon (ipsec-tools, also of Android and Apple)"
ASA = "Cisco PIX/ASA 7.1 or later"


def named(*ids: bytes) -> str | None:
    fit, _ = by_vendor_id(ids)
    return fit and f"{fit.implementation} {fit.versions.text}".strip()


def ordered(initiator: bool, ids: tuple[bytes, ...]) -> list[str]:
    return names(by_vendor_order(initiator, [vendor_id_word(data) for data in ids]))


def names(fits: list[Fit]) -> list[str]:
    return list(dict.fromkeys(fit.implementation for fit in fits))


def test_vendor_id_of_an_implementation_speaks_before_capabilities() -> None:
    assert named(XAUTH, DPD, STRONGSWAN) == "strongSwan"
    assert named(XAUTH, DPD) is None
    assert named(b"\x00" * 16) is None
    assert named(WINDOWS, RFC3947, DRAFT02N, FRAGMENTATION) == "Windows-8 or later"


def test_a_vendor_id_may_carry_the_version() -> None:
    assert named(OPENIKED) == "OpenIKED 7.2"
    for nonsense in (b"-7", b"-7.2.", b"-7.x", b"-" + b"9" * 9000 + b".1", b"-" + b"1." * 3000 + b"1"):
        assert named(b"OpenIKED" + nonsense) == "OpenIKED"


@pytest.mark.parametrize(
    ("initiator", "ids", "name"),
    [
        (True, (XAUTH, DPD, FRAGMENTATION_8, RFC3947, DRAFT02N), "strongSwan"),
        (True, (XAUTH, DPD, RFC3947, DRAFT02N), "strongSwan"),
        (False, (XAUTH, DPD, FRAGMENTATION_8, RFC3947), "strongSwan"),
        (False, (XAUTH, DPD, FRAGMENTATION_8), "strongSwan"),
        (False, (XAUTH, DPD, RFC3947), "strongSwan"),
        (False, (XAUTH, DPD, UNITY, RFC3947), "strongSwan"),
        (False, (XAUTH, DPD, UNITY, DRAFT02), "strongSwan"),
        (False, (XAUTH, DPD, UNITY, RANDOM), "Cisco PIX 6.3.x"),
        (True, (FRAGMENTATION, DPD, RFC3947, DRAFT03, DRAFT02N, DRAFT02), "libreswan"),
        (True, (FRAGMENTATION, XAUTH, DPD, RFC3947), "libreswan"),
        (False, (FRAGMENTATION, DPD, RFC3947), "libreswan"),
        (True, (XAUTH, UNITY, RFC3947, DRAFT03, DRAFT02N, DRAFT02, DPD), "vpnc"),
        (True, (RFC3947, DRAFT02, DRAFT02N, XAUTH, UNITY, FRAGMENTATION_8, DPD), RACOON),
        (False, (XAUTH, UNITY, RFC3947, DPD), RACOON),
        (False, (UNITY, DPD, RANDOM, XAUTH), "Cisco IOS"),
        (False, (RFC3947, UNITY, DPD, RANDOM, XAUTH), "Cisco IOS"),
        (False, (UNITY, DPD, RANDOM, XAUTH, RFC3947), "Cisco IOS"),
        (True, (RFC3947, DRAFT07, DRAFT03, DRAFT02N, DPD, RANDOM, XAUTH), "Cisco IOS"),
        (True, (RFC3947, DRAFT07, DRAFT03, DRAFT02N, DPD, XAUTH, RANDOM), "Cisco IOS"),
        (False, (UNITY, XAUTH, FRAGMENTATION_C, ALTIGA), ASA),
        (False, (DRAFT02N, FRAGMENTATION_C, UNITY, XAUTH, RANDOM, ALTIGA), ASA),
    ],
)
def test_order_of_vendor_ids(initiator: bool, ids: tuple[bytes, ...], name: str) -> None:
    assert ordered(initiator, ids) == [name]


@pytest.mark.parametrize(
    ("initiator", "ids"),
    [
        (True, (DPD, XAUTH, FRAGMENTATION_8, RFC3947)),  # another order
        (True, (XAUTH, DPD, FRAGMENTATION_C, RFC3947)),  # another capability
        (True, (XAUTH, DPD, FRAGMENTATION_8)),  # an initiator that offers no NAT-T may be anybody's
        (False, (XAUTH, DPD, FRAGMENTATION_8, RFC3947, DRAFT02N)),  # a responder answers with one
        (True, (FRAGMENTATION_8, DPD, RFC3947)),
        (False, (FRAGMENTATION, DPD)),
        (True, (RFC3947, DRAFT03, DRAFT02N, DPD)),  # of several
        (False, (UNITY, DPD, RANDOM, XAUTH, b"more")),
        (False, (UNITY, DPD, RFC3947, XAUTH)),  # a known vendor ID is no random one
        (False, (UNITY, DPD, RANDOM[:12], XAUTH)),
    ],
)
def test_another_order_of_vendor_ids_is_nobody(initiator: bool, ids: tuple[bytes, ...]) -> None:
    assert ordered(initiator, ids) == []


def test_few_vendor_ids_need_an_answer_of_the_own_hand() -> None:
    words = [vendor_id_word(data) for data in (XAUTH, DPD)]
    assert [(fit.implementation, fit.own_offer) for fit in by_vendor_order(False, words)] == [("strongSwan", True)]
    assert by_vendor_order(True, words) == []


@pytest.mark.parametrize(
    ("initiator", "words", "name"),
    [
        (True, "SA KE Nonce 16388 16389 16430 16431 16406", "strongSwan"),
        (True, "16390 SA KE Nonce 16388 16389 16430 16431 16406", "strongSwan"),  # the retry with a COOKIE
        (False, "SA KE Nonce 16388 16389 16430 16431 16418 16404", "strongSwan"),
        (False, "SA KE Nonce 16388 16389 CERTREQ 16430 16404", "strongSwan"),
        (False, "SA KE Nonce 16418 16404", "strongSwan"),
        (True, "SA KE Nonce 16430 16388 16389", "libreswan"),
        (False, "SA KE Nonce 16430 16388 16389 16418", "libreswan"),
        (False, "SA KE Nonce 16430 16431 16388 16389 CERTREQ", "libreswan"),
        (True, "SA KE Nonce 16406 16388 16389 16430", "Apple (iOS, macOS)"),
        (True, "SA KE Nonce V 16388 16389 16431", "OpenIKED"),
    ],
)
def test_order_of_payloads(initiator: bool, words: str, name: str) -> None:
    assert names(by_message_order(initiator, words.split())) == [name]


@pytest.mark.parametrize(
    ("initiator", "words"),
    [
        (True, "SA KE Nonce 16389 16388 16430 16431 16406"),
        (True, "SA KE Nonce 16388 16389"),
        (True, "Nonce KE SA 16388 16389 16430 16431 16406"),
        (False, "SA KE Nonce 16388 16389 16430 CERTREQ 16431 16418 16404"),
        (False, "SA KE Nonce 16404"),
        (True, ""),
    ],
)
def test_another_order_is_nobody(initiator: bool, words: str) -> None:
    assert by_message_order(initiator, words.split()) == []


def test_an_offer_as_it_is_written() -> None:
    first = written(1, sa1((7, 4, 1, 14, 256), (5, 2, 1, 2)))
    assert first == (frozenset({"1 2 3 4 11 12 14 ", "1 2 3 4 11 12 "}), "7/4/1/14 5/2/1/2")
    second = written(2, sa2({"encr": [(12, 256), 3], "prf": [5], "ke": [14]}, {"encr": [(20, 128)], "ke": [19]}))
    assert second == (frozenset({"1 1 2 4 ", "1 4 "}), "1/12-256 1/3 2/5 4/14 1/20-128 4/19")


def test_an_offer_without_transforms_is_nobodys() -> None:
    for version in (1, 2):
        nothing = written(version, SecurityAssociation(None, None, ()))
        assert by_offer(version, True, nothing) == by_offer(version, False, nothing) == []


def test_who_has_no_row_may_write_as_he_likes() -> None:
    offer = written(2, sa2({"prf": [5], "encr": [(12, 256)], "ke": [14]}))
    assert fitting(Fit("Somebody", Versions()), 2, True, offer) == Fit("Somebody", Versions())
    assert fitting(Fit("strongSwan", Versions()), 2, True, offer) is None
