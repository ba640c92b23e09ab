"""Malformed messages of AuthIP, and of Windows, that belong to no SA."""

import pytest

from analyzer.negotiation.follow import windows
from analyzer.negotiation.story import MalformedAuthIp
from tests.negotiation.build import MAIN, A, B, Talk, main_1, sa1, v1

WINDOWS = (13, bytes.fromhex("1e2b516905991c7d7c96fcbfb587e46100000009"))
OTHER = (13, bytes(16))


def lying(exchange: int, *more: tuple[int, bytes], length: int = 900) -> bytes:
    """A first message whose header says a length of its own."""
    made = bytearray(v1(exchange, sa1({1: 7, 2: 4, 3: 1, 4: 14}), *more))
    made[24:28] = length.to_bytes(4, "big")
    return bytes(made)


def kept(*messages: bytes) -> tuple[MalformedAuthIp, ...]:
    talk = Talk()
    for data in messages:
        talk.say(data)
    return talk.story(10).authip


@pytest.mark.parametrize("exchange", [243, 244, 245, 246])
def test_authip_whose_length_lies(exchange: int) -> None:
    (found,) = kept(lying(exchange, WINDOWS), lying(exchange))
    assert found == MalformedAuthIp(A[0], B[0], 2, True, (1, 2))


def test_main_mode_of_windows_whose_length_lies() -> None:
    (found,) = kept(lying(MAIN, WINDOWS))
    assert (found.authip, found.messages) == (False, 1)


def test_others_right_ones_and_messages_of_an_sa() -> None:
    assert kept(lying(MAIN, OTHER)) == ()
    assert kept(lying(MAIN)) == ()
    assert kept(v1(243, WINDOWS)) == (), "AuthIP as it should be"
    assert kept(main_1()) == ()
    assert kept(lying(243, length=20)) != ()


def test_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(windows, "MOST", 2)
    talk = Talk()
    for host in range(5):
        for _ in range(20):
            talk.say(lying(243), (f"198.51.100.{host}", 500), B)
    found = talk.story(10).authip
    assert [(one.src_ip, one.messages, len(one.frames)) for one in found] == [
        ("198.51.100.0", 20, 10),
        ("198.51.100.1", 20, 10),
    ]
    talk.tracker.settle()
    assert [(d.kind, d.found[:2], d.frame_number) for d in talk.tracker.defects] == [("limit-malformed", "60", 41)]
