import pytest

from analyzer.assessment.fingerprint.guess import Fingerprinter, by_notifies, by_order, by_vendor_ids
from tests.assessment.build import Talk

STRONGSWAN = bytes.fromhex("882fe56d6fd20dbc2251613b2ebe5beb")  # MD5 of "strongSwan"
XAUTH = bytes.fromhex("09002689dfd6b712")
DPD = bytes.fromhex("afcad71368a1f1c96b8696fc77570100")
UNITY = bytes.fromhex("12f5f28c457168a9702d9fe274cc0100")


RFC3947 = bytes.fromhex("4a131c81070358455c5728f20e95452f")
DRAFT03 = bytes.fromhex("7d9419a65310ca6f2c179d9215529d56")
DRAFT02N = bytes.fromhex("90cb80913ebb696e086381b5ec427b1f")
DRAFT02 = bytes.fromhex("cd60464335df21f87cfdb2fc68b6a448")
DRAFT07 = bytes.fromhex("439b59f8ba676c4c7737ae22eab8f582")
FRAGMENTATION = bytes.fromhex("4048b7d56ebce88525e7de7f00d6c2d3")
FRAGMENTATION_8, FRAGMENTATION_C = FRAGMENTATION + b"\x80\0\0\0", FRAGMENTATION + b"\xc0\0\0\0"
ALTIGA = bytes.fromhex("1f07f70eaa6514d3b0fa96542a500400")
WINDOWS = bytes.fromhex("1e2b516905991c7d7c96fcbfb587e46100000009")
RANDOM = bytes(range(16))
RACOON = "racoon (ipsec-tools, also of Android and Apple)"
ASA = "Cisco PIX/ASA 7.1 or later"


def test_vendor_id_of_an_implementation_speaks_before_capabilities() -> None:
    assert by_vendor_ids((XAUTH, DPD, STRONGSWAN)) == "consistent with strongSwan (by vendor ID)"
    assert by_vendor_ids((XAUTH, DPD)) is None
    assert by_vendor_ids((b"\x00" * 16,)) is None
    windows = (WINDOWS, RFC3947, DRAFT02N, FRAGMENTATION)
    assert by_vendor_ids(windows) == "consistent with Windows-8 or later (by vendor ID)"


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
    assert by_order(initiator, ids) == f"consistent with {name} (by the order of its vendor IDs)"


@pytest.mark.parametrize(
    ("initiator", "ids"),
    [
        (True, (DPD, XAUTH, FRAGMENTATION_8, RFC3947)),  # another order
        (True, (XAUTH, DPD, FRAGMENTATION_C, RFC3947)),  # another capability
        (True, (XAUTH, DPD, FRAGMENTATION_8)),  # an initiator that offers no NAT-T may be anybody's
        (False, (XAUTH, DPD, FRAGMENTATION_8, RFC3947, DRAFT02N)),  # a responder answers with one
        (True, (FRAGMENTATION_8, DPD, RFC3947)),
        (False, (FRAGMENTATION, DPD)),
        (False, (XAUTH, DPD)),
        (True, (RFC3947, DRAFT03, DRAFT02N, DPD)),  # of several
        (False, (UNITY, DPD, RANDOM, XAUTH, b"more")),
        (False, (UNITY, DPD, RFC3947, XAUTH)),  # a known vendor ID is no random one
        (False, (UNITY, DPD, RANDOM[:12], XAUTH)),
    ],
)
def test_another_order_of_vendor_ids_is_nobody(initiator: bool, ids: tuple[bytes, ...]) -> None:
    assert by_order(initiator, ids) is None


@pytest.mark.parametrize(
    ("initiator", "types", "name"),
    [
        (True, (16388, 16389, 16430, 16431, 16406), "strongSwan"),
        (True, (16390, 16388, 16389, 16430, 16431, 16406), "strongSwan"),  # the retry with a COOKIE
        (False, (16388, 16389, 16430, 16431, 16418, 16404), "strongSwan"),
        (True, (16430, 16388, 16389), "libreswan"),
        (False, (16430, 16388, 16389, 16418), "libreswan"),
    ],
)
def test_order_of_notifies(initiator: bool, types: tuple[int, ...], name: str) -> None:
    assert by_notifies(initiator, types) == f"consistent with {name} (by the order of its notifies)"


def test_another_order_is_nobody() -> None:
    assert by_notifies(True, (16389, 16388, 16430, 16431, 16406)) is None
    assert by_notifies(True, (16388, 16389)) is None
    assert by_notifies(True, ()) is None


def repeated(version: int, *gaps: float, by: str = "i") -> Talk:
    name = "IKE_SA_INIT" if version == 2 else "IDENTITY_PROTECTION"
    talk = Talk(version=version)
    if by == "r":
        talk.say(name)
    talk.say(name, by=by)
    for gap in gaps:
        talk.say(name, by=by, again=True, after=gap)
    return talk


def guess(talk: Talk) -> tuple[str | None, str | None]:
    return Fingerprinter().guess(talk.n)


def test_three_gaps_tell_and_two_do_not() -> None:
    expected = "consistent with strongSwan (by the times of 3 retransmissions)"
    assert guess(repeated(2, 4.0, 7.2, 12.96)) == (expected, None)
    assert guess(repeated(2, 4.0, 7.2)) == (None, None)
    assert guess(repeated(2, 4.0, 7.2, 9.0)) == (None, None)
    assert guess(repeated(2, 4.02, 7.15, 13.0)) == (expected, None)


def test_gaps_are_those_of_the_side_that_repeats() -> None:
    assert guess(repeated(1, 7, 9, 11, 13, by="r")) == (
        None,
        "consistent with FreeBSD/OpenBSD-isakmpd (by the times of 4 retransmissions)",
    )
    assert guess(repeated(1, 7, 9, 11)) == (None, None)  # measured for responders only


def test_ambiguous_gaps_name_both_or_nobody() -> None:
    text = guess(repeated(1, 1, 2, 4, by="r"))[1]
    assert text is not None
    assert " or " in text


def test_missing_times_tell_nothing() -> None:
    talk = repeated(2, 4.0, 7.2, 12.96)
    assert guess(talk.change(2, time_ns=None)) == (None, None)


def test_a_vendor_id_wins_over_notifies_and_sides_are_apart() -> None:
    strongswan = [(t, b"") for t in (16388, 16389, 16431, 16418, 16404)]
    talk2 = Talk(number=2)
    talk2.say("IKE_SA_INIT", notifies=strongswan[:2], vendor_ids=(b"OpenIKED-7.2",))
    talk2.say("IKE_SA_INIT", by="r", payloads=(33, 34, 40), notifies=strongswan)
    initiator, responder = guess(talk2)
    assert initiator == "consistent with OpenIKED (by vendor ID)"
    assert responder == "consistent with strongSwan (by the order of its notifies)"


def test_what_keys_add_does_not_change_the_order_in_clear() -> None:
    talk = Talk(version=1, mode="aggressive")
    talk.say("AGGRESSIVE", vendor_ids=(XAUTH, UNITY, RFC3947, DRAFT02N, DPD))
    talk.say("AGGRESSIVE", by="r", vendor_ids=(XAUTH, DPD, UNITY, RFC3947))
    expected = (
        "consistent with vpnc (by the order of its vendor IDs)",
        "consistent with strongSwan (by the order of its vendor IDs)",
    )
    assert guess(talk) == expected
    talk.say("AGGRESSIVE", encrypted=True, inner=(8, 13), vendor_ids=(FRAGMENTATION,))
    assert guess(talk) == expected
    talk.say("AGGRESSIVE", encrypted=True, inner=(8, 13), vendor_ids=(STRONGSWAN,))
    assert guess(talk) == expected


def test_an_implementation_named_inside_encryption() -> None:
    talk = Talk(version=1)
    talk.say("IDENTITY_PROTECTION", vendor_ids=(DPD,))
    talk.say("IDENTITY_PROTECTION", encrypted=True, inner=(5, 13), vendor_ids=(STRONGSWAN,))
    assert guess(talk) == ("consistent with strongSwan (by vendor ID)", None)


def test_the_last_round_is_the_one_that_is_known() -> None:
    """INVALID_KE_PAYLOAD comes before the answer that has everything."""
    notifies = [(t, b"") for t in (16388, 16389, 16430, 16431, 16418, 16404)]
    talk = Talk()
    talk.say("IKE_SA_INIT", payloads=(33, 34, 40))
    talk.say("IKE_SA_INIT", by="r", payloads=(41,), notifies=((17, b"\0\x13"),))
    talk.n.last_exchange = -1
    talk.say("IKE_SA_INIT", payloads=(33, 34, 40), message_id=0)
    talk.say("IKE_SA_INIT", by="r", payloads=(33, 34, 40), notifies=notifies)
    assert guess(talk)[1] == "consistent with strongSwan (by the order of its notifies)"
