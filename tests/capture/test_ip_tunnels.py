"""GRE, EtherIP and PIM."""

import struct

import pytest

from analyzer.capture.ip_tunnels import TUNNELS, read_gre, read_pim
from analyzer.capture.network import UDP
from analyzer.capture.span import Span
from analyzer.capture.unopened import CUT_LAYER, OTHER_GRE
from tests.capture.layers.frames import FRAMES
from tests.capture.layers.reading import is_left, leads_to_ike
from tests.capture.packets import ethernet, ipv4, isakmp, udp

PAYLOAD = bytes(range(32))


def span(data: bytes, missing: int = 0) -> Span:
    return Span(data, 0, len(data), missing, in_frame=True)


@pytest.mark.parametrize(
    ("head", "skipped"),
    [
        (struct.pack(">HH", 0, 0x0800), 4),
        (struct.pack(">HHI", 0x2000, 0x0800, 99), 8),
        (struct.pack(">HHIII", 0xB000, 0x0800, 0, 99, 1), 16),
        (struct.pack(">HHII", 0x3001, 0x880B, 99, 1), 12),
        (struct.pack(">HHIII", 0x3081, 0x880B, 99, 1, 1), 16),
    ],
)
def test_gre(head: bytes, skipped: int) -> None:
    found = read_gre(span(head + PAYLOAD))
    assert found is not None
    assert found[1].start == skipped
    assert read_gre(span(head[: skipped - 1])) is None


def test_gre_with_source_routes() -> None:
    head = struct.pack(">HHII", 0x6000, 0x0800, 0, 99) + bytes.fromhex("0800 0004 c0000201 0000 0001 ff 0000 0000")
    found = read_gre(span(head + PAYLOAD))
    assert found is not None
    assert (found[0], found[1].start) == (0x0800, len(head))
    for size in range(len(head)):
        for missing, name in ((0, OTHER_GRE if size >= 4 else None), (9, CUT_LAYER)):
            left = read_gre(span(head[:size], missing))
            assert (left[0] if left else None) == name


@pytest.mark.parametrize("head", [struct.pack(">HH", 0x4001, 0x0800), struct.pack(">HH", 2, 0x0800)])
def test_gre_of_another_form(head: bytes) -> None:
    found = read_gre(span(head + PAYLOAD))
    assert found is not None
    assert found[0] == OTHER_GRE


def test_what_the_capture_cuts_is_not_taken_for_nothing() -> None:
    for read in TUNNELS.values():
        assert read(span(b"")) is None
        assert read(span(b"", 40)) == (CUT_LAYER, span(b"", 40))


def test_pim_carries_a_packet_in_a_register_alone() -> None:
    packet = ipv4(UDP, PAYLOAD)
    found = read_pim(span(b"\x21" + bytes(7) + packet))
    assert found is not None
    assert (found[0], found[1].start) == (0x0800, 8)
    for head in (b"\x20" + bytes(7), b"\x11" + bytes(7), b"\x21\0\0\0\x40\0\0\0", b"\x21" + bytes(8)):
        assert read_pim(span(head + packet)) is None


@pytest.mark.parametrize("name", FRAMES["network"])
def test_a_message_behind_tunnels_of_ip_is_read(name: str) -> None:
    leads_to_ike("network", name)


def test_etherip_of_another_version_is_left() -> None:
    is_left(1, ethernet(ipv4(97, b"\x40\0" + ethernet(ipv4(17, udp(500, 500, isakmp()))))))
