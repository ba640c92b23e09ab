"""Frames with a message of IKE behind the link layers and tags that analyzer/capture/link.py reads itself."""

import struct

from tests.capture.layers.frames import MAC, SNAP4, SNAP6, V4, V6, radiotap, wlan
from tests.capture.packets import ethernet

PPP4 = struct.pack(">BBHH", 0x11, 0, 7, len(V4) + 2) + b"\0\x21" + V4  # in a session of PPPoE
COOKED = struct.pack(">HHH8s", 0, 1, 6, bytes(8))
COOKED2 = struct.pack(">HHIHBB8s", 0x86DD, 0, 1, 1, 0, 6, bytes(8))

PLAIN: dict[str, dict[str, tuple[int, bytes]]] = {
    "Ethernet": {
        "IPv4": (1, ethernet(V4)),
        "IPv6": (1, ethernet(V6)),
        "LLC and SNAP": (1, MAC + struct.pack(">H", len(V4) + 8) + b"\xaa\xaa\x03\0\0\0\x08\0" + V4),
        "LLC alone": (1, MAC + struct.pack(">H", len(V4) + 3) + b"\x06\x06\x03" + V4),
    },
    "VLAN tags": {
        "802.1Q": (1, ethernet(V4, tags=[(0x8100, 5)])),
        "802.1ad": (1, ethernet(V6, tags=[(0x88A8, 5), (0x8100, 6)])),
        "five of a vendor": (1, ethernet(V4, tags=[(0x9100, 1)] * 5)),
    },
    "PPPoE": {"IPv4": (1, ethernet(PPP4, 0x8864))},
    "MPLS": {
        "IPv4 behind two labels": (1, ethernet(b"\x00\x01\x00\x40\x00\x02\x01\x40" + V4, 0x8847)),
        "IPv6": (1, ethernet(b"\x00\x02\x01\x40" + V6, 0x8847)),
        "in a VLAN": (1, ethernet(b"\x00\x02\x01\x40" + V4, 0x8847, tags=[(0x8100, 1)])),
        "associated channel": (1, ethernet(b"\x00\x00\xd1\x40" + b"\x10\0\0\x21" + V4, 0x8847)),
        "pseudowire": (1, ethernet(b"\x00\x02\x01\x40" + bytes(4) + ethernet(V4), 0x8847)),
        "pseudowire without control word": (1, ethernet(b"\x00\x02\x11\x40" + ethernet(V4), 0x8847)),
        "the same, to an address with zero bits": (
            1,
            ethernet(b"\x00\x02\x01\x40" + b"\0\x1b" + ethernet(V4, tags=[(0x8100, 5)])[2:], 0x8847),
        ),
    },
    "Linux cooked": {
        "IPv4": (113, COOKED + b"\x08\0" + V4),
        "in a VLAN": (113, COOKED + b"\x81\0\0\5\x08\0" + V4),
        "IEEE 802.11": (113, COOKED[:2] + b"\3\x21" + COOKED[4:] + b"\0\4" + wlan(SNAP4)),
        "radiotap": (113, COOKED[:2] + b"\3\x23" + COOKED[4:] + b"\0\4" + radiotap(wlan(SNAP4))),
    },
    "Linux cooked, version 2": {
        "IPv6": (276, COOKED2 + V6),
        "radiotap": (276, b"\0\4" + COOKED2[2:8] + b"\3\x23" + COOKED2[10:] + radiotap(wlan(SNAP6))),
    },
    "IP alone": {"101": (101, V4), "12": (12, V6), "14": (14, V4), "IPv4": (228, V4), "IPv6": (229, V6)},
    "BSD loopback": {
        "little-endian": (0, struct.pack("<I", 2) + V4),
        "big-endian": (0, struct.pack(">I", 2) + V4),
        "FreeBSD, IPv6": (0, struct.pack("<I", 28) + V6),
        "macOS, IPv6": (0, struct.pack("<I", 30) + V6),
        "OpenBSD, IPv6": (0, struct.pack("<I", 24) + V6),
        "Linux, IPv6": (0, struct.pack("<I", 10) + V6),
        "OpenBSD": (108, struct.pack(">I", 2) + V4),
    },
    "PPP": {
        "protocol alone": (9, b"\0\x21" + V4),
        "HDLC framing": (9, b"\xff\x03\0\x57" + V6),
        "protocol of one byte": (9, b"\x21" + V4),
        "MPLS": (9, b"\x02\x81\x00\x02\x01\x40" + V4),
        "of the link type with HDLC framing": (50, b"\xff\x03\0\x21" + V4),
        "PPPoE without Ethernet": (51, PPP4),
    },
    "Cisco HDLC": {"IPv4": (104, b"\x0f\0\x08\0" + V4)},
    "Linux NFLOG": {
        "IPv4": (239, b"\x02\0\0\0" + struct.pack("<HH", 7, 1) + b"abc\0" + struct.pack("<HH", 4 + len(V4), 9) + V4),
    },
}
