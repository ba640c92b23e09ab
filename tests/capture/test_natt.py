"""What a UDP payload is."""

import pytest

from analyzer.capture.natt import (
    ESP,
    IKE,
    KEEPALIVE,
    MARKED_IKE,
    NAT_T,
    NOTHING,
    PLAIN,
    UNLISTED,
    classify,
    is_isakmp,
    port_services,
)
from tests.capture.packets import esp, isakmp

GOOD = isakmp(bytes(20))
MARKED = bytes(4) + GOOD


@pytest.mark.parametrize(
    ("payload", "service", "kind"),
    [
        (b"\xff", PLAIN, KEEPALIVE),
        (b"\xff", NAT_T, KEEPALIVE),
        (b"\xff", UNLISTED, NOTHING),
        (b"\xfe", PLAIN, IKE),  # the decoder says what is wrong with it
        (b"\xff\xff", PLAIN, IKE),
        (b"", PLAIN, NOTHING),
        (b"", NAT_T, NOTHING),
        (GOOD, PLAIN, IKE),
        (GOOD, NAT_T, IKE),  # the marker was forgotten
        (GOOD, UNLISTED, IKE),
        (MARKED, NAT_T, MARKED_IKE),
        (MARKED, PLAIN, MARKED_IKE),
        (MARKED, UNLISTED, MARKED_IKE),
        (bytes(4) + b"junk", NAT_T, MARKED_IKE),
        (bytes(4) + b"junk", PLAIN, IKE),  # a zero initiator SPI, not a marker
        (bytes(4) + b"junk", UNLISTED, NOTHING),
        (bytes(4), NAT_T, MARKED_IKE),
        (esp(), NAT_T, ESP),
        (esp(), PLAIN, IKE),
        (esp(), UNLISTED, NOTHING),
        (b"\x01\x02\x03", NAT_T, NOTHING),
        (b"\x01\x02\x03\x04", NAT_T, ESP),
    ],
)
def test_classify(payload: bytes, service: int, kind: int) -> None:
    assert classify(payload, len(payload), service) == kind


def test_what_was_not_captured_decides_nothing() -> None:
    assert classify(b"", 300, PLAIN) == IKE
    assert classify(b"", 300, NAT_T) == NOTHING
    assert classify(b"", 1, NAT_T) == NOTHING
    assert classify(MARKED[:30], 300, UNLISTED) == NOTHING


@pytest.mark.parametrize(
    ("version", "exchange", "flags", "first"),
    [
        (0x10, 2, 0, 1),
        (0x10, 4, 1, 8),
        (0x10, 6, 1, 8),
        (0x10, 32, 1, 8),
        (0x20, 34, 8, 33),
        (0x20, 43, 0x20, 53),
        (0x20, 37, 0x28, 46),
    ],
)
def test_messages_beyond_doubt(version: int, exchange: int, flags: int, first: int) -> None:
    message = isakmp(bytes(8), version=version, exchange=exchange, flags=flags, next_payload=first)
    assert is_isakmp(message, len(message))


@pytest.mark.parametrize(
    "message",
    [
        isakmp(bytes(8), initiator=bytes(8)),
        isakmp(bytes(8), version=0x30),
        isakmp(bytes(8), version=0x21),
        isakmp(bytes(8), exchange=2),
        isakmp(bytes(8), exchange=200),
        isakmp(bytes(8), flags=1),
        isakmp(bytes(8), version=0x10, exchange=2, flags=8, next_payload=1),
        isakmp(bytes(8), next_payload=1),
        isakmp(bytes(8), next_payload=0),
        isakmp(bytes(8)) + b"x",
        isakmp(bytes(8))[:-1],
        isakmp()[:27],
    ],
)
def test_any_doubt_is_enough(message: bytes) -> None:
    assert not is_isakmp(message, len(message))


def test_a_header_alone_may_have_no_payload() -> None:
    assert is_isakmp(isakmp(next_payload=0, exchange=37), 28)


def test_a_cut_message_is_known_by_its_header() -> None:
    message = isakmp(bytes(400))
    assert is_isakmp(message[:28], len(message))


def test_port_services() -> None:
    assert port_services((500, 4500, 10500)) == {500: PLAIN, 4500: NAT_T, 10500: NAT_T, 848: PLAIN}
    assert port_services(()) == {848: PLAIN}
