"""The bulk filter: which packets of a batch can matter, and of those, which are of a regular kind.

Regular are Ethernet, Linux cooked or raw frames, VLAN tags, IPv4 with or without options, IPv6 without extension
headers, and in them UDP, ESP and AH. IPv4 fragments are a kind of their own. Of the rest, what cannot carry IKE is
dropped and what can - other fragments, extension headers, tunnels, TCP on IKE ports, ICMP errors, everything damaged -
is left to the careful reader. It decides nothing that the careful reader would decide otherwise.
"""

from collections.abc import Iterable
from functools import cache, lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from analyzer.capture import forms, link, natt, unopened
from analyzer.capture.batch import NO_LINK, Batch, gather
from analyzer.capture.decoder import TUNNEL_PORTS
from analyzer.capture.forms import VERSION_AT, VERSIONS, is_marked, may_be_ip, may_be_vxlan
from analyzer.capture.framing import PREFIX
from analyzer.capture.lanes import Numbers, Words
from analyzer.capture.ledger import ENCAPSULATIONS
from analyzer.capture.meanings import (
    AH,
    CAREFUL,
    DROP,
    ESP,
    ICMP,
    ICMPV6,
    IPV4,
    IPV6,
    TAG,
    TCP,
    UDP,
    as_read,
    ethertypes,
    icmp_errors,
    protocols,
)
from analyzer.capture.rows import Bytes, EspRows, FragmentRows, Mask, Sifted, UdpRows, in_order

# Bits of a port's use.
_PLAIN, _NAT_T, _TUNNEL, _TCP_TUNNEL = 1, 2, 4, 8
_LISTED = _PLAIN | _NAT_T

_MAX_TAGS = 4
# Link type -> where its ethertype is, where the next layer begins
_LINK_HEADERS = {1: (12, 14), 113: (14, 16), 276: (0, 20)}
_RAW_LINKS = frozenset((12, 14, 101, 228, 229))

_RAW_ESP, _RAW_AH, _ESP_IN_UDP = (ENCAPSULATIONS.index(name) for name in ("esp", "ah", "udp"))
_BY_VERSION = np.full(16, DROP, np.uint8)
_BY_VERSION[4], _BY_VERSION[6] = IPV4, IPV6


class _Packets(NamedTuple):
    """IP packets of a regular kind.

    row: of the batch; pair: where the address pair is; start, wire_end: of what IP carries; end: as far as it was
    captured; kind: what it is.
    """

    row: Numbers
    pair: Numbers
    start: Numbers
    wire_end: Numbers
    end: Numbers
    kind: Bytes

    def of(self, mask: Mask) -> "_Packets":
        """Those in the mask; numpy takes by places much faster than by mask."""
        return self.at(np.flatnonzero(mask))

    def at(self, places: Numbers) -> "_Packets":
        """Those at these places."""
        if len(places) == len(self.row):  # they rise: all
            return self
        row, pair, start, wire_end, end, kind = self
        return _Packets(row[places], pair[places], start[places], wire_end[places], end[places], kind[places])


@lru_cache(maxsize=8)
def _by_port(ports: frozenset[int]) -> Bytes:
    """What each port means; of each choice of ports made once, for captures may be many and small."""
    uses = np.zeros(65_536, np.uint8)
    uses[list(TUNNEL_PORTS)] = _TUNNEL
    uses[list(unopened.TCP_PORTS)] |= _TCP_TUNNEL
    for port, service in natt.port_services(ports).items():
        if 0 <= port <= 65_535:
            uses[port] = _PLAIN if service == natt.PLAIN else _NAT_T
    return as_read(uses)


@cache
def _by_ethertype() -> Bytes:
    return as_read(ethertypes())


class Sieve:
    """Built once for a set of ports. counts False: ESP and AH packets are dropped, nobody asks for them."""

    def __init__(self, ports: Iterable[int], *, counts: bool = True) -> None:
        self._counts = counts
        self.tcp = forms.TcpPorts()
        self._ports, self._ethertypes = _by_port(frozenset(ports)), _by_ethertype()
        self._protocols, self._errors = protocols(), icmp_errors()

    def sift(self, batch: Batch) -> Sifted:
        """Sort the rows of a batch; once more where IKE in TCP begins in it, in whatever kind of packet."""
        known, sifted = len(self.tcp), self._sift(batch)
        begin = batch.begin[sifted.careful]
        self.tcp.learn(batch.data, zip(begin.tolist(), (begin + batch.captured[sifted.careful]).tolist(), strict=True))
        return sifted if len(self.tcp) == known else self._sift(batch)

    def _sift(self, batch: Batch) -> Sifted:
        work = _Work(batch)
        any_empty = not batch.captured.all()
        link_types = batch.link[:1] if (batch.link == batch.link[:1]).all() else np.unique(batch.link)
        for link_type in link_types.tolist():
            rows = np.flatnonzero(batch.link == link_type)
            if not link.is_known(link_type):
                work.count(unopened.of_link_type(None if link_type == NO_LINK else link_type), rows)
                continue
            if any_empty:
                is_empty = batch.captured[rows] == 0
                work.count(unopened.CUT, rows[is_empty & (batch.original[rows] > 0)])
                rows = rows[~is_empty]
            if link_type in _LINK_HEADERS:
                self._ethertype(work, rows, *_LINK_HEADERS[link_type])
            elif link_type in _RAW_LINKS:
                self._raw(work, rows)
            else:
                work.careful.append(rows)
        return work.sifted()

    def _raw(self, work: "_Work", rows: Numbers) -> None:
        rows = work.without(rows, work.batch.captured[rows] < 28)
        start = work.batch.begin[rows]
        self._ip(work, rows, start, _BY_VERSION[work.octets[start] >> 4])

    def _ethertype(self, work: "_Work", rows: Numbers, type_at: int, size: int) -> None:
        """Frames with an ethertype, perhaps behind VLAN tags."""
        rows = work.without(rows, work.batch.captured[rows] < size + 28)
        begin = work.batch.begin[rows]
        start = begin + size
        kind = self._ethertypes[work.shorts(begin + type_at)]
        for _ in range(_MAX_TAGS):
            tagged = np.flatnonzero(kind == TAG)
            if not len(tagged):
                break
            kind[tagged] = self._ethertypes[work.shorts(start[tagged] + 2)]
            start[tagged] += 4
        self._ip(work, rows, start, kind)

    def _ip(self, work: "_Work", rows: Numbers, start: Numbers, kind: Bytes) -> None:
        end = work.end[rows]
        room = end - start
        odd = (kind == CAREFUL) | (kind == TAG) | ((kind == IPV4) & (room < 28)) | ((kind == IPV6) & (room < 48))
        work.leave(rows, odd)
        for version, read in ((IPV4, self._ipv4), (IPV6, self._ipv6)):
            places = np.flatnonzero((kind == version) & ~odd)
            if len(places) == len(rows):
                read(work, rows, start, end)
            elif len(places):
                read(work, rows[places], start[places], end[places])

    def _ipv4(self, work: "_Work", rows: Numbers, start: Numbers, end: Numbers) -> None:
        header = work.gather(start, 12)
        first, shorts = header[:, 0], header.view(">u2")
        kind = self._protocols[0][header[:, 9]]
        total, fragment = shorts[:, 1].astype(np.int64), shorts[:, 3] & 0x3FFF
        size: Numbers | int = 20
        if (first != 0x45).any():
            size = (first & 15).astype(np.int64) * 4
            kind[(first >> 4 != 4) | (size < 20) | (start + size > end)] = CAREFUL
        kind[total < size] = CAREFUL
        wire_end = start + total
        packets = _Packets(rows, start + 12, start + size, wire_end, np.minimum(wire_end, end), kind)
        parts = np.flatnonzero((fragment != 0) & (kind != DROP) & (kind != CAREFUL))
        if len(parts):
            self._fragments(work, packets.at(parts), fragment[parts] & 0x1FFF == 0)
            kind[parts] = DROP
        self._carried(work, packets, 8)

    def _fragments(self, work: "_Work", packets: _Packets, is_first: Mask) -> None:
        """IPv4 fragments; those of which too little was captured are left to the careful reader.

        Apart are first ones that PacketDecoder has no use for: between other ports and no ISAKMP, or no ICMP errors.
        """
        short = packets.end - packets.start < 8
        work.leave(packets.row, short)
        places = np.flatnonzero(~short)
        row, pair, start, wire_end, end, kind = packets.at(places)
        header = work.gather(start, 32)
        uses, length = self._uses(header), header.view(">u2")[:, 2].astype(np.int64)
        isakmp = _may_be_isakmp(work, header, start + 8, end, length - 8)
        apart = (kind == TCP) & (uses & _LISTED == 0) | (kind == UDP) & (uses == 0) & ~isakmp & ~may_be_vxlan(
            header
        ) & ~may_be_ip(header)
        control = np.flatnonzero(kind >= ICMP)
        apart[control] = ~self._errors[kind[control] - ICMP, work.octets[start[control]]]
        work.fragments.append(FragmentRows(row, pair - 12, start, wire_end, end, apart & is_first[places]))

    def _ipv6(self, work: "_Work", rows: Numbers, start: Numbers, end: Numbers) -> None:
        header = work.gather(start, 8)
        kind = self._protocols[1][header[:, 6]]
        length = header.view(">u2")[:, 2].astype(np.int64)
        kind[(header[:, 0] >> 4 != 6) | (length == 0)] = CAREFUL
        wire_end = start + 40 + length
        packets = _Packets(rows, start + 8, start + 40, wire_end, np.minimum(wire_end, end), kind)
        self._carried(work, packets, 32)

    def _carried(self, work: "_Work", packets: _Packets, width: int) -> None:
        """What IP carries, by kind."""
        kind = packets.kind
        kind[(packets.end - packets.start < 8) & (kind != DROP)] = CAREFUL
        found = set(np.flatnonzero(np.bincount(kind, minlength=1)).tolist())
        if CAREFUL in found:
            work.leave(packets.row, kind == CAREFUL)
        if TCP in found:
            self._tcp(work, packets.of(kind == TCP))
        if UDP in found:
            self._udp(work, packets.of(kind == UDP), width)
        if not found.isdisjoint((ICMP, ICMPV6)):
            control = packets.of(kind >= ICMP)
            work.leave(control.row, self._errors[control.kind - ICMP, work.octets[control.start]])
        if ESP in found and self._counts:
            esp = packets.of(kind == ESP)
            words = work.gather(esp.start, 8).view(np.uint32)
            work.add_esp(width, esp.row, esp.pair, _RAW_ESP, (0, words[:, 0], words[:, 1]), esp.wire_end - esp.start)
        if AH in found:
            self._ah(work, packets.of(kind == AH), width)

    def _tcp(self, work: "_Work", packets: _Packets) -> None:
        """Between ports of IKE, and between others once a connection between them has begun as IKE's does."""
        header = work.gather(packets.start, 4)
        content = packets.start + ((work.octets[packets.start + 12] >> 2) & 0x3C)
        begins = np.flatnonzero(work.shorts(content) == forms.PREFIX_SHORT)
        begins = begins[content[begins] + len(PREFIX) <= packets.end[begins]]
        if len(begins):
            both = header[begins][:, [0, 1, 2, 3, 2, 3, 0, 1]].copy().view(np.uint32)
            self.tcp.add(both)
        careful = self._uses(header) & (_LISTED | _TCP_TUNNEL) != 0
        if len(self.tcp):
            careful |= self.tcp.has(header.view(np.uint32)[:, 0])
        work.leave(packets.row, careful)

    def _uses(self, header: Bytes) -> Bytes:
        """Uses of the two ports at the beginning of each row, as bits."""
        ports = header.view(np.uint16)
        uses: Bytes = self._ports[ports[:, 0]] | self._ports[ports[:, 1]]
        return uses

    def _udp(self, work: "_Work", packets: _Packets, width: int) -> None:
        # UDP header and the first 24 bytes of the payload: a marker and the ISAKMP header's version.
        header = work.gather(packets.start, 32)
        uses, length = self._uses(header), header.view(">u2")[:, 2].astype(np.int64)
        wire_end = packets.start + length
        odd = (length < 8) | (wire_end > packets.wire_end)
        tunnel = may_be_vxlan(header) | may_be_ip(header)
        looked_at = (uses != 0) | odd | forms.has_version(header) | tunnel
        guarded = forms.is_wireguard(header, packets.end - packets.start - 8)
        work.count(unopened.WIREGUARD, packets.row[guarded & ~looked_at])
        tunnel |= guarded
        places = np.flatnonzero(looked_at)
        if len(places) < len(uses):  # of ordinary traffic hardly anything is left
            packets, header, uses, length = packets.at(places), header[places], uses[places], length[places]
            wire_end, odd, tunnel = wire_end[places], odd[places], tunnel[places]
        end = np.minimum(wire_end, packets.end)
        listed = uses & _LISTED != 0
        isakmp = _may_be_isakmp(work, header, packets.start + 8, end, length - 8)
        careful = odd | (~listed & ((uses & _TUNNEL != 0) | tunnel))
        work.leave(packets.row, careful)
        marked = is_marked(header)
        is_esp = (uses & _LISTED == _NAT_T) & ~isakmp & ~careful & ~marked & (end - packets.start >= 16)
        if self._counts:
            esp = np.flatnonzero(is_esp)
            words = header.view(np.uint32)
            head = words[:, 0][esp], words[:, 2][esp], words[:, 3][esp]
            work.add_esp(width, packets.row[esp], packets.pair[esp], _ESP_IN_UDP, head, length[esp] - 8)
        places = np.flatnonzero((listed | isakmp) & ~careful & ~is_esp)
        row, pair, start, _, _, _ = packets.at(places)
        regular = start == pair + width  # IPv4 options stand between addresses and ports
        work.leave(row, ~regular)
        places, row, pair, start = (column[regular] for column in (places, row, pair, start))
        end = end[places]
        widths, missing = np.full(len(places), width + 4), wire_end[places] - end
        kind = _known(uses[places], marked[places], end - start - 8)
        work.udp.append(UdpRows(row, pair, widths, start + 8, end, missing, kind))

    def _ah(self, work: "_Work", packets: _Packets, width: int) -> None:
        """AH whose content needs no look: of no protocol that matters, or TCP between other ports."""
        header = work.gather(packets.start, 12)
        size = (header[:, 1].astype(np.int64) + 2) * 4
        room = packets.end - packets.start
        kind = self._protocols[width // 32][header[:, 0]]
        regular = (kind == DROP) & (size >= 12) & (room >= 12)
        work.leave(packets.row, ~regular)
        if self._counts:
            places = np.flatnonzero(regular)
            chosen = packets.at(places)
            words, length = header.view(np.uint32), chosen.wire_end - chosen.start
            head = 0, words[:, 1][places], words[:, 2][places]
            work.add_esp(width, chosen.row, chosen.pair, _RAW_AH, head, length)


class _Work:
    """A batch while it is sifted."""

    def __init__(self, batch: Batch) -> None:
        self.batch = batch
        self.octets: Bytes = np.frombuffer(batch.data, np.uint8)
        self.end = batch.begin + batch.captured
        self.careful: list[Numbers] = []
        self.udp: list[UdpRows] = []
        self.esp: dict[int, list[EspRows]] = {8: [], 32: []}
        self.fragments: list[FragmentRows] = []
        self.unopened: list[tuple[str, int, int]] = []

    def count(self, name: str, rows: Numbers) -> None:
        """Count rows that are not looked into."""
        if len(rows):
            self.unopened.append((name, int(self.batch.frame[rows[0]]), len(rows)))

    def leave(self, rows: Numbers, odd: Mask) -> None:
        """Leave odd rows to the careful reader."""
        places = np.flatnonzero(odd)
        if len(places):
            self.careful.append(rows[places])

    def without(self, rows: Numbers, odd: Mask) -> Numbers:
        """The others, once odd rows are left to the careful reader."""
        self.leave(rows, odd)
        places = np.flatnonzero(~odd)
        return rows if len(places) == len(rows) else rows[places]

    def add_esp(
        self,
        width: int,
        row: Numbers,
        pair: Numbers,
        encapsulation: int,
        head: tuple["Words | int", Words, Words],
        length: Numbers,
    ) -> None:
        """Take ESP or AH packets. head: ports (0: none), SPI and sequence number, as the host reads them."""
        if len(row):
            words = np.empty((len(row), 3), np.uint32)
            for place, column in enumerate(head):
                words[:, place] = column
            kind = np.full(len(row), encapsulation)
            self.esp[width].append(EspRows(row, kind, pair, words.view(np.uint8), length))

    def gather(self, at: Numbers, size: int) -> Bytes:
        """The `size` bytes from each place on, a row each."""
        return gather(self.batch.data, at, size)

    def shorts(self, at: Numbers) -> npt.NDArray[np.uint16]:
        """Numbers of 16 bits as the host reads them, whatever their order in the packet (`_as_read`)."""
        data = self.batch.data
        found: npt.NDArray[np.uint16] = np.ndarray((len(data) - 1,), np.uint16, data, strides=(1,))[at]
        return found

    def sifted(self) -> Sifted:
        """What was found, in file order."""
        careful = np.sort(np.concatenate(self.careful)) if self.careful else np.empty(0, np.int64)
        nothing = np.empty(0, np.int64)
        udp = self.udp or [UdpRows(*(nothing, nothing, nothing), *(nothing, nothing, nothing), np.empty(0, np.uint8))]
        esp = {width: in_order(parts) for width, parts in self.esp.items() if parts}
        fragments = self.fragments or [
            FragmentRows(*(nothing, nothing, nothing, nothing, nothing), np.empty(0, np.bool_))
        ]
        return Sifted(careful, in_order(udp), esp, in_order(fragments), tuple(self.unopened))


def _may_be_isakmp(work: _Work, header: Bytes, payload: Numbers, end: Numbers, length: Numbers) -> Mask:
    """A necessary part of natt.is_isakmp, for payloads with and without a marker: version, and length field.

    header: UDP header and the payload's first 24 bytes; payload, end: where it is, as far as captured; length: on the
    wire.
    """
    may = np.zeros(len(payload), np.bool_)
    marked = np.flatnonzero(is_marked(header))
    for marker, versions in (
        (0, np.flatnonzero(VERSIONS[header[:, VERSION_AT]])),
        (4, marked[VERSIONS[header[marked, VERSION_AT + 4]]]),
    ):
        likely = versions[end[versions] - payload[versions] >= natt.HEADER_LENGTH + marker]
        said = work.gather(payload[likely] + marker + 24, 4).view(">u4")[:, 0].astype(np.int64)
        may[likely[said == length[likely] - marker]] = True
    return may


def _known(uses: Bytes, marked: Mask, captured: Numbers) -> Bytes:
    """What payloads are by port and marker, if at least an ISAKMP header is captured: IKE, MARKED_IKE, else NOTHING."""
    marker = len(natt.NON_ESP_MARKER)
    kind = np.full(len(uses), natt.NOTHING, np.uint8)
    kind[(uses & _PLAIN != 0) & ~marked & (captured >= natt.HEADER_LENGTH)] = natt.IKE
    kind[(uses & _LISTED == _NAT_T) & marked & (captured >= natt.HEADER_LENGTH + marker)] = natt.MARKED_IKE
    return kind
