"""One packet, layer by layer: each way in which IKE travels, and a regression list of what other readers get wrong."""

import struct
from collections.abc import Callable
from random import Random

import pytest

from analyzer.capture.damage import Damage
from analyzer.capture.datagram import Datagram, IcmpError
from analyzer.capture.decoder import Item, Packet, PacketDecoder
from analyzer.capture.fragments import Partial
from analyzer.capture.ledger import Ledger
from tests.capture.packets import (
    HOST_A,
    HOST_A6,
    esp,
    ethernet,
    ike_frame,
    ipv4,
    ipv6,
    ipv6_fragment,
    isakmp,
    pcap,
    tcp,
    udp,
)
from tests.capture.readers import Found, read_in_bulk, read_serially

MESSAGE = isakmp(bytes(200))
UDP = udp(500, 500, MESSAGE)
IP = ipv4(17, UDP)
MARKED = udp(4500, 4500, bytes(4) + MESSAGE)


class Reading:
    """A decoder that counts frames."""

    def __init__(self, ports: tuple[int, ...] = (500, 4500)) -> None:
        self.ledger, self.damage = Ledger(), Damage()
        self.decoder = PacketDecoder(ports, self.ledger, self.damage)
        self.frame = 0
        self.begun: list[Partial] = []

    def read(self, data: bytes, link_type: int | None = 1, original: int | None = None) -> list[Item]:
        """What the frame completes; what it begins is in `begun`."""
        self.frame += 1
        size = len(data) if original is None else original
        items: list[Item] = []
        for item in self.decoder.decode(Packet(self.frame, 10**18 + self.frame, link_type, data, size)):
            if isinstance(item, Partial):
                self.begun.append(item)
            else:
                items.append(item)
        return items

    def kinds(self) -> list[str]:
        return [d.kind for d in self.damage.defects()]


def one(frame: bytes, link_type: int = 1) -> Datagram:
    reading = Reading()
    (item,) = reading.read(frame, link_type)
    assert isinstance(item, Datagram)
    assert reading.kinds() == []
    return item


PPP = b"\xff\x03\0\x21" + IP
WAYS = {
    "plain": ethernet(IP),
    "IPv6": ethernet(ipv6(17, UDP)),
    "hop-by-hop, destination options": ethernet(ipv6(0, bytes([60, 0]) + bytes(6) + bytes([17, 1]) + bytes(14) + UDP)),
    "IPv4 options": ethernet(ipv4(17, UDP, options=bytes([1] * 8))),
    "IP in IP": ethernet(ipv4(4, IP)),
    "IPv4 in IPv6": ethernet(ipv6(4, IP)),
    "IPv6 in IPv4": ethernet(ipv4(41, ipv6(17, UDP))),
    "IPv6 in IPv6": ethernet(ipv6(41, ipv6(17, UDP))),
    "MPLS in IP": ethernet(ipv4(137, b"\0\0\1\x40" + IP)),
    "GRE": ethernet(ipv4(47, struct.pack(">HH", 0, 0x0800) + IP)),
    "GRE with key and sequence": ethernet(ipv4(47, struct.pack(">HHII", 0x3000, 0x86DD, 1, 2) + ipv6(17, UDP))),
    "Ethernet in GRE": ethernet(ipv4(47, struct.pack(">HHI", 0x2000, 0x6558, 1) + ethernet(IP))),
    "PPP in PPTP's GRE": ethernet(ipv4(47, struct.pack(">HHHHI", 0x3001, 0x880B, len(PPP), 1, 9) + PPP)),
    "PPP in L2TP": ethernet(ipv4(17, udp(1701, 1701, struct.pack(">HHH", 2, 1, 1) + PPP))),
    "PPP in L2TP, all fields": ethernet(
        ipv4(17, udp(1701, 40000, struct.pack(">HHHHHHH", 0x4A02, 14 + 3 + len(PPP), 1, 1, 0, 0, 3) + b"pad" + PPP))
    ),
    "VXLAN": ethernet(ipv4(17, udp(50000, 4789, b"\x08" + bytes(7) + ethernet(ipv6(17, UDP))))),
    "AH": ethernet(ipv4(51, bytes([17, 4, 0, 0]) + bytes(20) + UDP)),
    "AH in tunnel mode": ethernet(ipv4(51, bytes([4, 4, 0, 0]) + bytes(20) + IP)),
    "AH behind and before extension headers": ethernet(
        ipv6(0, bytes([51]) + bytes(7) + bytes([60, 4, 0, 0]) + bytes(20) + bytes([17]) + bytes(7) + UDP)
    ),
    "nested": ethernet(ipv4(47, struct.pack(">HH", 0, 0x0800) + ipv4(4, ipv4(41, ipv6(17, UDP)))), tags=[(0x8100, 5)]),
    "trailer": ethernet(IP) + bytes(20),
}


@pytest.mark.parametrize("way", WAYS)
def test_ways_of_ike(way: str) -> None:
    frame = WAYS[way]
    datagram = one(frame)
    assert datagram.payload == MESSAGE
    assert datagram.offset is not None
    assert frame[datagram.offset :].startswith(MESSAGE)
    assert (datagram.transport, datagram.src_port, datagram.dst_port, datagram.missing) == ("udp", 500, 500, 0)
    assert datagram.src_ip in ("192.0.2.1", HOST_A6)


@pytest.mark.parametrize("way", WAYS)
def test_no_cut_packet_raises_or_is_made_whole(way: str) -> None:
    frame = WAYS[way]
    for size in range(len(frame)):
        for item in Reading().read(frame[:size], original=len(frame)):
            assert isinstance(item, Datagram)
            assert len(item.payload) + item.missing == len(MESSAGE)
            assert MESSAGE.startswith(item.payload)


def test_bytes_behind_the_udp_length_are_not_the_message() -> None:
    """A UDP length smaller than what IP carries (dpkt keeps the trailer)."""
    assert one(ethernet(ipv4(17, udp(500, 500, MESSAGE + b"trailer", length=8 + len(MESSAGE))))).payload == MESSAGE


def test_bytes_behind_the_ike_length_are_handed_on() -> None:
    """A stray byte inside the datagram must not hide the message (Suricata then sees no IKE at all)."""
    assert one(ethernet(ipv4(17, udp(500, 500, MESSAGE + b"x")))).payload == MESSAGE + b"x"


def test_segmentation_offload() -> None:
    assert one(ethernet(ipv4(17, UDP, total=0))).payload == MESSAGE
    assert one(ethernet(ipv6(17, UDP, length=0))).payload == MESSAGE


@pytest.mark.parametrize(("source", "destination"), [(496, 500), (31000, 500), (500, 1024)])
def test_a_nat_moves_ports(source: int, destination: int) -> None:
    assert one(ike_frame(MESSAGE, source, destination)).src_port == source


def test_a_nat_moves_ports_of_nat_t() -> None:
    datagram = one(ike_frame(bytes(4) + MESSAGE, 4500, 29114))
    assert (datagram.transport, datagram.payload) == ("udp-4500", MESSAGE)


def test_any_port_by_content_and_group_keys_by_port() -> None:
    assert one(ike_frame(MESSAGE, 5555, 6666)).transport == "udp"
    assert one(ike_frame(bytes(4) + MESSAGE, 5555, 6666)).transport == "udp-4500"
    assert one(ike_frame(b"anything", 848, 848)).payload == b"anything"
    assert Reading().read(ike_frame(b"anything", 849, 849)) == []


def test_fragments_of_ipv4_are_not_read_as_whole() -> None:
    """A first fragment is not a complete datagram, and a later one has no ports (dpkt gets both wrong)."""
    reading = Reading()
    assert reading.read(ethernet(ipv4(17, UDP[:96], fragment=0x2000, identification=3))) == []
    assert reading.read(ethernet(ipv4(17, UDP[96:160], fragment=0x2000 | 12, identification=3))) == []
    (item,) = reading.read(ethernet(ipv4(17, UDP[160:], fragment=20, identification=3)))
    assert isinstance(item, Datagram)
    assert (item.payload, item.frame_number, item.offset) == (MESSAGE, 3, None)


@pytest.mark.parametrize("before", [b"", bytes([44]) + bytes(7)])
@pytest.mark.parametrize("options", [b"", bytes([17]) + bytes(7)])
def test_fragments_of_ipv6(before: bytes, options: bytes) -> None:
    """Behind hop-by-hop options, and with destination options inside."""
    whole = options + UDP
    reading, items = Reading(), list[Item]()
    for offset, end in ((96, 160), (160, len(whole)), (0, 96)):
        fragment = ipv6_fragment(60 if options else 17, whole[offset:end], offset, more=end < len(whole))
        items += reading.read(ethernet(ipv6(0 if before else 44, before + fragment)))
    (item,) = items
    assert isinstance(item, Datagram)
    assert (item.payload, item.offset, reading.kinds()) == (MESSAGE, None, [])


def test_fragments_inside_a_tunnel() -> None:
    reading = Reading()
    for part, field in ((UDP[:96], 0x2000), (UDP[96:], 12)):
        items = reading.read(ethernet(ipv4(4, ipv4(17, part, fragment=field, identification=3))))
    assert [i.payload for i in items if isinstance(i, Datagram)] == [MESSAGE]


def test_fragments_of_a_tunnel() -> None:
    reading, outer = Reading(), ipv4(47, struct.pack(">HH", 0, 0x0800) + IP)[20:]
    for part, field in ((outer[:120], 0x2000), (outer[120:], 15)):
        items = reading.read(ethernet(ipv4(47, part, fragment=field, identification=3)))
    assert [i.payload for i in items if isinstance(i, Datagram)] == [MESSAGE]


@pytest.mark.parametrize(
    "packet",
    [
        ipv4(17, udp(5004, 5006, bytes(200))[:104], fragment=0x2000, identification=9),
        ipv4(1, b"\x08\0" + bytes(102), fragment=0x2000, identification=9),
        ipv4(6, tcp(443, 50000, 1, bytes(84)), fragment=0x2000, identification=9),
        ipv4(89, bytes(104), fragment=0x2000, identification=9),
    ],
)
def test_foreign_fragments_leave_no_trace(packet: bytes) -> None:
    reading = Reading()
    reading.read(ethernet(packet))
    reading.decoder.finish()
    assert reading.kinds() == []


@pytest.mark.parametrize(
    "first", [UDP[:96], udp(5555, 6666, MESSAGE)[:96], udp(1701, 1701, bytes(200))[:96], MARKED[:96], UDP[:8]]
)
def test_fragments_that_may_be_ours_are_kept(first: bytes) -> None:
    reading = Reading()
    reading.read(ethernet(ipv4(17, first, fragment=0x2000, identification=9)))
    reading.decoder.finish()
    assert "capture-fragments-incomplete" in reading.kinds()


def test_esp_in_ipv6_is_counted() -> None:
    reading = Reading()
    reading.read(ethernet(ipv6(50, esp(0xABCD, 5))))
    (stream,) = reading.ledger.streams()
    assert (stream.spi, stream.first_seq, stream.src_ip, stream.bytes) == ("0000abcd", 5, HOST_A6, 48)


def test_esp_in_fragments_is_one_packet() -> None:
    reading, packet = Reading(), esp(1, 1, 200)
    reading.read(ethernet(ipv4(50, packet[:104], fragment=0x2000)))
    assert reading.ledger.esp_packets == 0
    reading.read(ethernet(ipv4(50, packet[104:], fragment=13)))
    assert [s.bytes for s in reading.ledger.streams()] == [208]


@pytest.mark.parametrize("packet", [ipv4(17, UDP, total=10), b"\x41" + IP[1:], b"\x55" + IP[1:]])
def test_headers_that_lie_are_told(packet: bytes) -> None:
    reading = Reading()
    assert reading.read(ethernet(packet, 0x0800)) == []
    assert reading.kinds() == ["wire-ip-header"]


def test_nesting_is_bounded() -> None:
    packet = IP
    for _ in range(40):
        packet = ipv4(4, packet)
    reading = Reading()
    assert reading.read(ethernet(packet)) == []
    assert reading.kinds() == ["limit-nesting"]


def test_an_interface_that_is_not_described() -> None:
    assert Reading().read(ethernet(IP), None) == []
    assert Reading().read(ethernet(IP), 147) == []


@pytest.mark.parametrize(
    "tunnel",
    [
        udp(1701, 1701, struct.pack(">HHH", 0xC802, 20, 1) + PPP),  # a control message
        udp(1701, 1701, struct.pack(">HHH", 3, 1, 1) + PPP),
        udp(1701, 1701, b"\0\2\0"),
        udp(50000, 4789, bytes(8) + ethernet(IP)),
        udp(50000, 4789, b"\x08"),
    ],
)
def test_no_tunnel_after_all(tunnel: bytes) -> None:
    assert Reading().read(ethernet(ipv4(17, tunnel))) == []


def beginning(reading: Reading) -> Partial:
    """The first fragment that was read, given up at the end of the capture."""
    assert reading.decoder.finish() == []
    return reading.begun[0]


def test_a_first_fragment_alone_is_read_as_one_that_the_snapshot_length_cut() -> None:
    reading = Reading()
    assert reading.read(ethernet(ipv4(17, MARKED[:96], fragment=0x2000))) == []
    (found,) = beginning(reading).read
    assert isinstance(found, Datagram)
    assert (found.frame_number, found.transport, found.payload) == (1, "udp-4500", MESSAGE[:84])
    assert found.missing == len(MESSAGE) - 84
    assert reading.decoder.beginnings == {1}
    assert [f.messages for f in reading.ledger.flows()] == [1]
    assert reading.kinds() == ["capture-cut-datagram", "capture-fragments-incomplete"]


CUT = ipv4(17, MARKED[:96], fragment=0x2000)
CUT_6 = ipv6(44, ipv6_fragment(17, MARKED[:96], 0, more=True))
OPTIONS_6 = bytes([17, 0]) + bytes(6)


@pytest.mark.parametrize(
    "frame",
    [
        ethernet(CUT_6),
        ethernet(ipv6(44, ipv6_fragment(60, OPTIONS_6 + MARKED[:96], 0, more=True))),
        ethernet(ipv4(47, b"\0\0\x08\0" + CUT)),
        ethernet(ipv4(4, CUT)),
        ethernet(ipv4(41, CUT_6)),
        ethernet(ipv4(17, udp(50000, 4789, b"\x08" + bytes(7) + ethernet(CUT)))),
        ethernet(CUT, tags=[(0x8100, 7)]),
        ethernet(ipv4(47, (b"\0\0\x08\0" + ipv4(17, MARKED))[:120], fragment=0x2000)),
    ],
    ids=["IPv6", "IPv6 options", "GRE", "IP in IP", "6in4", "VXLAN", "VLAN", "of the tunnel"],
)
def test_first_fragments_in_tunnels(frame: bytes) -> None:
    reading = Reading()
    reading.read(frame)
    (found,) = beginning(reading).read
    assert isinstance(found, Datagram)
    assert (found.frame_number, found.payload) == (1, MESSAGE[: len(found.payload)])
    assert 28 <= len(found.payload) == len(MESSAGE) - found.missing


def test_first_fragments_of_what_is_no_message() -> None:
    """ESP is not counted; a stream waits for its bytes itself; an error and what is no IKE are nothing."""
    reading = Reading()
    reading.read(ethernet(ipv4(50, esp(size=96), fragment=0x2000, identification=1)))
    reading.read(ethernet(ipv4(6, tcp(500, 500, 1, MESSAGE[:76]), fragment=0x2000, identification=2)))
    reading.read(ethernet(ipv4(1, bytes([3, 4]) + bytes(94), fragment=0x2000, identification=3)))
    reading.read(ethernet(ipv4(17, udp(4500, 4500, esp(size=96))[:96], fragment=0x2000, identification=4)))
    assert reading.decoder.finish() == []
    assert [p.read for p in reading.begun] == [[], []]
    assert reading.ledger.streams() == []
    assert reading.decoder.beginnings == set()


def test_mutated_frames_never_raise() -> None:
    random, frames = Random(7), list(WAYS.values())
    reading = Reading()
    for _ in range(4000):
        frame = bytearray(random.choice(frames))
        for _ in range(random.randrange(1, 6)):
            frame[random.randrange(len(frame))] = random.randrange(256)
        reading.read(
            bytes(frame[: random.randrange(len(frame) + 1)]), random.choice((0, 1, 9, 12, 51, 101, 113, 239, 276))
        )
    reading.decoder.finish()
    reading.ledger.flows()


@pytest.mark.parametrize("read", [read_serially, read_in_bulk])
def test_errors_about_traffic_are_heard_by_both_readers_up_to_a_limit(
    read: Callable[[bytes], Found], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A host that rejects ESP says so for each packet; errors about IKE are listed all the same."""
    monkeypatch.setattr("analyzer.capture.decoder.MAX_TRAFFIC_ERRORS", 3)
    unreachable = bytes([3, 13, 0, 0]) + bytes(4)
    about_esp = ethernet(ipv4(1, unreachable + ipv4(50, esp()), "203.0.113.9", HOST_A))
    about_ike = ethernet(ipv4(1, unreachable + ipv4(17, udp(500, 500, isakmp(bytes(20)))), "203.0.113.9", HOST_A))
    found = read(pcap([about_esp] * 5 + [about_ike]))
    assert [(i.frame_number, i.spi) for i in found.items if isinstance(i, IcmpError)] == [
        (1, "c0ffee01"), (2, "c0ffee01"), (3, "c0ffee01"), (6, None),
    ]  # fmt: skip
    assert [d.kind for d in found.defects] == ["limit-icmp-errors"] * 2
