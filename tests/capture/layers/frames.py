"""Frames with a message of IKE behind each layer of analyzer/capture/layers/, built from the documents."""

import struct

from tests.capture.packets import ethernet, ipv4, ipv6, isakmp, udp

V4, V6 = ipv4(17, udp(500, 500, isakmp())), ipv6(17, udp(500, 500, isakmp()))
SNAP4 = b"\xaa\xaa\x03\0\0\0\x08\0" + V4
SNAP6 = b"\xaa\xaa\x03\0\0\0\x86\xdd" + V6
MAC = bytes.fromhex("020000000001020000000002")
BSSID = bytes.fromhex("020000000003")


def wlan(body: bytes, control: int = 0x0801, more: bytes = b"") -> bytes:
    """An IEEE 802.11 frame. control: its first two bytes; more: what stands behind the sequence control."""
    return struct.pack(">HH", control, 0) + MAC + BSSID + b"\0\0" + more + body


def radiotap(frame: bytes, fields: bytes = b"", present: int = 0) -> bytes:
    return struct.pack("<BBHI", 0, 0, 8 + len(fields), present) + fields + frame


def between(protocol: int, content: bytes, version: int = 4) -> bytes:
    """An Ethernet frame with a tunnel in IP."""
    packet = ipv4(protocol, content, "10.0.0.1", "10.0.0.2") if version == 4 else ipv6(protocol, content)
    return ethernet(packet)


def summed(packet: bytes) -> bytes:
    """An IPv4 packet without options whose checksum is right."""
    total = sum(struct.unpack(">10H", packet[:20])) % 0xFFFF
    return packet[:10] + (0xFFFF - total).to_bytes(2, "big") + packet[12:]


def outer(port: int, payload: bytes, source: int = 49152) -> bytes:
    """An Ethernet frame with a tunnel in UDP."""
    return ethernet(ipv4(17, udp(source, port, payload), "10.0.0.1", "10.0.0.2"))


def gre(ethertype: int, content: bytes, flags: int = 0, fields: bytes = b"") -> bytes:
    return ethernet(ipv4(47, struct.pack(">HH", flags, ethertype) + fields + content, "10.0.0.1", "10.0.0.2"))


def aruba_record(frame: bytes) -> bytes:
    """With the header of a record of a pcap file before it, in network order."""
    return struct.pack(">4I", 1_700_000_000, 5, len(frame), len(frame)) + frame


def tzsp(frame: bytes, protocol: int, tags: bytes = b"\x01", kind: int = 0) -> bytes:
    return outer(37008, struct.pack(">BBH", 1, kind, protocol) + tags + frame)


def gtp(content: bytes, flags: int = 0x30, more: bytes = b"") -> bytes:
    return outer(2152, struct.pack(">BBHI", flags, 255, len(more) + len(content), 7) + more + content)


def capwap(frame: bytes, header: str) -> bytes:
    return outer(5247, bytes.fromhex(header) + frame)


QOS = b"\0\0"
FRAMES: dict[str, dict[str, tuple[int, bytes]]] = {
    "wlan": {
        "to the access point": (105, wlan(SNAP4, 0x0801)),
        "from the access point, IPv6": (105, wlan(SNAP6, 0x0802)),
        "between access points": (105, wlan(SNAP4, 0x0803, b"\2\0\0\0\0\4")),
        "quality of service": (105, wlan(SNAP4, 0x8801, QOS)),
        "high throughput control": (105, wlan(SNAP4, 0x8881, QOS + bytes(4))),
        "a bit of the mesh, elsewhere": (105, wlan(SNAP4, 0x8802, b"\0\1")),
        "IEEE 802.1H": (105, wlan(b"\xaa\xaa\x03\0\0\xf8\x08\0" + V4)),
        "an ethertype without LLC": (105, wlan(b"\x08\0" + V4)),
    },
    "radiotap": {
        "plain": (127, radiotap(wlan(SNAP4))),
        "flags": (127, radiotap(wlan(SNAP4) + bytes(4), b"\x10\x02", 0b110)),
        "time and flags, filled up": (127, radiotap(wlan(SNAP4, 0x8801, QOS + b"\0\0"), bytes(8) + b"\x20\0", 0b111)),
        "two words": (127, radiotap(wlan(SNAP6), bytes(4) + b"\0\0\0\0", 0x80000002)),
    },
    "prism": {
        "Prism": (119, struct.pack("<II", 0x44, 144) + bytes(136) + wlan(SNAP4)),
        "AVS": (163, struct.pack(">II", 0x80211001, 64) + bytes(56) + wlan(SNAP4)),
        "AVS under the other's link type": (119, struct.pack(">II", 0x80211001, 64) + bytes(56) + wlan(SNAP4)),
    },
    "ppi": {
        "IEEE 802.11": (192, struct.pack("<BBHI", 0, 0, 8, 105) + wlan(SNAP4)),
        "Ethernet behind a field": (192, struct.pack("<BBHIHHI", 0, 0, 16, 1, 2, 4, 0) + ethernet(V4)),
    },
    "pktap": {
        "Ethernet": (258, struct.pack("<III", 108, 1, 1) + bytes(96) + ethernet(V4)),
        "raw": (258, struct.pack("<III", 108, 1, 12) + bytes(96) + V6),
    },
    "bsd_enc": {
        "IPv4": (109, struct.pack("<III", 2, 0, 0) + V4),
        "IPv6, big-endian": (109, struct.pack(">III", 24, 0, 0) + V6),
    },
    "pflog": {
        "IPv4": (117, bytes((61, 2)) + bytes(62) + V4),
        "IPv6": (117, bytes((61, 24)) + bytes(62) + V6),
    },
    "frame_relay": {
        "IPv4": (107, b"\x18\x41\x03\xcc" + V4),
        "IPv6": (107, b"\x18\x41\x03\x8e" + V6),
        "SNAP": (107, b"\x18\x41\x03\x00\x80\0\0\0\x08\0" + V4),
        "Cisco": (107, b"\x18\x41\x08\0" + V4),
        "bridged": (107, b"\x18\x41\x03\x00\x80\0\x80\xc2\0\x07" + ethernet(V4)),
    },
    "fddi": {"LLC": (10, b"\x50" + MAC + SNAP4)},
    "token_ring": {
        "LLC": (6, b"\x10\x40" + MAC + SNAP4),
        "with a route": (6, b"\x10\x40" + MAC[:6] + b"\x82" + MAC[7:] + b"\x06\x30\0\x11\0\x20" + SNAP4),
    },
    "aruba_erm": {
        "record of a pcap": (1, outer(5555, aruba_record(wlan(SNAP4) + b"FCS."))),
        "radio data": (1, outer(5555, aruba_record(bytes.fromhex("00020610") + wlan(SNAP4) + b"FCS."))),
        "radiotap": (1, outer(5555, radiotap(wlan(SNAP4)))),
    },
    "atm": {
        "LLC": (100, SNAP4),
        "bridged": (100, b"\xaa\xaa\x03\0\x80\xc2\0\x07\0\0" + ethernet(V4)),
        "of one protocol": (100, V4),
        "PPP": (100, b"\xfe\xfe\x03\xcf\0\x21" + V4),
    },
    "sun_atm": {
        "LLC": (123, b"\x02\x08\0\x20" + SNAP4),
        "LAN emulation": (123, b"\x01\x08\0\x20\0\x01" + ethernet(V4)),
    },
    "ppp_with_direction": {
        "sent": (204, b"\x01\xff\x03\0\x21" + V4),
        "received": (204, b"\x00\xff\x03\0\x57" + V6),
        "of pppd": (166, b"\x01\xff\x03\0\x21" + V4),
    },
    "juniper_ethernet": {
        "in": (178, b"MGC\x01" + ethernet(V4)),
        "with extensions": (178, b"MGC\x81\0\x06" + bytes.fromhex("010101020101") + ethernet(V6)),
        "no link layer": (178, b"MGC\x02" + struct.pack("<I", 2) + V4),
    },
    "ipoib": {"IPv4": (242, bytes(40) + b"\x08\0\0\0" + V4)},
    "backbone_bridge": {
        "with a backbone VLAN": (1, ethernet(b"\0\0\x30\x39" + ethernet(V4), 0x88E7, tags=[(0x88A8, 5)])),
    },
    "cisco_metadata": {"security group": (1, ethernet(bytes.fromhex("010100010064") + b"\x08\0" + V4, 0x8909))},
    "vn_tag": {"IPv4": (1, ethernet(bytes.fromhex("00010002") + b"\x08\0" + V4, 0x8926))},
    "bridge_port_extension": {"IPv4": (1, ethernet(bytes.fromhex("000000010000") + b"\x08\0" + V4, 0x893F))},
    "macsec": {
        "with its channel": (
            1,
            ethernet(b"\x20\0\0\0\0\x01" + bytes(8) + b"\x08\0" + V4 + bytes(16), 0x88E5),
        ),
        "without": (1, ethernet(b"\x00\0\0\0\0\x01" + b"\x86\xdd" + V6 + bytes(16), 0x88E5)),
    },
    "nsh": {
        "IPv4": (1, ethernet(bytes.fromhex("0fc60101 00000101") + bytes(16) + V4, 0x894F)),
        "Ethernet, no context": (1, ethernet(bytes.fromhex("0fc20203 00000101") + ethernet(V6), 0x894F)),
    },
    "erspan": {
        "type I": (1, gre(0x88BE, ethernet(V4))),
        "type II": (1, gre(0x88BE, bytes.fromhex("1001000100000000") + ethernet(V4), 0x1000, bytes(4))),
        "type III": (1, gre(0x22EB, bytes.fromhex("200100010000000000000000") + ethernet(V4), 0x1000, bytes(4))),
        "type III, IP": (1, gre(0x22EB, bytes.fromhex("200100010000000000000800") + V6, 0x1000, bytes(4))),
        "type III, platform": (
            1,
            gre(0x22EB, bytes.fromhex("200100010000000000000001") + bytes(8) + ethernet(V6), 0x1000, bytes(4)),
        ),
    },
    "trill": {
        "plain": (1, ethernet(bytes.fromhex("000300010002") + ethernet(V4), 0x22F3)),
        "with options": (1, ethernet(bytes.fromhex("004300010002") + bytes(4) + ethernet(V4), 0x22F3)),
    },
    "wccp": {
        "version 1": (1, gre(0x883E, V4)),
        "version 2": (1, gre(0x883E, bytes(4) + V4)),
    },
    "l2tp": {
        "shortest": (1, outer(1701, bytes.fromhex("000200010001") + b"\0\x21" + V4)),
        "with all": (
            1,
            outer(
                1701,
                b"\x4a\x02"
                + struct.pack(">H", 20 + len(V6))
                + bytes.fromhex("000100010000000000020000")
                + b"\xff\x03\0\x57"
                + V6,
            ),
        ),
    },
    "gue": {
        "IPv4": (1, outer(6080, b"\0\4\0\0" + V4)),
        "Ethernet behind fields": (1, outer(6080, b"\2\x8f" + bytes(10) + ethernet(V6))),
        "IPv4 without a header": (1, outer(9886, summed(V4))),
        "IPv6 without a header": (1, outer(9886, V6)),
    },
    "gtp_u": {
        "IPv4": (1, gtp(V4)),
        "sequence number": (1, gtp(V6, 0x32, bytes(4))),
        "5G extension": (1, gtp(V4, 0x34, bytes.fromhex("00000085 01100900"))),
        "two extensions": (1, gtp(V4, 0x34, bytes.fromhex("000000c0 01000185 01100900"))),
    },
    "teredo": {
        "plain": (1, outer(3544, V6)),
        "with origin": (1, outer(3544, bytes.fromhex("0000 ffff ffffffff") + V6)),
        "with authentication": (1, outer(3544, bytes.fromhex("0001 0000") + bytes(9) + V6)),
    },
    "lisp": {"IPv4": (1, outer(4341, bytes.fromhex("c000000100000001") + V4))},
    "gre_in_udp": {"IPv4": (1, outer(4754, b"\0\0\x08\0" + V4))},
    "mpls_in_udp": {"IPv4": (1, outer(6635, bytes.fromhex("00010140") + V4))},
    "vxlan": {
        "its port": (1, outer(4789, bytes.fromhex("0800000000002a00") + ethernet(V4))),
        "port of Linux": (1, outer(8472, bytes.fromhex("0800000000002a00") + ethernet(V4))),
        "any port": (1, outer(12345, bytes.fromhex("0800000000002a00") + ethernet(V4, tags=[(0x8100, 5)]))),
        "a protocol (VXLAN-GPE) on its port": (1, outer(4789, bytes.fromhex("0c00000200002a00") + V6)),
        "group policy": (1, outer(4789, bytes.fromhex("8800000a00002a00") + ethernet(V6))),
    },
    "vxlan_gpe": {
        "IPv4": (1, outer(4790, bytes.fromhex("0c00000100002a00") + V4)),
        "NSH": (1, outer(4790, bytes.fromhex("0c00000400002a00 0fc20201 00000101") + V4)),
    },
    "geneve": {
        "Ethernet": (1, outer(6081, bytes.fromhex("0000655800002a00") + ethernet(V4))),
        "IPv6 behind options": (1, outer(6081, bytes.fromhex("010086dd00002a00") + bytes(4) + V6)),
    },
    "tzsp": {
        "Ethernet": (1, tzsp(ethernet(V4), 1)),
        "tags": (1, tzsp(ethernet(V4), 1, b"\x0a\x01\x05\x00\x01", 1)),
        "IEEE 802.11": (1, tzsp(wlan(SNAP4), 18)),
    },
    "capwap": {
        "IEEE 802.11": (1, capwap(wlan(SNAP4), "0010030000000000")),
        "frame control swapped": (1, capwap(wlan(SNAP4, 0x0108), "0010030000000000")),
        "Ethernet": (1, capwap(ethernet(V4), "0010020000000000")),
        "with its radio": (1, capwap(ethernet(V4), "0020021000000000 06020000000003 00")),
    },
    "network": {
        "IPv4 in IPv4": (1, between(4, V4)),
        "IPv6 in IPv4": (1, between(41, V6)),
        "IPv4 in IPv6": (1, between(4, V4, 6)),
        "GRE": (1, gre(0x0800, V4)),
        "GRE, key and sequence number": (1, gre(0x0800, V4, 0x3000, bytes(8))),
        "GRE, Ethernet (NVGRE)": (1, gre(0x6558, ethernet(V4), 0x2000, bytes(4))),
        "GRE, PPP (PPTP)": (1, gre(0x880B, b"\xff\x03\0\x21" + V4, 0x3001, struct.pack(">HHI", len(V4) + 4, 7, 1))),
        "GRE, Ethernet (EoIP of MikroTik)": (
            1,
            gre(0x6400, struct.pack(">HH", len(V4) + 14, 7) + ethernet(V4), 0x2001),
        ),
        "MPLS in IP": (1, between(137, bytes.fromhex("00010140") + V4)),
        "Ethernet in IPv6": (1, ethernet(ipv6(143, ethernet(V4)))),
        "NSH in IP": (1, ethernet(ipv4(145, bytes.fromhex("0fc20202 00000101") + V6))),
        "GRE, source routes": (
            1,
            gre(0x0800, V4, 0xF000, bytes(12) + bytes.fromhex("0800 0004 c0000201 0001 0002 abcd 0000 0000")),
        ),
        "PIM register": (1, between(103, bytes.fromhex("2100deff 00000000") + V4)),
        "EtherIP": (1, ethernet(ipv4(97, b"\x30\0" + ethernet(V4), "10.0.0.1", "10.0.0.2"))),
    },
}
