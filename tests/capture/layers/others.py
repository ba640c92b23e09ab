"""Frames that look like those of frames.py, and in which there is nothing to be read: of each layer its near misses."""

from tests.capture.layers.frames import (
    MAC,
    SNAP4,
    V4,
    V6,
    aruba_record,
    capwap,
    gre,
    gtp,
    outer,
    radiotap,
    summed,
    tzsp,
    wlan,
)
from tests.capture.packets import ethernet

OTHERS: dict[str, dict[str, tuple[int, bytes]]] = {
    "aruba_erm": {
        "something else on its port": (1, outer(5555, V4)),
        "a length that is not the frame's": (1, outer(5555, b"\0" + aruba_record(wlan(SNAP4)))),
        "a beacon": (1, outer(5555, aruba_record(b"\x80\0" + bytes(60)))),
        "radiotap of no data": (1, outer(5555, radiotap(b"\x80\0" + bytes(60)))),
    },
    "atm": {
        "another bridged network": (100, b"\xaa\xaa\x03\0\x80\xc2\0\x09\0\0" + V4),
        "another protocol": (100, b"\xfe\xfe\x03\x83" + V4),
    },
    "backbone_bridge": {
        "ARP": (1, ethernet(bytes(4) + ethernet(bytes(28), 0x0806), 0x88E7)),
    },
    "bridge_port_extension": {
        "ARP": (1, ethernet(bytes(6) + b"\x08\x06" + bytes(28), 0x893F)),
    },
    "bsd_enc": {
        "another family": (109, b"\x07" + bytes(11) + V4),
    },
    "capwap": {
        "in DTLS": (1, capwap(ethernet(V4), "0110020000000000")),
        "a fragment": (1, capwap(ethernet(V4), "0010028000000000")),
        "a keepalive": (1, capwap(ethernet(V4), "0010020800000000")),
        "no header": (1, capwap(ethernet(V4), "0000020000000000")),
        "another radio": (1, capwap(wlan(SNAP4), "0010050000000000")),
    },
    "cisco_metadata": {
        "another version": (1, ethernet(b"\2\1\0\1\0\x64\x08\0" + V4, 0x8909)),
        "options without end": (1, ethernet(b"\1\xff\0\1\0\x64\x08\0" + V4, 0x8909)),
    },
    "erspan": {
        "another version": (1, gre(0x88BE, bytes.fromhex("3001000100000000") + b"x" * 80, 0x1000, bytes(4))),
        "another frame type": (
            1,
            gre(0x22EB, bytes.fromhex("200100010000000000000400") + ethernet(V4), 0x1000, bytes(4)),
        ),
        "IP that is none": (1, gre(0x22EB, bytes.fromhex("200100010000000000000800") + bytes(60), 0x1000, bytes(4))),
    },
    "fddi": {
        "a token": (10, b"\x80" + MAC + SNAP4),
    },
    "frame_relay": {
        "address without end": (107, bytes(4) + V4),
        "address of one byte": (107, b"\x19\x03\xcc" + V4),
        "another protocol": (107, b"\x18\x41\x03\x81" + V4),
        "another organisation": (107, b"\x18\x41\x03\x80\0\0\x0c\x08\0" + V4),
    },
    "geneve": {
        "another version": (1, outer(6081, bytes.fromhex("4000655800002a00") + ethernet(V4))),
        "options without end": (1, outer(6081, bytes.fromhex("3f00655800002a00") + ethernet(V4))),
    },
    "gre_in_udp": {
        "another version": (1, outer(4754, b"\0\7\x08\0" + V4)),
    },
    "gue": {
        "a control message": (1, outer(6080, b"\x20\4\0\0" + V4)),
        "another protocol": (1, outer(6080, b"\0\x59\0\0" + V4)),
        "another length": (1, outer(9886, summed(V4) + b"\0")),
        "another checksum": (1, outer(9886, V4)),
        "a protocol that few have": (1, outer(9886, V6[:6] + b"\xfd" + V6[7:])),
    },
    "gtp_u": {
        "an echo": (1, outer(2152, bytes.fromhex("3001000000000007") + V4)),
        "version 2": (1, gtp(V4, 0x50)),
        "an extension of length 0": (1, gtp(V4, 0x34, bytes.fromhex("00000085 00100900"))),
        "no IP": (1, gtp(bytes(40))),
    },
    "ipoib": {
        "ARP": (242, bytes(40) + b"\x08\x06\0\0" + V4),
    },
    "juniper_ethernet": {
        "no magic": (178, b"MGD\x01" + ethernet(V4)),
        "extensions without end": (178, b"MGC\x81\xff\xff" + ethernet(V4)),
        "another protocol": (178, b"MGC\x02\x63\0\0\0" + V4),
    },
    "l2tp": {
        "control": (1, outer(1701, bytes.fromhex("c802001400010001") + V4)),
        "version 3": (1, outer(1701, bytes.fromhex("000300010001") + b"\0\x21" + V4)),
        "offset without end": (1, outer(1701, bytes.fromhex("020200010001ffff") + b"\0\x21" + V4)),
    },
    "lisp": {
        "no IP": (1, outer(4341, bytes(60))),
    },
    "macsec": {
        "encrypted": (1, ethernet(b"\x0c\0\0\0\0\1\x08\0" + V4, 0x88E5)),
        "another version": (1, ethernet(b"\x80\0\0\0\0\1\x08\0" + V4, 0x88E5)),
    },
    "mpls_in_udp": {
        "a stack without end": (1, outer(6635, bytes(12) + V4[:0])),
    },
    "nsh": {
        "another version": (1, ethernet(bytes.fromhex("4fc20201 00000101") + V4, 0x894F)),
        "of length 0": (1, ethernet(bytes.fromhex("0fc00201 00000101") + V4, 0x894F)),
        "in itself": (1, ethernet(bytes.fromhex("0fc20204 00000101") * 60 + V4, 0x894F)),
    },
    "pflog": {
        "another family": (117, b"\x3d\x07" + bytes(62) + V4),
        "too short": (117, b"\x04\x02" + bytes(2) + V4),
    },
    "pktap": {
        "no packet": (258, b"\x0c\0\0\0\x02\0\0\0\x0c\0\0\0" + V4),
        "in itself": (258, b"\x0c\0\0\0\x01\0\0\0\x02\x01\0\0" * 400 + V4),
        "of length 0": (258, b"\0\0\0\0\x01\0\0\0\x0c\0\0\0" + V4),
    },
    "ppi": {
        "in itself": (192, b"\0\0\x08\0\xc0\0\0\0" * 400 + V4),
        "another version": (192, b"\x01\0\x08\0\x0c\0\0\0" + V4),
        "of length 0": (192, b"\0\0\0\0\x0c\0\0\0" + V4),
        "link type not read": (192, b"\0\0\x08\0\xff\0\0\0" + V4),
    },
    "ppp_with_direction": {
        "negotiation of a link": (204, b"\x01\xff\x03\xc0\x21" + V4),
    },
    "prism": {
        "too short": (119, bytes(8) + wlan(SNAP4)),
        "longer than the frame": (163, b"\x80\x21\x10\x01\xff\xff\xff\xff" + wlan(SNAP4)),
    },
    "radiotap": {
        "another version": (127, b"\x01" + radiotap(wlan(SNAP4))[1:]),
        "longer than the frame": (127, b"\0\0\xff\xff" + radiotap(wlan(SNAP4))[4:]),
        "shorter than itself": (127, b"\0\0\x04\0" + radiotap(wlan(SNAP4))[4:]),
        "words without end": (127, radiotap(wlan(SNAP4), b"\xff" * 8, 0xFFFFFFFF)),
    },
    "sun_atm": {
        "signalling": (123, b"\x06\0\0\x05" + SNAP4),
    },
    "teredo": {
        "IPv4": (1, outer(3544, V4)),
        "no IP": (1, outer(3544, bytes(40))),
    },
    "token_ring": {
        "no LLC": (6, b"\x10\0" + MAC + SNAP4),
    },
    "trill": {
        "another version": (1, ethernet(bytes.fromhex("400300010002") + ethernet(V4), 0x22F3)),
    },
    "tzsp": {
        "a keepalive": (1, tzsp(ethernet(V4), 1, kind=4)),
        "tags without end": (1, tzsp(b"", 1, bytes(90))),
        "a tag longer than the rest": (1, tzsp(ethernet(V4), 1, b"\x0a\xff")),
        "another link layer": (1, tzsp(V4, 9)),
    },
    "vn_tag": {
        "ARP": (1, ethernet(bytes(4) + b"\x08\x06" + bytes(28), 0x8926)),
    },
    "vxlan": {
        "no network": (1, outer(4789, bytes(8) + ethernet(V4))),
        "reserved bits on another port": (1, outer(12345, bytes.fromhex("0800000100002a00") + ethernet(V4))),
        "ARP on another port": (1, outer(12345, bytes.fromhex("0800000000002a00") + ethernet(bytes(28), 0x0806))),
    },
    "vxlan_gpe": {
        "another protocol": (1, outer(4790, bytes.fromhex("0c00000700002a00") + V4)),
    },
    "wccp": {
        "no IP": (1, gre(0x883E, bytes(60))),
    },
    "wlan": {
        "encrypted": (105, wlan(SNAP4, 0x0841)),
        "fragment": (105, wlan(SNAP4, 0x0805)),
        "no data": (105, wlan(SNAP4, 0x4801)),
        "management": (105, wlan(SNAP4, 0x8000)),
        "several MSDUs": (105, wlan(SNAP4, 0x8801, b"\x80\0")),
        "another version": (105, wlan(SNAP4, 0x0901)),
        "later fragment": (105, wlan(SNAP4).replace(b"\0\0\xaa", b"\x01\0\xaa")),
    },
}
