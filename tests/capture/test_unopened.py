"""Layers that carry IP and are not opened: counted by name, alike by both readers, and nothing else is."""

import struct

import pytest

from analyzer.capture.damage import Damage
from analyzer.capture.layers import ETHERTYPES
from analyzer.capture.link import IPV4, IPV6, MPLS_TAGS, VLAN_TAGS, is_known
from analyzer.capture.network import RELEVANT
from analyzer.capture.span import Span
from analyzer.capture.unopened import (
    CUT,
    CUT_LAYER,
    LAYERS,
    NESTED,
    NO_INTERFACE,
    PORTS,
    PPP,
    PROTOCOLS,
    Unopened,
    link_type_name,
    named,
    of_link_type,
)
from analyzer.data import rows
from tests.capture.layers.not_opened import NOT_OPENED
from tests.capture.packets import ethernet, ike_frame, interface, ipv4, ipv6, pcap, section, simple, tcp, udp
from tests.capture.readers import read_in_bulk, read_serially

INNER = ipv4(17, udp(500, 500, bytes(40)))
MAC = bytes(12)
GTP_U, GTP_ECHO = b"\x30\xff" + struct.pack(">HI", len(INNER), 7) + INNER, b"\x32\x01" + bytes(10)
GTP_U_ETHERNET = b"\x30\xff" + struct.pack(">HI", 60, 7) + bytes(60)


def unopened(*frames: bytes, link_type: int = 1) -> dict[str, int]:
    """As both readers count it."""
    data = pcap(list(frames), link_type=link_type)
    serial, bulk = read_serially(data), read_in_bulk(data)
    assert serial == bulk
    return serial.unopened


def over(port: int, payload: bytes) -> bytes:
    return ethernet(ipv4(17, udp(40000, port, payload)))


@pytest.mark.parametrize("name", NOT_OPENED)
def test_what_carries_ip_and_is_not_opened_is_counted_by_its_name(name: str) -> None:
    for link_type, frame in NOT_OPENED[name].values():
        assert unopened(frame, frame, link_type=link_type) == {name: 2}
    assert unopened(ethernet(ipv6(17, udp(2152, 9, GTP_U_ETHERNET))), ike_frame()) == {"GTP-U": 1}


def test_every_name_has_such_a_frame_or_only_damage_leads_to_it() -> None:
    """What is left of layers that are opened is damaged or of another version, and has tests of its own."""
    opened = {name for number, name in LAYERS.items() if number in ETHERTYPES or number >= NESTED}
    assert {*LAYERS.values(), *PROTOCOLS.values()} - opened <= set(NOT_OPENED)


@pytest.mark.parametrize(
    "frame",
    [
        ethernet(bytes(46), 0x0806),  # ARP
        over(6081, b"\0\0\x65\x58" + bytes(4) + MAC + b"\x08\x06" + bytes(46)),  # ARP in Geneve
        over(8472, b"\x08\0\0\0\0\0\7\0" + MAC + b"\x08\x06" + bytes(46)),  # in VXLAN
        over(5247, b"\0\x10\2\x08" + bytes(40)),  # a keepalive of CAPWAP
        ethernet(bytes(46), 0x88CC),  # LLDP
        ethernet(b"\x42\x42\x03" + bytes(43), 38),  # spanning tree
        ethernet(ipv4(89, bytes(40))),  # OSPF
        ethernet(ipv4(6, tcp(2152, 443, 1, GTP_U))),
        over(53, GTP_U),
        over(2152, GTP_ECHO),
        over(1194, b"\xc0" + bytes(40)),  # no operation code of OpenVPN
        over(51820, b"\1\0\0\0" + bytes(143)),  # the handshake of WireGuard has another length
        over(40000, b"\4\0\0\0" + bytes(20)),
        over(40000, b"\4\0\0\0" + bytes(8) + b"\1" * 4 + bytes(16)),  # a counter that nobody reaches
        over(40000, b"\5\0\0\0" + bytes(44)),
        over(30030, bytes(60)),
        over(48879, bytes(8) + ethernet(bytes(46), 0x0806)),
        ethernet(ipv4(6, tcp(49152, 7471, 1, bytes(18) + ethernet(INNER)))),  # in the middle of what STT carries
        ethernet(ipv4(6, tcp(49152, 7471, 100 << 16, bytes(80)))),
        ethernet(ipv4(17, udp(500, 51820, b"\4\0\0\0" + bytes(28)))),
        over(6081, bytes(30)),
        over(37008, b"\1\4\0\0" + bytes(20)),  # a keepalive of TZSP
        over(8472, bytes(50)),
        over(4341, bytes(40)),
        over(4789, bytes(60)),
        over(4789, bytes(8) + ethernet(bytes(46), 0x0806)),  # ARP
        over(434, b"\1\0\0\x3c" + bytes(40)),  # a registration of Mobile IP
        over(434, bytes(40)),
        over(2268, b"\1\0\0\0" + bytes(8)),  # a relay discovery of AMT
        over(3386, b"\x1e\1" + bytes(18)),  # an echo of GTP version 0
        over(4342, b"\x10" + bytes(40)),  # a Map-Request of LISP
        over(5072, bytes(60)),
        over(6636, bytes(40)),
        over(6081, b"\x40\0\x08\x06" + bytes(40)),
        ethernet(ipv4(103, b"\x20" + bytes(40))),  # PIM: a hello
        ethernet(ipv4(103, b"\x21\0\0\0\x40\0\0\0" + INNER[:20])),  # a register without a packet
        ethernet(b"\xaa\xaa\x03\0\0\x0c\x20\0" + bytes(40), 48),  # CDP
        bytes.fromhex("01000ccccccc 020000000001 0030 aaaa0300000c2000") + bytes(40),
        ethernet(b"\x06\x06\x03" + bytes(46), 49),  # LLC of IP, without IP
        ethernet(b"\xe0\xe0\x03" + INNER, len(INNER) + 3),  # of Novell
        ethernet(b"\x00\x00\xd1\x40\x10\0\0\7" + INNER, 0x8847),  # BFD in a channel of MPLS
        over(1701, b"\xc8\x02\0\x0c" + bytes(8)),  # a control message of L2TPv2
        ethernet(ipv4(47, struct.pack(">HH", 0, 0x0800) + INNER)),
        ethernet(INNER, tags=[(0x8100, 1)]),
        ethernet(INNER[:-20]),
        ethernet(b"\x11\0\0\7" + struct.pack(">H", 12) + b"\xc0\x21" + bytes(40), 0x8864),  # LCP
        b"",
        b"\0" * 10,
    ],
)
def test_what_is_opened_or_carries_no_ip_is_not_counted(frame: bytes) -> None:
    assert unopened(frame, ike_frame()) == {}


@pytest.mark.parametrize("size", [0, 10, 14 + 12, 14 + 20 + 6, 14 + 24])
def test_a_packet_whose_headers_the_capture_cuts_is_counted(size: int) -> None:
    frame = ike_frame()
    data = pcap([frame])
    begin = 24 + 16
    cut = bytearray(data[:begin] + frame[:size])
    cut[32:36] = struct.pack("<I", size)
    both = bytes(cut) + data[24:]
    assert read_serially(both).unopened == {CUT: 1}
    assert read_in_bulk(both).unopened == {CUT: 1}


VXLAN_SIZE = 14 + 28 + 8


@pytest.mark.parametrize(
    ("link_type", "frame", "sizes"),
    [
        (1, ethernet(INNER, tags=[(0x8100, 1)] * 3), range(20, 26)),
        (1, over(4789, b"\x08" + bytes(7) + ethernet(INNER)), range(VXLAN_SIZE, VXLAN_SIZE + 34)),
        (1, ethernet(b"\0\0\0\0\0\0\1\1" + INNER, 0x8847), range(20, 42)),
        (1, ethernet(b"\x11\0\0\7" + struct.pack(">H", 60) + b"\0\x21" + INNER, 0x8864), range(20, 22)),
        (105, b"\x88\1" + bytes(24) + b"\xaa\xaa\3\0\0\0\x08\0" + INNER, range(20, 54)),
    ],
)
def test_so_is_one_that_the_capture_cuts_inside_a_tag_or_a_tunnel(link_type: int, frame: bytes, sizes: range) -> None:
    frames, lengths = [frame[:size] for size in sizes], dict.fromkeys(range(1, len(sizes) + 1), len(frame))
    data = pcap(frames, link_type=link_type, originals=lengths)
    serial, bulk = read_serially(data), read_in_bulk(data)
    assert serial == bulk
    assert serial.unopened == {LAYERS[CUT_LAYER]: len(sizes)} == {CUT: len(sizes)}


def test_so_is_one_that_the_capture_cuts_inside_the_options_of_ip() -> None:
    frame = ethernet(ipv4(89, bytes(40), options=bytes(32)))
    data = pcap([frame[:50]], originals={1: len(frame)})
    assert read_serially(data).unopened == read_in_bulk(data).unopened == {CUT: 1}


def test_what_carries_no_ip_is_not_counted_where_it_is_cut() -> None:
    arp, beacon = ethernet(bytes(46), 0x0806), b"\x80\0" + bytes(60)
    for link_type, frame in ((1, arp), (1, over(4789, b"\x08" + bytes(7) + arp)), (105, beacon)):
        sizes = range(max(20, len(frame) - 46), len(frame))
        data = pcap([frame[:size] for size in sizes], link_type=link_type, originals=dict.fromkeys(range(1, 60), 200))
        assert read_serially(data).unopened == read_in_bulk(data).unopened == {}


def test_a_packet_cut_behind_its_headers_is_read() -> None:
    data = bytearray(pcap([ike_frame()])[: 24 + 16 + 14 + 28 + 28])
    data[32:36] = struct.pack("<I", 14 + 28 + 28)
    found = read_serially(bytes(data))
    assert (found.unopened, len(found.items)) == ({}, 1)


def test_wireless_frames_that_are_not_opened() -> None:
    frames = [
        bytes((0x88, 1 | flag)) + bytes(22) + qos + bytes(40) for flag, qos in ((0x40, b""), (4, b""), (0, b"\x80\0"))
    ]
    names = [f"{kind} IEEE 802.11" for kind in ("encrypted", "fragmented", "aggregated")]
    assert unopened(*frames, link_type=105) == dict.fromkeys(sorted(names), 1)
    beacon, null = b"\x80\0" + bytes(60), b"\x48\1" + bytes(60)
    assert unopened(beacon, null, link_type=105) == {}


def test_a_link_layer_of_another_form() -> None:
    frame = bytes((61, 2)) + bytes(65) + INNER  # three bytes more than its length says
    assert unopened(frame, link_type=117) == {"link type 117 PFLOG of another form": 1}


def test_layers_that_are_nested_too_deeply() -> None:
    tagged, chain = ethernet(INNER, tags=[(0x8100, 1)] * 20), bytes.fromhex("0fc2020400000101") * 20
    assert unopened(tagged, ethernet(chain, 0x894F)) == {"layers nested too deeply": 2}


@pytest.mark.parametrize("inner", [189, 192, 258])
def test_link_types_in_ppi_and_pktap_that_are_not_read(inner: int) -> None:
    name = "other link types in PPI or PKTAP"
    assert unopened(struct.pack("<BBHI", 0, 0, 8, inner) + bytes(60), link_type=192) == {name: 1}
    assert unopened(struct.pack("<III", 12, 1, inner) + bytes(60), link_type=258) == {name: 1}


def test_link_types_that_are_not_read() -> None:
    assert unopened(bytes(60), b"", bytes(40), link_type=189) == {"link type 189 USB_LINUX": 3}
    assert unopened(bytes(60), link_type=400) == {"link type 400": 1}


def test_packets_of_an_interface_that_is_not_described() -> None:
    data = section() + simple(ike_frame()) + interface() + simple(ike_frame())
    for found in (read_serially(data), read_in_bulk(data)):
        assert (found.unopened, len(found.items)) == ({NO_INTERFACE: 1}, 1)


def test_names_of_link_types() -> None:
    assert (link_type_name(189), link_type_name(400)) == ("USB_LINUX", "LINKTYPE_400")
    assert of_link_type(None) == NO_INTERFACE
    names = rows("analyzer/capture/x.py", "link_types.csv")
    assert not [row for row in names if is_known(int(row["number"]))]


def test_nothing_that_is_opened_stands_among_what_is_not() -> None:
    opened = {IPV4, IPV6, 0x8864, 0x6558, 0x880B} | MPLS_TAGS | VLAN_TAGS
    assert opened.isdisjoint(LAYERS)
    assert RELEVANT.isdisjoint(PROTOCOLS)
    assert {500, 4500, 848}.isdisjoint(PORTS)
    assert min(number for number in LAYERS if number not in range(0x10000)) > PPP


def test_either_port_of_udp_announces_a_tunnel_and_its_bytes_decide() -> None:
    whole, nothing = Span(GTP_U, 0, len(GTP_U), 0, in_frame=True), Span(b"", 0, 0, 0, in_frame=True)
    assert named("udp", (2152, 40000), whole) == named("udp", (40000, 2152), whole) == "GTP-U"
    assert named("udp", (53, 40000), whole) is None
    assert named("udp", (2152, 2152), nothing) is None


def test_the_first_frame_of_each_kind_is_kept() -> None:
    found = Unopened()
    found.add("GTP-U", 7)
    found.add("NSH", 2, 40)
    found.add("GTP-U", 3, 2)
    assert list(found.counts().items()) == [("NSH", 40), ("GTP-U", 3)]


def test_those_of_another_file_are_added() -> None:
    first, second = Unopened(), Unopened()
    first.add("x", 9, 2)
    second.add("x", 4)
    second.add("y", 5)
    first.take(second)
    damage = Damage()
    first.report(damage)
    assert first.counts() == {"x": 3, "y": 1}
    assert [defect.frame_number for defect in damage.defects()] == [4, 5]
