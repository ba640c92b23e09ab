"""Frames whose layers carry IP, or may, and are not opened here: by the name under which they are counted."""

import struct

from tests.capture.layers.frames import MAC, SNAP4, V4, V6, between, capwap, gre, outer, wlan
from tests.capture.packets import ethernet, ipv4, tcp


def session(protocol: int, content: bytes) -> bytes:
    """An Ethernet frame with PPPoE and a protocol of PPP."""
    return ethernet(struct.pack(">BBHHH", 0x11, 0, 7, len(content) + 2, protocol) + content, 0x8864)


GTP = b"\x30\xff" + struct.pack(">HI", 60, 7) + bytes(60)
NOT_OPENED: dict[str, dict[str, tuple[int, bytes]]] = {
    "encrypted MACsec": {"confidentiality": (1, ethernet(b"\x0c\0\0\0\0\1\x08\0" + V4, 0x88E5))},
    "NSH": {"another version": (1, ethernet(b"\x4f\xc2\2\1" + bytes(4) + V4, 0x894F))},
    "Cisco MetaData (CMD with SGT)": {
        "another version": (1, ethernet(b"\2" + bytes(5) + V4, 0x8909, tags=[(0x8100, 1)])),
    },
    "ERSPAN": {"another version": (1, gre(0x88BE, b"\x30" + bytes(50), 0x1000, bytes(4)))},
    "ERSPAN III": {"another version": (1, gre(0x22EB, b"\x30" + bytes(60), 0x1000, bytes(4)))},
    "B.A.T.M.A.N. Advanced": {"unicast": (1, ethernet(bytes.fromhex("400f3200020000000001") + ethernet(V4), 0x4305))},
    "Frame Relay in GRE": {"IPv4": (1, gre(0x6559, b"\x18\x41\x03\xcc" + V4))},
    "Cisco FabricPath": {
        "Ethernet": (1, MAC + bytes.fromhex("89030064 0020") + ethernet(V4)),
    },
    "HSR": {"IPv4": (1, ethernet(bytes.fromhex("00340001 0800") + V4, 0x892F))},
    "Redundancy tag": {"IPv4": (1, ethernet(bytes.fromhex("00000001 0800") + V4, 0xF1C1))},
    "6LoWPAN in Ethernet": {"IPv6, not compressed": (1, ethernet(b"\x41" + bytes(60), 0xA0ED))},
    "L2TPv3": {
        "in IP": (1, between(115, bytes(4) + V4)),
        "in UDP": (1, outer(1701, b"\0\3\0\0" + bytes(4) + V4)),
    },
    "IPComp": {"a fragment": (1, between(108, bytes(30))), "IPv6": (1, between(108, bytes(30), 6))},
    "Minimal Encapsulation": {"UDP": (1, between(55, b"\x11\0\0\0\xc0\0\2\1" + V4[20:]))},
    "KA9Q IPIP": {"IPv4": (1, between(94, V4))},
    "ENCAP": {"IPv4": (1, between(98, b"\x10\x0c" + bytes(10) + V4))},
    "PPP Multilink": {"a fragment": (1, session(0x003D, b"\xc0" + bytes(57)))},
    "PPP with compressed TCP headers": {"a header": (1, session(0x002D, bytes(40)))},
    "PPP bridging": {"Ethernet": (1, session(0x0031, b"\0\1" + ethernet(V4)))},
    "PPP encryption": {"MPPE": (1, session(0x0053, bytes(40))), "of a link": (1, session(0x0055, bytes(40)))},
    "PPP compression": {"MPPC": (1, session(0x00FD, bytes(40))), "of a link": (1, session(0x00FB, bytes(40)))},
    "PPP with compressed headers": {"a full header": (1, session(0x0061, bytes(40)))},
    "GTP-U": {"content that is no IP": (1, outer(2152, GTP))},
    "GTP version 0": {"IPv4": (1, outer(3386, b"\x1e\xff" + struct.pack(">H", len(V4)) + bytes(16) + V4))},
    "Geneve": {
        "options without end": (1, outer(6081, b"\x3f\0\x65\x58" + bytes(4) + ethernet(V4))),
        "another version": (1, outer(6081, b"\x40\0\x65\x58" + bytes(4) + ethernet(V4))),
    },
    "GRE of another form": {
        "version 2": (1, gre(0x0800, V4, 2)),
        "PPTP with source routes": (1, gre(0x0800, V4, 0x4001, bytes(8))),
        "source routes without end": (1, gre(0x0800, V4[:40], 0x4000, bytes(4) + b"\x08\0\0\xff" * 3)),
    },
    "EtherIP of another version": {"version 2": (1, between(97, b"\x20\0" + ethernet(V4)))},
    "Cisco ISL": {
        "Ethernet": (
            1,
            bytes.fromhex("01000c000000 020000000001")
            + struct.pack(">H", len(V4) + 30)
            + bytes.fromhex("aaaa0300000c 000a00010000")
            + ethernet(V4)
            + bytes(4),
        ),
    },
    "VXLAN without an identifier": {"Ethernet": (1, outer(4789, bytes(8) + ethernet(V4)))},
    "VXLAN-GPE": {"another protocol": (1, outer(4789, bytes.fromhex("0c00000700002a00") + V4))},
    "LISP-GPE": {"Ethernet": (1, outer(4341, bytes.fromhex("0c00000300002a00") + ethernet(V4)))},
    "LISP encapsulated control message": {"IPv4": (1, outer(4342, b"\x80\0\0\0" + V4))},
    "MPLS in UDP with DTLS": {"a record": (1, outer(6636, b"\x17\xfe\xfd" + bytes(60)))},
    "Mobile IP in UDP": {
        "IPv4": (1, outer(434, b"\4\4\0\0" + V4)),
        "GRE": (1, outer(434, b"\4\x2f\0\0\0\0\x08\0" + V4)),
    },
    "AYIYA": {"IPv6": (1, outer(5072, bytes.fromhex("44050129") + bytes(40) + V6))},
    "AMT": {"multicast data": (1, outer(2268, b"\6\0" + V4))},
    "Frame Relay in fragments or compressed": {
        "a fragment": (107, b"\x18\x41\x03\xb1\xc0\0" + V4),
        "compressed": (107, b"\x18\x41\x03\xb0" + bytes(60)),
    },
    "IEEE 802.11 mesh": {
        "four addresses": (105, wlan(b"\0\5" + bytes(4) + SNAP4, 0x8803, b"\2\0\0\0\0\4\0\1")),
        "six addresses": (105, wlan(b"\2\5" + bytes(16) + SNAP4, 0x8803, b"\2\0\0\0\0\4\0\1")),
    },
    "GUE": {"another protocol": (1, outer(6080, b"\0\x59\0\0" + V4))},
    "Arista's time stamps": {"IPv4": (1, ethernet(bytes.fromhex("00010010") + bytes(8) + b"\x08\0" + V4, 0xD28B))},
    "Aruba's wireless frames in GRE": {"IEEE 802.11": (1, gre(0x8210, wlan(SNAP4)))},
    "Aerohive's frames in GRE": {"Ethernet": (1, gre(0xFEAE, bytes(8) + ethernet(V4)))},
    "CDMA2000 A10 in GRE": {
        "PPP": (1, gre(0x8881, b"\x7e\xff\x03\0\x21" + V4, 0x2000, bytes(4))),
        "3GPP2": (1, gre(0x88D2, V4)),
    },
    "L2F": {"PPP": (1, outer(1701, bytes.fromhex("4001 0b00 0001 0002 0060 0000") + b"\xff\x03\0\x21" + V4))},
    "OpenVPN": {
        "data": (1, outer(1194, b"\x48\0\0\1" + bytes(range(99)))),
        "a reset": (1, outer(50000, b"\x38" + bytes(13), 1194)),
    },
    "WireGuard": {
        "initiation": (1, outer(51820, b"\1\0\0\0" + bytes(range(144)))),
        "response": (1, outer(40000, b"\2\0\0\0" + bytes(range(88)), 51820)),
        "cookie reply": (1, outer(40000, b"\3\0\0\0" + bytes(range(60)))),
        "data": (1, outer(40000, b"\4\0\0\0" + bytes(range(4)) + b"\7" + bytes(7) + bytes(range(64)))),
    },
    "PEEKREMOTE": {"IEEE 802.11": (1, outer(5000, bytes.fromhex("00ff0200 00000014") + bytes(12) + wlan(SNAP4)))},
    "HP's remote mirror": {"Ethernet": (1, outer(7932, bytes(12) + ethernet(V4)))},
    "Juniper's packet mirror": {"IPv4": (1, outer(30030, bytes(8) + V4))},
    "Cisco ACI's VXLAN": {"Ethernet": (1, outer(48879, bytes.fromhex("c800c00200002a00") + ethernet(V4)))},
    "STT": {
        "Ethernet": (
            1,
            ethernet(
                ipv4(6, tcp(49152, 7471, (18 + 14 + len(V4)) << 16, bytes(18) + ethernet(V4)), "10.0.0.1", "10.0.0.2")
            ),
        ),
    },
    "CAPWAP in DTLS or in fragments": {
        "DTLS": (1, outer(5247, b"\1\0\0\0" + bytes(40))),
        "a fragment": (1, capwap(ethernet(V4), "0010028000000000")),
    },
    "encrypted IEEE 802.11": {"WPA2": (105, wlan(SNAP4, 0x0841))},
    "fragmented IEEE 802.11": {"the first fragment": (105, wlan(SNAP4, 0x0805))},
    "aggregated IEEE 802.11": {"an A-MSDU": (105, wlan(SNAP4, 0x8801, b"\x80\0"))},
    "link type 117 PFLOG of another form": {"a longer header": (117, bytes((61, 2)) + bytes(65) + V4)},
    "link type 240 NETANALYZER": {"Ethernet": (240, bytes(4) + ethernet(V4))},
    "link type 274 ETHERNET_MPACKET": {"Ethernet": (274, b"\x55" * 7 + b"\xd5" + ethernet(V4))},
    "link type 285 DSA_TAG_EDSA": {"IPv4": (285, MAC + bytes.fromhex("dada 0000 4000 0000 0800") + V4)},
    "link type 189 USB_LINUX": {"a transfer": (189, bytes(60))},
}
