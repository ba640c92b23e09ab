import pytest

from analyzer.negotiation.read.lifetimes import announced_s, offered_s
from analyzer.negotiation.seen import SeenNotify
from tests.assessment.build import Talk, esp1, main_mode, sa1


def test_lifetimes_of_the_ike_sa_and_of_each_child() -> None:
    talk = main_mode()
    talk.offer(sa1((7, 4, 1, 14, 256), life=3600), 1)
    talk.offer(esp1((12, {1: 1, 2: 1200}), (3, {1: 1, 2: 900})), 7, child=1)
    talk.answer(esp1((12, {1: 1, 2: 5})), 8, child=1)
    assert offered_s(1, talk.n.offers) == {None: (28800, 3600), 1: (1200, 900)}


def test_kilobytes_are_no_seconds_and_ikev2_negotiates_none() -> None:
    talk = main_mode()
    talk.offer(esp1((12, {1: 2, 2: 1200})), 7, child=1)
    assert offered_s(1, talk.n.offers) == {None: (28800,)}
    assert offered_s(2, talk.n.offers) == {}


def test_floods_are_bounded() -> None:
    talk = Talk(version=1).offer(esp1(*((12, {1: 1, 2: k}) for k in range(1, 900))), 7, child=1)
    assert len(offered_s(1, talk.n.offers)[1]) == 64


SECONDS_900 = bytes.fromhex("80010001 80020384")


@pytest.mark.parametrize(
    ("version", "kind", "protocol", "data", "expected"),
    [
        (2, 16403, 0, (3600).to_bytes(4, "big"), 3600),
        (2, 16403, 0, b"\x01", None),
        (2, 24576, 0, (3600).to_bytes(4, "big"), None),
        (1, 24576, 3, SECONDS_900, 900),
        (1, 24576, 3, bytes.fromhex("80010001 0002000400000e10"), 3600),
        (1, 24576, 1, bytes.fromhex("800b0001 800c0384"), 900),
        (1, 24576, 1, SECONDS_900, None),
        (1, 24576, 3, bytes.fromhex("80010002 80020384"), None),
        (1, 24576, 3, b"\x80\x02\x03", None),
        (1, 24576, 3, b"\x00\x02\xff\xff\x01", 1),
        (1, 24576, 3, b"", None),
        (1, 24578, 3, SECONDS_900, None),
    ],
)
def test_announcements(version: int, kind: int, protocol: int, data: bytes, expected: int | None) -> None:
    assert announced_s(version, SeenNotify(kind, protocol, data, True)) == expected
