import pytest

from analyzer.assessment.fingerprint.guess import Fingerprinter, by_notifies, by_vendor_ids
from tests.assessment.build import Talk

STRONGSWAN = bytes.fromhex("882fe56d6fd20dbc2251613b2ebe5beb")  # MD5 of "strongSwan"
XAUTH = bytes.fromhex("09002689dfd6b712")
DPD = bytes.fromhex("afcad71368a1f1c96b8696fc77570100")
UNITY = bytes.fromhex("12f5f28c457168a9702d9fe274cc0100")


def test_vendor_id_of_an_implementation_speaks_before_capabilities() -> None:
    assert by_vendor_ids((XAUTH, DPD, STRONGSWAN)) == "consistent with strongSwan (by vendor ID)"
    assert by_vendor_ids((XAUTH, DPD)) is None
    assert by_vendor_ids((b"\x00" * 16,)) is None


def test_order_of_vendor_ids() -> None:
    ids = (UNITY, DPD, bytes(range(16)), XAUTH)
    assert by_vendor_ids(ids) == "consistent with Cisco IOS 12.3/12.4 (by the order of its vendor IDs)"
    assert by_vendor_ids((*ids, b"more")) is None


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
    talk2.say("IKE_SA_INIT", by="r", notifies=strongswan)
    initiator, responder = guess(talk2)
    assert initiator == "consistent with OpenIKED (by vendor ID)"
    assert responder == "consistent with strongSwan (by the order of its notifies)"
