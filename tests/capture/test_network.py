"""IP headers, options, extension headers."""

import dpkt
import pytest

from analyzer.capture import network
from analyzer.capture.network import (
    AH,
    ESP,
    FRAGMENT,
    UDP,
    BadHeader,
    Fragment,
    IpPacket,
    read_extensions,
    read_ipv4,
    read_ipv6,
)
from analyzer.capture.span import Span
from tests.capture.packets import ipv4, ipv6, ipv6_fragment

PAYLOAD = bytes(range(32))


def span(data: bytes, missing: int = 0) -> Span:
    return Span(data, 0, len(data), missing, in_frame=True)


def good(packet: IpPacket | BadHeader | None) -> IpPacket:
    assert isinstance(packet, IpPacket)
    return packet


def test_numbers_are_those_of_dpkt() -> None:
    names = {"IPV4_IN_IP": "IPIP", "IPV6_IN_IP": "IP6", "HOP_BY_HOP": "HOPOPTS", "ICMPV6": "ICMP6"}
    names |= {"DESTINATION_OPTIONS": "DSTOPTS"}
    ours = {name: number for name, number in vars(network).items() if name.isupper() and isinstance(number, int)}
    known = {name: getattr(dpkt.ip, f"IP_PROTO_{names.get(name, name)}", None) for name in ours}
    unnamed = {name for name, number in known.items() if number is None}
    assert unnamed == {"MPLS_IN_IP", "ETHERNET_IN_IP", "NSH_IN_IP", "_MOBILITY", "_HIP", "_SHIM6"}
    assert {name: number for name, number in known.items() if number is not None}.items() <= ours.items()


def test_ipv4() -> None:
    packet = good(read_ipv4(span(ipv4(UDP, PAYLOAD) + b"trailer")))
    assert packet.pair == bytes([192, 0, 2, 1, 198, 51, 100, 2])
    assert (packet.protocol, packet.fragment) == (UDP, None)
    assert (packet.payload.start, packet.payload.end, packet.payload.missing) == (20, 52, 0)


def test_what_tells_packets_and_capture_points_apart() -> None:
    data = ipv4(UDP, PAYLOAD)
    assert good(read_ipv4(span(data))).hop == data[4:12]
    data = ipv6(UDP, PAYLOAD)
    assert good(read_ipv6(span(data))).hop == data[7:8]


def test_ipv4_options_are_skipped() -> None:
    packet = good(read_ipv4(span(ipv4(UDP, PAYLOAD, options=bytes([7, 7, 4, 0, 0, 0, 0, 0])))))
    assert packet.payload.start == 28
    assert packet.payload.wire_length == 32


def test_ipv4_cut_by_the_snapshot_length() -> None:
    packet = good(read_ipv4(span(ipv4(UDP, PAYLOAD)[:30], missing=22)))
    assert (packet.payload.captured, packet.payload.missing) == (10, 22)


def test_ipv4_total_length_of_segmentation_offload() -> None:
    packet = good(read_ipv4(span(ipv4(UDP, PAYLOAD, total=0))))
    assert packet.payload.wire_length == 32
    cut = good(read_ipv4(span(ipv4(UDP, PAYLOAD, total=0)[:40], missing=12)))
    assert (cut.payload.captured, cut.payload.missing) == (20, 12)


def test_ipv4_total_length_beyond_the_frame() -> None:
    assert good(read_ipv4(span(ipv4(UDP, PAYLOAD, total=100)))).payload.missing == 48


@pytest.mark.parametrize(
    ("field", "fragment"),
    [(0x2000, Fragment(9, 0, True)), (0x2003, Fragment(9, 24, True)), (3, Fragment(9, 24, False)), (0x4000, None)],
)
def test_ipv4_fragments(field: int, fragment: Fragment | None) -> None:
    assert good(read_ipv4(span(ipv4(UDP, PAYLOAD, fragment=field, identification=9)))).fragment == fragment


@pytest.mark.parametrize(
    "packet",
    [
        b"\x65" + ipv4(UDP, PAYLOAD)[1:],
        b"\x44" + ipv4(UDP, PAYLOAD)[1:],
        ipv4(UDP, PAYLOAD, total=19),
        ipv4(UDP, PAYLOAD, total=23, options=bytes(4)),
    ],
)
def test_ipv4_headers_that_cannot_be(packet: bytes) -> None:
    assert isinstance(read_ipv4(span(packet)), BadHeader)


@pytest.mark.parametrize("size", [0, 1, 19, 27])
def test_ipv4_header_not_captured(size: int) -> None:
    assert read_ipv4(span(ipv4(UDP, PAYLOAD, options=bytes(8))[:size])) is None


def test_ipv6() -> None:
    packet = good(read_ipv6(span(ipv6(UDP, PAYLOAD) + b"trailer")))
    assert len(packet.pair) == 32
    assert (packet.protocol, packet.payload.start, packet.payload.end) == (UDP, 40, 72)


def test_ipv6_extension_headers() -> None:
    chain = (
        bytes([43, 0]) + bytes(6) + bytes([60, 1]) + bytes(14) + bytes([135, 0]) + bytes(6) + bytes([UDP, 0]) + bytes(6)
    )
    packet = good(read_ipv6(span(ipv6(0, chain + PAYLOAD))))
    assert (packet.protocol, packet.payload.start) == (UDP, 40 + 40)


@pytest.mark.parametrize("protocol", [ESP, AH])
def test_ipv6_esp_and_ah_are_no_extension_headers(protocol: int) -> None:
    packet = good(read_ipv6(span(ipv6(protocol, PAYLOAD))))
    assert (packet.protocol, packet.payload.captured) == (protocol, 32)


def test_ipv6_fragment_behind_hop_by_hop_has_no_ports() -> None:
    packet = good(read_ipv6(span(ipv6(0, bytes([FRAGMENT, 0]) + bytes(6) + ipv6_fragment(UDP, PAYLOAD, 8, more=True)))))
    assert packet.fragment == Fragment(7, 8, True)
    assert (packet.protocol, packet.payload.start) == (UDP, 56)


def test_ipv6_fragment_then_destination_options() -> None:
    packet = good(read_ipv6(span(ipv6(44, ipv6_fragment(60, bytes([UDP, 0]) + bytes(6) + PAYLOAD, 0, more=True)))))
    assert (packet.protocol, packet.fragment) == (60, Fragment(7, 0, True))
    whole = read_extensions(packet.pair, packet.protocol, packet.payload)
    assert whole is not None
    assert whole.protocol == UDP


def test_ipv6_atomic_fragment_is_whole() -> None:
    packet = good(read_ipv6(span(ipv6(44, ipv6_fragment(UDP, PAYLOAD, 0, more=False)))))
    assert (packet.protocol, packet.fragment, packet.payload.start) == (UDP, None, 48)


def test_ipv6_length_zero_takes_what_there_is() -> None:
    assert good(read_ipv6(span(ipv6(UDP, PAYLOAD, length=0)))).payload.captured == 32


def test_ipv6_version() -> None:
    assert isinstance(read_ipv6(span(b"\x40" + ipv6(UDP, PAYLOAD)[1:])), BadHeader)


@pytest.mark.parametrize("size", [0, 39, 47, 50])
def test_ipv6_headers_not_captured(size: int) -> None:
    packet = ipv6(0, bytes([UDP, 1]) + bytes(14) + PAYLOAD)[:size]
    assert read_ipv6(span(packet)) is None
