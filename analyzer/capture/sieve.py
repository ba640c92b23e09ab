"""The bulk filter: which packets of a batch can matter, and of those, which are of a regular kind.

Regular are Ethernet, Linux cooked or raw frames, VLAN tags, IPv4 with or without options, IPv6 without extension headers, and in them UDP,
ESP and AH. Of the rest, what cannot carry IKE is dropped and what can - fragments, extension headers, tunnels, TCP on IKE ports, ICMP
errors, everything damaged - is left to the careful reader. It decides nothing that the careful reader would decide otherwise.
"""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from analyzer.capture import icmp, link, natt, network
from analyzer.capture.batch import Batch
from analyzer.capture.decoder import L2TP_PORT, VXLAN_PORT
from analyzer.capture.lanes import Numbers

Mask = npt.NDArray[np.bool_]
Bytes = npt.NDArray[np.uint8]

# What an ethertype or an IP protocol means here.
_DROP, _CAREFUL, _IPV4, _IPV6, _TAG = range(5)
_UDP, _ESP, _AH, _TCP, _ICMP, _ICMPV6 = range(2, 8)

# Bits of a port's use.
_PLAIN, _NAT_T, _TUNNEL = 1, 2, 4

_MAX_TAGS = 4
_LINK_HEADERS = {
    1: (12, 14),
    113: (14, 16),
    276: (0, 20),
}  # link type -> where its ethertype is, where the next layer begins
_RAW_LINKS = frozenset((12, 14, 101, 228, 229))

ENCAPSULATIONS = ("esp", "ah", "udp")


class UdpRows(NamedTuple):
    """UDP payloads for a closer look, in file order. row: of the batch; pair: where the address pair is, `width` bytes of it; ports: where
    source and destination port are; payload, end: of what was captured of the payload; missing: bytes that were not.
    """

    row: Numbers
    pair: Numbers
    width: Numbers
    ports: Numbers
    payload: Numbers
    end: Numbers
    missing: Numbers


class EspRows(NamedTuple):
    """ESP and AH packets in file order. encapsulation: index of ENCAPSULATIONS; spi, sequence: as numbers; ports: where they are (0: none)."""

    row: Numbers
    encapsulation: Numbers
    pair: Numbers
    width: Numbers
    ports: Numbers
    spi: Numbers
    sequence: Numbers
    length: Numbers


class Sifted(NamedTuple):
    """careful: rows for the careful reader, in file order."""

    careful: Numbers
    udp: UdpRows
    esp: EspRows


class _Packets(NamedTuple):
    """IP packets of a regular kind: row, protocol class, start of what IP carries, its end on the wire and as far as captured, addresses."""

    row: Numbers
    kind: Numbers
    start: Numbers
    wire_end: Numbers
    end: Numbers
    pair: Numbers
    width: Numbers

    def where(self, mask: Mask | Numbers) -> "_Packets":
        return _Packets(*(column[mask] for column in self))


class Sieve:
    """Built once for a set of ports."""

    def __init__(self, ports: Iterable[int]) -> None:
        self._ports = np.zeros(65_536, np.uint8)
        self._ports[[L2TP_PORT, VXLAN_PORT]] = _TUNNEL
        for port, service in natt.port_services(ports).items():
            if 0 <= port <= 65_535:
                self._ports[port] = _PLAIN if service == natt.PLAIN else _NAT_T
        self._ethertypes = _ethertypes()
        self._protocols = _protocols()

    def sift(self, batch: Batch) -> Sifted:
        """Sort the rows of a batch."""
        work = _Work(batch)
        for link_type in np.unique(batch.link).tolist():
            rows = np.flatnonzero(batch.link == link_type)
            if link_type in _LINK_HEADERS:
                self._ethertype(work, rows, *_LINK_HEADERS[link_type])
            elif link_type in _RAW_LINKS:
                self._raw(work, rows)
            elif link.is_known(link_type):
                work.careful.append(rows)
        packets = _Packets(*(np.concatenate(column) for column in zip(*work.packets, strict=True)))
        self._transport(work, packets)
        return work.sifted()

    def _raw(self, work: "_Work", rows: Numbers) -> None:
        rows = work.leave(rows, work.batch.captured[rows] < 28)
        start = work.batch.begin[rows]
        version = work.octets[start] >> 4
        self._ip(work, rows, start, np.where(version == 4, _IPV4, np.where(version == 6, _IPV6, _DROP)))

    def _ethertype(self, work: "_Work", rows: Numbers, type_at: int, size: int) -> None:
        """Frames with an ethertype, perhaps behind VLAN tags."""
        rows = work.leave(rows, work.batch.captured[rows] < size + 28)
        begin = work.batch.begin[rows]
        start = begin + size
        kind = self._ethertypes[work.shorts(begin + type_at)]
        for _ in range(_MAX_TAGS):
            tagged = np.flatnonzero(kind == _TAG)
            if not len(tagged):
                break
            kind[tagged] = self._ethertypes[work.shorts(start[tagged] + 2)]
            start[tagged] += 4
        self._ip(work, rows, start, kind)

    def _ip(self, work: "_Work", rows: Numbers, start: Numbers, kind: Numbers) -> None:
        end = work.end[rows]
        room = end - start
        odd = (kind == _CAREFUL) | (kind == _TAG) | ((kind == _IPV4) & (room < 28)) | ((kind == _IPV6) & (room < 48))
        work.leave(rows, odd)
        version4 = np.flatnonzero((kind == _IPV4) & ~odd)
        self._ipv4(work, rows[version4], start[version4], end[version4])
        version6 = np.flatnonzero((kind == _IPV6) & ~odd)
        if len(version6):
            self._ipv6(work, rows[version6], start[version6], end[version6])

    def _ipv4(self, work: "_Work", rows: Numbers, start: Numbers, end: Numbers) -> None:
        header = work.headers(start, 12)
        first, kind = header[:, 0], self._protocols[0][header[:, 9]]
        pairs = header.view(">u2")
        total, fragment = pairs[:, 1].astype(np.int64), pairs[:, 3] & 0x3FFF
        size = (first & 15).astype(np.int64) * 4
        odd = (first >> 4 != 4) | (size < 20) | (total < size) | ((fragment != 0) & (kind != _DROP))
        kind = np.where(odd, _CAREFUL, kind)
        carried = start + size
        work.add(_Packets(rows, kind, carried, start + total, end, start + 12, np.full(len(rows), 8)))

    def _ipv6(self, work: "_Work", rows: Numbers, start: Numbers, end: Numbers) -> None:
        header = work.headers(start, 8)
        length = header.view(">u2")[:, 2].astype(np.int64)
        odd = (header[:, 0] >> 4 != 6) | (length == 0)
        kind = np.where(odd, _CAREFUL, self._protocols[1][header[:, 6]])
        work.add(_Packets(rows, kind, start + 40, start + 40 + length, end, start + 8, np.full(len(rows), 32)))

    def _transport(self, work: "_Work", packets: _Packets) -> None:
        packets = packets.where(packets.kind != _DROP)
        end = np.minimum(packets.wire_end, packets.end)
        packets = packets._replace(end=end)
        odd = (packets.kind == _CAREFUL) | (end - packets.start < 8)
        work.careful.append(packets.row[odd])
        packets = packets.where(~odd)
        self._tcp(work, packets.where(packets.kind == _TCP))
        self._udp(work, packets.where(packets.kind == _UDP))
        icmp_rows = packets.where((packets.kind == _ICMP) | (packets.kind == _ICMPV6))
        errors = _icmp_errors()[icmp_rows.kind - _ICMP, work.octets[icmp_rows.start]]
        work.careful.append(icmp_rows.row[errors])
        self._esp(work, packets.where(packets.kind == _ESP))
        self._ah(work, packets.where(packets.kind == _AH))

    def _uses(self, work: "_Work", ports_at: Numbers) -> Bytes:
        """Uses of the two ports, as bits."""
        uses: Bytes = self._ports[work.shorts(ports_at)] | self._ports[work.shorts(ports_at + 2)]
        return uses

    def _tcp(self, work: "_Work", packets: _Packets) -> None:
        listed = self._uses(work, packets.start) & (_PLAIN | _NAT_T) != 0
        work.careful.append(packets.row[listed])

    def _udp(self, work: "_Work", packets: _Packets) -> None:
        uses, length = self._uses(work, packets.start), work.shorts(packets.start + 4)
        payload = packets.start + 8
        wire_end = packets.start + length
        end = np.minimum(wire_end, packets.end)
        listed, nat_t = uses & (_PLAIN | _NAT_T) != 0, uses & (_PLAIN | _NAT_T) == _NAT_T
        isakmp = _may_be_isakmp(work, payload, length - 8, end)
        careful = (length < 8) | (~listed & (uses & _TUNNEL != 0))
        work.careful.append(packets.row[careful])
        is_esp = nat_t & ~isakmp & ~careful & (end - payload >= 8)
        is_esp[is_esp] = work.longs(payload[is_esp]) != 0  # else a non-ESP marker
        look = np.flatnonzero((listed | isakmp) & ~careful & ~is_esp)
        pair, width, start = packets.pair[look], packets.width[look], packets.start[look]
        missing = wire_end[look] - end[look]
        work.udp.append(UdpRows(packets.row[look], pair, width, start, payload[look], end[look], missing))
        work.add_esp(packets.where(is_esp), 2, payload[is_esp], length[is_esp] - 8)

    def _esp(self, work: "_Work", packets: _Packets) -> None:
        work.add_esp(packets, 0, packets.start, packets.wire_end - packets.start)

    def _ah(self, work: "_Work", packets: _Packets) -> None:
        """AH whose content needs no look: of no protocol that matters, or TCP between other ports."""
        size = (work.octets[packets.start + 1].astype(np.int64) + 2) * 4
        room = packets.end - packets.start
        following = work.octets[packets.start]
        table = np.where(packets.width == 32, 1, 0)
        kind = self._protocols[table, following]
        plain = (kind == _DROP) & (size >= 12) & (room >= 12)
        tcp = (kind == _TCP) & (size >= 12) & (room >= size + 4)
        tcp[tcp] = self._uses(work, (packets.start + size)[tcp]) & (_PLAIN | _NAT_T) == 0
        regular = plain | tcp
        work.careful.append(packets.row[~regular])
        chosen = packets.where(regular)
        work.add_esp(chosen, 1, chosen.start + 4, chosen.wire_end - chosen.start)


class _Work:
    """A batch while it is sifted."""

    def __init__(self, batch: Batch) -> None:
        self.batch = batch
        self.octets: Bytes = np.frombuffer(batch.data, np.uint8)
        self.end = batch.begin + batch.captured
        self.careful: list[Numbers] = []
        self.packets: list[_Packets] = []
        self.udp: list[UdpRows] = []
        self.esp: list[EspRows] = []
        empty = np.empty(0, np.int64)
        self.packets.append(_Packets(*([empty] * 7)))
        self.udp.append(UdpRows(*([empty] * 7)))
        self.esp.append(EspRows(*([empty] * 8)))

    def leave(self, rows: Numbers, odd: Mask) -> Numbers:
        """Leave odd rows to the careful reader; the others."""
        self.careful.append(rows[odd])
        return rows[~odd]

    def add(self, packets: _Packets) -> None:
        self.packets.append(packets)

    def add_esp(self, packets: _Packets, encapsulation: int, spi: Numbers, length: Numbers) -> None:
        """spi: where SPI and sequence number are."""
        ports = packets.start if encapsulation == 2 else np.zeros(len(spi), np.int64)
        kind = np.full(len(spi), encapsulation)
        rows = EspRows(
            packets.row, kind, packets.pair, packets.width, ports, self.longs(spi), self.longs(spi + 4), length
        )
        self.esp.append(rows)

    def headers(self, start: Numbers, size: int) -> Bytes:
        """The `size` bytes from each start, one row each."""
        window = np.ndarray((len(self.octets) - size + 1,), f"V{size}", self.batch.data, strides=(1,))
        rows: Bytes = window[start].view(np.uint8).reshape(-1, size)
        return rows

    def shorts(self, at: Numbers) -> Numbers:
        """Big-endian 16-bit numbers."""
        return self.octets[at].astype(np.int64) << 8 | self.octets[at + 1]

    def longs(self, at: Numbers) -> Numbers:
        """Big-endian 32-bit numbers."""
        numbers = np.ndarray((len(self.octets) - 3,), ">u4", self.batch.data, strides=(1,))
        return numbers[at].astype(np.int64)

    def sifted(self) -> Sifted:
        udp = UdpRows(*(np.concatenate(column) for column in zip(*self.udp, strict=True)))
        esp = EspRows(*(np.concatenate(column) for column in zip(*self.esp, strict=True)))
        udp_order, esp_order = np.argsort(udp.row, kind="stable"), np.argsort(esp.row, kind="stable")
        return Sifted(
            np.sort(np.concatenate(self.careful)),
            UdpRows(*(column[udp_order] for column in udp)),
            EspRows(*(column[esp_order] for column in esp)),
        )


def _may_be_isakmp(work: _Work, payload: Numbers, length: Numbers, end: Numbers) -> Mask:
    """A necessary part of natt.is_isakmp, for payloads with and without a marker: version, and length field."""
    may = np.zeros(len(payload), np.bool_)
    for marker in (0, 4):
        at = payload + marker
        version = work.octets[at + 17]
        likely = np.flatnonzero(((version == 0x10) | (version == 0x20)) & (end - at >= natt.HEADER_LENGTH))
        likely = likely[work.longs(at[likely] + 24) == length[likely] - marker]
        if marker:
            likely = likely[work.longs(payload[likely]) == 0]
        may[likely] = True
    return may


def _ethertypes() -> Bytes:
    table = np.full(65_536, _DROP, np.uint8)
    table[:1501] = _CAREFUL  # 802.3 lengths
    table[[*link.MPLS_TAGS, link.PPPOE_SESSION, link.TRANSPARENT_ETHERNET, link.PPP_IN_GRE]] = _CAREFUL
    table[list(link.VLAN_TAGS)] = _TAG
    table[link.IPV4], table[link.IPV6] = _IPV4, _IPV6
    return table


def _protocols() -> Bytes:
    """What each protocol number means in IPv4 (first row) and in IPv6."""
    table = np.full((2, 256), _DROP, np.uint8)
    table[:, list(network.RELEVANT)] = _CAREFUL
    table[1, list(network.EXTENSION_HEADERS)] = _CAREFUL
    for protocol, kind in (
        (network.UDP, _UDP),
        (network.ESP, _ESP),
        (network.AH, _AH),
        (network.TCP, _TCP),
        (network.ICMP, _ICMP),
        (network.ICMPV6, _ICMPV6),
    ):
        table[:, protocol] = kind
    return table


def _icmp_errors() -> Mask:
    """Which types are errors, of ICMP (first row) and of ICMPv6."""
    table = np.zeros((2, 256), np.bool_)
    table[0, list(icmp.ERRORS_V4)] = True
    table[1, list(icmp.ERRORS_V6)] = True
    return table
