"""From the captured frame to the IP header: link layers, VLAN tags, MPLS, PPPoE and PPP; what is rarer is in layers/.

Link types are the numbers of the pcap and pcapng formats (tcpdump.org/linktypes.html). Ethertypes and PPP's protocol
numbers are IANA's; a test holds them to dpkt's, which takes longer to load than a short capture to read.
"""

from collections.abc import Callable, Iterator
from struct import unpack_from

from analyzer.capture import layers
from analyzer.capture.span import Span
from analyzer.capture.unopened import CUT_LAYER, ISL, LAYERS, OTHER_LINK_TYPE, PPP, TOO_DEEP, link_type_name

ETHERNET, PPP_LINK, WLAN = 1, 9, 105  # link types
NO_IP = 0xFFFF  # an ethertype that means nothing: of what carries no IP
LLC = 0  # stands for an ethertype, as the length of an IEEE 802.3 frame does: LLC follows
IPV4, IPV6, MPLS, _MPLS_MULTICAST = 0x0800, 0x86DD, 0x8847, 0x8848
VLAN_TAGS = frozenset((0x8100, 0x88A8, 0x9100, 0x9200, 0x9300))  # 802.1Q, 802.1ad, and three of vendors before it
MPLS_TAGS = frozenset((MPLS, _MPLS_MULTICAST))
PPPOE_SESSION = 0x8864
TRANSPARENT_ETHERNET = 0x6558  # GRE
PPP_IN_GRE = 0x880B
NSH = 0x894F

_SIZES = {PPPOE_SESSION: 8, PPP_IN_GRE: 2, TRANSPARENT_ETHERNET: 14} | dict.fromkeys(VLAN_TAGS, 4)  # bytes
_PPP_PROTOCOLS = {0x0021: IPV4, 0x0057: IPV6, 0x0281: MPLS, 0x0283: _MPLS_MULTICAST}
_MAX_TAGS = 16
_NFLOG_PAYLOAD = 9
_WRAPPERS = frozenset((192, 258))  # PPI, PKTAP: a frame of any link type stands in them
_IN_PSEUDOWIRE = VLAN_TAGS | {IPV4, IPV6}
IN_COOKED = {801: WLAN, 802: 119, 803: 127}  # ARPHRD_ numbers of Linux -> link types: plain, Prism, radiotap
_LONGEST_802_3 = 1500  # as an ethertype: a length, behind which LLC stands
_SNAP, _LLC_IP = b"\xaa\xaa\x03", b"\x06\x06\x03"
_ORGANISATIONS = (bytes(3), b"\0\0\xf8")  # RFC 1042, and IEEE 802.1H for what it could not have
_TO_ISL = (b"\x01\0\x0c\0\0", b"\x03\0\x0c\0\0")
_CHANNELS = {0x0021: IPV4, 0x0057: IPV6}  # of an associated channel (RFC 4385 section 5)
_BRIDGED, _BRIDGED_ETHERNET = b"\0\x80\xc2", (1, 7)  # with its checksum, without

# What a link layer says: the ethertype of what it carries, and how many bytes it takes.
Carried = tuple[int, int]


def _ethernet(span: Span) -> Carried | None:
    data, at = span.data, span.start
    if span.captured < 14:
        return None
    if data[at : at + 5] in _TO_ISL and data[at + 14 : min(at + 17, span.end)] == _SNAP:
        return ISL, 14
    return int.from_bytes(data[at + 12 : at + 14], "big"), 14


def _cooked(span: Span) -> Carried | None:
    return _behind_cooked(span, 14, 2, 16) if span.captured >= 16 else None


def _cooked2(span: Span) -> Carried | None:
    return _behind_cooked(span, 0, 8, 20) if span.captured >= 20 else None


def _behind_cooked(span: Span, type_at: int, hardware_at: int, size: int) -> Carried | None:
    """The ethertype at one place, or a whole frame of the hardware that the number at the other stands for."""
    ethertype, hardware = (unpack_from(">H", span.data, span.start + at)[0] for at in (type_at, hardware_at))
    link_type = IN_COOKED.get(hardware) if ethertype <= _LONGEST_802_3 else None
    return (ethertype, size) if link_type is None else inside(link_type, span, size)


def _cisco_hdlc(span: Span) -> Carried | None:
    return (int.from_bytes(span.data[span.start + 2 : span.start + 4], "big"), 4) if span.captured >= 4 else None


def _raw(span: Span) -> Carried | None:
    ethertype = by_version(span)
    return (ethertype, 0) if ethertype else None


def by_version(span: Span) -> int | None:
    """Ethertype by the first four bits, where nothing else says what follows."""
    if not span.captured:
        return None
    return {4: IPV4, 6: IPV6}.get(span.data[span.start] >> 4)


def _null(span: Span) -> Carried | None:
    """BSD loopback: an address family in the byte order of the host that captured (LOOP: network byte order)."""
    if span.captured < 4:
        return None
    ethertype = by_family(unpack_from("<I", span.data, span.start) + unpack_from(">I", span.data, span.start))
    return (ethertype, 4) if ethertype else None


def by_family(families: tuple[int, ...]) -> int | None:
    """Ethertype by the first of these numbers that is an address family."""
    for family in families:
        if family == 2:
            return IPV4
        if family in (10, 24, 28, 30):  # AF_INET6 of Linux, NetBSD and OpenBSD, FreeBSD, macOS
            return IPV6
    return None


def _ppp(span: Span) -> Carried | None:
    """PPP with or without address and control bytes, protocol in one byte or two (RFC 1661 section 6.5 and 6.6)."""
    at, data = span.start, span.data
    if data[at : min(at + 2, span.end)] == b"\xff\x03":
        at += 2
    if at >= span.end:
        return None
    protocol, size = data[at], 1
    if not protocol & 1:
        if at + 2 > span.end:
            return None
        protocol, size = protocol << 8 | data[at + 1], 2
    ethertype = _PPP_PROTOCOLS.get(protocol, PPP | protocol)
    return ethertype, at + size - span.start


def _pppoe(span: Span) -> Carried | None:
    """A PPPoE session header (RFC 2516): version and type, code 0, session, length."""
    if span.captured < 6 or span.data[span.start + 1] != 0:
        return None
    carried = _ppp(span.skip(6))
    return (carried[0], carried[1] + 6) if carried else None


def _nflog(span: Span) -> Carried | None:
    """Linux netfilter log: family, then attributes in the capturing host's byte order; one of them is the packet."""
    if span.captured < 4:
        return None
    at = span.start + 4
    while at + 4 <= span.end:
        length, kind = unpack_from("<HH", span.data, at)
        if length < 4:
            return None
        if kind & 0x7FFF == _NFLOG_PAYLOAD:
            ethertype = {2: IPV4, 10: IPV6}.get(span.data[span.start])
            return (ethertype, at + 4 - span.start) if ethertype else None
        at += (length + 3) & ~3
    return None


_READERS: dict[int, tuple[str, Callable[[Span], Carried | None]]] = {
    0: ("NULL", _null),
    1: ("ETHERNET", _ethernet),
    9: ("PPP", _ppp),
    12: ("RAW", _raw),
    14: ("RAW", _raw),
    50: ("PPP_HDLC", _ppp),
    51: ("PPP_ETHER", _pppoe),
    101: ("RAW", _raw),
    104: ("C_HDLC", _cisco_hdlc),
    108: ("LOOP", _null),
    113: ("LINUX_SLL", _cooked),
    228: ("IPV4", _raw),
    229: ("IPV6", _raw),
    239: ("NFLOG", _nflog),
    276: ("LINUX_SLL2", _cooked2),
}


def is_known(link_type: int) -> bool:
    """Whether packets of this link type are read."""
    return link_type in _READERS or link_type in layers.LINK_TYPES


def link_name(link_type: int | None, *, in_log: bool = False) -> str:
    """Name without LINKTYPE_, the number where there is none: "ETHERNET", "LINKTYPE_400"."""
    if link_type is None:
        return "no headers: from a log" if in_log else "unknown"
    known = _READERS.get(link_type) or layers.LINK_TYPES.get(link_type)
    return known[0] if known else link_type_name(link_type)


def to_network(link_type: int, span: Span) -> tuple[int, Span] | None:
    """Ethertype IPV4 or IPV6 and the span from the IP header on; None for what carries no IP.

    Or where a layer begins that carries it and is not opened: that one, a key of `unopened.LAYERS`, and its span.
    """
    carried = carried_by(link_type, span)
    return from_ethertype(carried[0], span.skip(carried[1])) if carried else None


def carried_by(link_type: int, span: Span) -> Carried | None:
    """What the header of a frame of this link type says."""
    if link_type in _READERS:
        return _READERS[link_type][1](span)
    known = layers.LINK_TYPES.get(link_type)
    return layers.reader(known[1])(span) if known else None


def inside(link_type: int, span: Span, size: int) -> Carried | None:
    """What a frame of this link type carries that begins behind `size` bytes; not where it is one of those again."""
    if span.captured < size:
        return None
    if link_type in _WRAPPERS or not is_known(link_type):
        return OTHER_LINK_TYPE, size
    carried = carried_by(link_type, span.skip(size))
    return (carried[0], carried[1] + size) if carried else None


def from_ethertype(ethertype: int, span: Span) -> tuple[int, Span] | None:
    """The same, from behind an ethertype on."""
    for _ in range(_MAX_TAGS):
        if ethertype in (IPV4, IPV6):
            return ethertype, span
        carried = next_tag(ethertype, span)
        if carried is None:
            ethertype = ethertype if ethertype in LAYERS else _cut_layer(ethertype, span)
            return (ethertype, span) if ethertype else None
        ethertype, span = carried[0], span.skip(carried[1])
    return TOO_DEEP, span


def layers_of(link_type: int, span: Span) -> Iterator[tuple[int, Span]]:
    """The layers between a frame and its IP header, each as its ethertype and what is behind that."""
    carried = carried_by(link_type, span)
    if carried is not None:
        yield from layers_from(carried[0], span.skip(carried[1]))


def layers_from(ethertype: int, span: Span) -> Iterator[tuple[int, Span]]:
    """The same, from behind an ethertype on."""
    for _ in range(_MAX_TAGS):
        if ethertype in (IPV4, IPV6):
            return
        yield ethertype, span
        carried = next_tag(ethertype, span)
        if carried is None:
            return
        ethertype, span = carried[0], span.skip(carried[1])


def _cut_layer(ethertype: int, span: Span) -> int:
    """CUT_LAYER where the capture cuts the header of a layer that carries IP, or may; 0 where it does not."""
    return CUT_LAYER if span.missing and span.captured < _SIZES.get(ethertype, 0) else 0


def next_tag(ethertype: int, span: Span) -> Carried | None:
    """What one more layer between an ethertype and IP says."""
    if ethertype in VLAN_TAGS:
        return (int.from_bytes(span.data[span.start + 2 : span.start + 4], "big"), 4) if span.captured >= 4 else None
    if ethertype in MPLS_TAGS:
        return _mpls(span)
    if ethertype == PPPOE_SESSION:
        return _pppoe(span)
    if ethertype == TRANSPARENT_ETHERNET:
        return _ethernet(span)
    if ethertype == PPP_IN_GRE:
        return _ppp(span)
    if ethertype <= _LONGEST_802_3:
        return _llc(span)
    module = layers.ETHERTYPES.get(ethertype)
    return layers.reader(module)(span) if module else None


def _llc(span: Span) -> Carried | None:
    """LLC (IEEE 802.2): with a SNAP header, or under the number of IP."""
    head = span.data[span.start : min(span.start + 3, span.end)]
    if head == _SNAP:
        return snap(span, 3)
    return (IPV4, 3) if head == _LLC_IP and by_version(span.skip(3)) == IPV4 else None


def snap(span: Span, size: int, *, padding: int = 0) -> Carried | None:
    """What SNAP says behind `size` bytes: an ethertype, or a bridged frame behind some padding (RFC 2684, RFC 2427)."""
    at = span.start + size
    if span.captured < size + 5:
        return None
    organisation, kind = span.data[at : at + 3], int.from_bytes(span.data[at + 3 : at + 5], "big")
    if organisation == _BRIDGED:
        whole = size + 5 + padding
        return (TRANSPARENT_ETHERNET, whole) if kind in _BRIDGED_ETHERNET and span.captured >= whole else None
    return (kind, size + 5) if organisation in _ORGANISATIONS and kind > 1500 else None


def _mpls(span: Span) -> Carried | None:
    """A label stack (RFC 3032); the first bits of what follows tell IP from a pseudowire's Ethernet."""
    at = span.start
    while at + 4 <= span.end:
        bottom = span.data[at + 2] & 1
        at += 4
        if bottom:
            behind = span.skip(at - span.start)
            if not behind.captured:
                break
            ethertype = by_version(behind)
            if ethertype:
                return ethertype, at - span.start
            return _pseudowire(behind, at - span.start)
    return (CUT_LAYER, 0) if span.missing else None


def _pseudowire(span: Span, size: int) -> Carried | None:
    """Ethernet behind `size` bytes of labels, and behind a control word (RFC 4385) if it is there; or a channel's IP.

    A control word begins with four zero bits, and so do many addresses: the place of the ethertype decides.
    """
    has_word = span.captured >= 4 and span.data[span.start] >> 4 == 0
    for word in (4, 0) if has_word else (0,):
        carried = _ethernet(span.skip(word))
        if carried and carried[0] in _IN_PSEUDOWIRE:
            return TRANSPARENT_ETHERNET, size + word
    if has_word:
        return TRANSPARENT_ETHERNET, size + 4
    is_channel = span.captured > 4 and span.data[span.start] >> 4 == 1
    ethertype = _CHANNELS.get(int.from_bytes(span.data[span.start + 2 : span.start + 4], "big")) if is_channel else None
    return (ethertype, size + 4) if ethertype and by_version(span.skip(4)) == ethertype else None
