"""What numbers of headers mean to the bulk filter: tables by ethertype, by IP protocol and by ICMP type."""

import numpy as np

from analyzer.capture import icmp, layers, link, network, unopened
from analyzer.capture.rows import Bytes, Mask

# What an ethertype or an IP protocol means here.
DROP, CAREFUL, IPV4, IPV6, TAG = range(5)
UDP, ESP, AH, TCP, ICMP, ICMPV6 = range(2, 8)


def as_read(table: Bytes) -> Bytes:
    """A table by 16-bit numbers of the network, for numbers as the host reads them."""
    other = np.empty_like(table)
    other[np.arange(len(table), dtype=">u2").view(np.uint16)] = table
    other.flags.writeable = False  # it is shared
    return other


def ethertypes() -> Bytes:
    """What each ethertype means."""
    table = np.full(65_536, DROP, np.uint8)
    table[:1501] = CAREFUL  # 802.3 lengths
    table[[*link.MPLS_TAGS, link.PPPOE_SESSION, link.TRANSPARENT_ETHERNET, link.PPP_IN_GRE]] = CAREFUL
    table[[*layers.ETHERTYPES, *(number for number in unopened.LAYERS if number < unopened.PPP)]] = CAREFUL
    table[list(link.VLAN_TAGS)] = TAG
    table[link.IPV4], table[link.IPV6] = IPV4, IPV6
    return table


def protocols() -> Bytes:
    """What each protocol number means in IPv4 (first row) and in IPv6."""
    table = np.full((2, 256), DROP, np.uint8)
    table[:, [*network.RELEVANT, *unopened.PROTOCOLS]] = CAREFUL
    table[1, list(network.EXTENSION_HEADERS)] = CAREFUL
    for protocol, kind in (
        (network.UDP, UDP),
        (network.ESP, ESP),
        (network.AH, AH),
        (network.TCP, TCP),
        (network.ICMP, ICMP),
        (network.ICMPV6, ICMPV6),
    ):
        table[:, protocol] = kind
    return table


def icmp_errors() -> Mask:
    """Which types are errors, of ICMP (first row) and of ICMPv6."""
    table = np.zeros((2, 256), np.bool_)
    table[0, list(icmp.ERRORS_V4)] = True
    table[1, list(icmp.ERRORS_V6)] = True
    return table
