"""Layers between a frame and IKE that few captures have, each in a module of its own, loaded when one is met.

Each has `read(span)`: the ethertype of what it carries and how many bytes it takes, as in link.py; None where that is
not read here. A new layer is a module, and a line in the table of where it is met.
"""

from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import Final

from analyzer.capture.span import Span

LINK_TYPES: Final = {
    6: ("IEEE802_5", "token_ring"),
    10: ("FDDI", "fddi"),
    100: ("ATM_RFC1483", "atm"),
    105: ("IEEE802_11", "wlan"),
    107: ("FRELAY", "frame_relay"),
    109: ("ENC", "bsd_enc"),
    117: ("PFLOG", "pflog"),
    119: ("IEEE802_11_PRISM", "prism"),
    123: ("SUNATM", "sun_atm"),
    127: ("IEEE802_11_RADIOTAP", "radiotap"),
    163: ("IEEE802_11_AVS", "prism"),
    166: ("PPP_PPPD", "ppp_with_direction"),
    178: ("JUNIPER_ETHER", "juniper_ethernet"),
    192: ("PPI", "ppi"),
    204: ("PPP_WITH_DIR", "ppp_with_direction"),
    242: ("IPOIB", "ipoib"),
    258: ("PKTAP", "pktap"),
}
"""By number of the link type: its name without LINKTYPE_, and the module (tcpdump.org/linktypes.html)."""

ETHERTYPES: Final = {
    0x22EB: "erspan",  # type III, in GRE
    0x22F3: "trill",
    0x883E: "wccp",  # in GRE
    0x88BE: "erspan",  # type II, in GRE
    0x88E5: "macsec",
    0x88E7: "backbone_bridge",
    0x8909: "cisco_metadata",
    0x8926: "vn_tag",
    0x893F: "bridge_port_extension",
    0x894F: "nsh",
}

UDP_PORTS: Final = {
    1701: "l2tp",
    2152: "gtp_u",
    3544: "teredo",
    4341: "lisp",
    4754: "gre_in_udp",
    4789: "vxlan",
    4790: "vxlan_gpe",
    5247: "capwap",
    5555: "aruba_erm",
    6080: "gue",
    6081: "geneve",
    6635: "mpls_in_udp",
    8472: "vxlan",  # Linux, before IANA had assigned 4789
    37008: "tzsp",
}

NAMES: Final = {
    "aruba_erm": "Aruba ERM",
    "capwap": "CAPWAP",
    "geneve": "Geneve",
    "gre_in_udp": "GRE in UDP",
    "gtp_u": "GTP-U",
    "gue": "IP in UDP",
    "l2tp": "L2TP",
    "lisp": "LISP",
    "mpls_in_udp": "MPLS in UDP",
    "teredo": "Teredo",
    "tzsp": "TZSP",
    "vxlan": "VXLAN",
    "vxlan_gpe": "VXLAN-GPE",
}
"""Of tunnels in UDP, as people write them."""

Reader = Callable[[Span], tuple[int, int] | None]


@cache
def reader(module: str) -> Reader:
    """What reads the layer that this module is about."""
    read: Reader = import_module(f"{__name__}.{module}").read
    return read
