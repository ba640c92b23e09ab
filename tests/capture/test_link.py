"""Every link type, built by bytes, down to the IP header."""

import struct

import dpkt
import pytest

from analyzer.capture import link
from analyzer.capture.link import IPV4, IPV6, from_ethertype, is_known, link_name, to_network
from analyzer.capture.span import Span
from analyzer.capture.unopened import CUT_LAYER, TOO_DEEP
from tests.capture.layers.frames import V4, V6
from tests.capture.layers.plain import PLAIN
from tests.capture.packets import ethernet

MAC = bytes(12)


def test_numbers_are_those_of_dpkt() -> None:
    ours = {
        "IP": link.IPV4,
        "IP6": link.IPV6,
        "MPLS": link.MPLS,
        "PPPoE": link.PPPOE_SESSION,
        "TEB": link.TRANSPARENT_ETHERNET,
        "PPP": link.PPP_IN_GRE,
    }
    assert {name: getattr(dpkt.ethernet, f"ETH_TYPE_{name}") for name in ours} == ours
    tags = {getattr(dpkt.ethernet, f"ETH_TYPE_{name}") for name in ("8021Q", "8021AD", "QINQ1", "QINQ2")}
    assert link.VLAN_TAGS - tags == {0x9300}
    assert {dpkt.ethernet.ETH_TYPE_MPLS, dpkt.ethernet.ETH_TYPE_MPLS_MCAST} == link.MPLS_TAGS


def network(link_type: int, frame: bytes) -> tuple[int, bytes] | None:
    found = to_network(link_type, Span(frame, 0, len(frame), 0, in_frame=True))
    return None if found is None else (found[0], frame[found[1].start : found[1].end])


ALL = [(group, name) for group, frames in PLAIN.items() for name in frames]


@pytest.mark.parametrize(("group", "name"), ALL)
def test_down_to_ip(group: str, name: str) -> None:
    link_type, frame = PLAIN[group][name]
    packet, ethertype = (V6, IPV6) if frame.endswith(V6) else (V4, IPV4)
    found = network(link_type, frame)
    assert found is not None
    assert found[0] == ethertype
    assert found[1].startswith(packet)
    assert is_known(link_type)


@pytest.mark.parametrize(("group", "name"), ALL)
def test_no_cut_frame_is_misread_or_raises(group: str, name: str) -> None:
    """Cut anywhere, a frame leads to the same place or nowhere."""
    link_type, frame = PLAIN[group][name]
    ethertype = IPV6 if frame.endswith(V6) else IPV4
    whole = to_network(link_type, Span(frame, 0, len(frame), 0, in_frame=True))
    assert whole is not None
    for end in range(len(frame)):
        found = to_network(link_type, Span(frame, 0, end, len(frame) - end, in_frame=True))
        assert found is None or found[0] == CUT_LAYER or (found[0], found[1].start) == (ethertype, whole[1].start)
        if end > whole[1].start:
            assert found is not None
            assert found[0] == ethertype


@pytest.mark.parametrize(
    ("link_type", "frame"),
    [
        (1, ethernet(b"\0\1" + bytes(26), 0x0806)),
        (1, ethernet(b"", 0x88CC)),
        (1, MAC + b"\0\x26\x42\x42\x03" + bytes(35)),  # spanning tree
        (1, MAC + b"\x88\x64\x11\xa7\0\x07\0\0" + V4),  # PPPoE, but no session data
        (9, b"\xc0\x21\x01\x01\0\x04"),  # LCP
        (0, struct.pack("<I", 7) + V4),
        (101, b"\x00" + V4),
        (239, b"\x02\0\0\0" + struct.pack("<HH", 3, 9) + V4),
        (239, b"\x02\0\0\0" + struct.pack("<HH", 65535, 1) + V4),
        (147, V4),
    ],
)
def test_nothing_of_ours(link_type: int, frame: bytes) -> None:
    assert network(link_type, frame) is None


def test_so_many_tags_are_not_opened() -> None:
    found = network(1, ethernet(V4, tags=[(0x8100, 1)] * 40))
    assert found is not None
    assert found[0] == TOO_DEEP


def test_from_ethertype_reads_what_tunnels_carry() -> None:
    span = Span(ethernet(V6), 0, 14 + len(V6), 0, in_frame=True)
    found = from_ethertype(0x6558, span)
    assert found is not None
    assert (found[0], found[1].start) == (IPV6, 14)


def test_names() -> None:
    assert (link_name(1), link_name(276), link_name(400)) == ("ETHERNET", "LINUX_SLL2", "LINKTYPE_400")
    assert not is_known(400)
