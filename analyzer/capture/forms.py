"""Forms looked for in many payloads at once, whatever their ports. header: UDP header and 24 bytes behind it."""

from collections.abc import Iterable, Iterator

import numpy as np

from analyzer.capture import unopened
from analyzer.capture.framing import PREFIX
from analyzer.capture.lanes import Numbers, Words
from analyzer.capture.layers import vxlan
from analyzer.capture.rows import Bytes, Mask

PREFIX_SHORT = np.frombuffer(PREFIX[:2], np.uint16)[0]
"""How IKE in TCP begins, as the host reads it."""
_TCP_SIZES = range(20, 64, 4)  # bytes of a TCP header, with options
_MOST_PAIRS = 1 << 14  # of ports; of more, all of TCP is left to the careful reader
_MOST_PREFIXES = 64  # of a packet: more of them are its content
_PAYLOAD = 8  # place of the payload behind the beginning of a UDP header
_VXLAN = np.frombuffer(vxlan.PLAIN, np.uint32)[0]
_NOT_FIRST = np.frombuffer(b"\0\xff\xff\xff", np.uint32)[0]
_HANDSHAKES = np.zeros(256, np.int64)
_HANDSHAKES[list(unopened.WIREGUARD_SIZES)] = list(unopened.WIREGUARD_SIZES.values())
VERSIONS = np.zeros(256, np.bool_)
VERSIONS[[0x10, 0x20]] = True
VERSION_AT = 8 + 17
"""Place of ISAKMP's version behind the beginning of a UDP header, without a marker."""


def has_version(header: Bytes) -> Mask:
    """Which payloads have one of ISAKMP's versions where it would be, with or without a marker."""
    marked = np.flatnonzero(is_marked(header))
    has: Mask = VERSIONS[header[:, VERSION_AT]]
    has[marked] |= VERSIONS[header[marked, VERSION_AT + 4]]
    return has


def may_be_vxlan(header: Bytes) -> Mask:
    """A necessary part of what is VXLAN by its form, between any ports."""
    may: Mask = header.view(np.uint32)[:, 2] == _VXLAN
    return may


def may_be_ip(header: Bytes) -> Mask:
    """A necessary part of what is an IP packet by its form, between any ports: its version, and its length."""
    first, shorts = header[:, _PAYLOAD], header.view(">u2")
    may = np.zeros(len(first), np.bool_)
    rows = np.flatnonzero((first >= 0x45) & (first < 0x50))
    may[rows] = shorts[rows, (_PAYLOAD + 2) // 2].astype(np.int64) == shorts[rows, 2].astype(np.int64) - 8
    rows = np.flatnonzero((first >= 0x60) & (first < 0x70))
    may[rows] = shorts[rows, (_PAYLOAD + 4) // 2].astype(np.int64) == shorts[rows, 2].astype(np.int64) - 48
    return may


def is_wireguard(header: Bytes, captured: Numbers) -> Mask:
    """What `unopened.wireguard` says. captured: bytes of each payload."""
    found: Mask = header.view(np.uint32)[:, _PAYLOAD // 4] & _NOT_FIRST == 0
    rows = np.flatnonzero(found)
    if len(rows):
        kind = header[rows, _PAYLOAD]
        length = header.view(">u2")[rows, 2].astype(np.int64) - 8
        is_data = (kind == unopened.WIREGUARD_DATA) & (length >= unopened.WIREGUARD_LEAST)
        is_data &= (length % unopened.WIREGUARD_BLOCK == 0) & ~header[rows, _PAYLOAD + 13 : _PAYLOAD + 16].any(axis=1)
        fits = (_HANDSHAKES[kind] == length) & (length > 0)
        found[rows] = (is_data | fits) & (captured[rows] >= unopened.WIREGUARD_HEAD)
    return found


def is_marked(header: Bytes) -> Mask:
    """Which payloads behind a UDP header begin as the non-ESP marker does."""
    marked: Mask = header.view(np.uint32)[:, 2] == 0
    return marked


def ports_before_prefix(data: bytes | bytearray, begin: int, end: int) -> Iterator[bytes]:
    """Ports (packed, as sent and reversed) of all that may be TCP headers, and IKE's prefix begins behind them.

    However deep they stand in a packet.
    """
    at = begin - len(PREFIX)
    for _ in range(_MOST_PREFIXES):
        at = data.find(PREFIX, at + len(PREFIX), end)
        if at < 0:
            return
        for start in range(at - _TCP_SIZES.stop + 4, at - _TCP_SIZES.start + 4, 4):
            if start >= begin and (data[start + 12] >> 4) * 4 == at - start:
                yield bytes(data[start : start + 4])
                yield bytes(data[start + 2 : start + 4] + data[start : start + 2])


class TcpPorts:
    """Pairs of ports, both ways, between which IKE in TCP was met: packets between them go to the careful reader."""

    def __init__(self) -> None:
        self._pairs: Words = np.empty(0, np.uint32)  # as the host reads them

    def __len__(self) -> int:
        """How many are known."""
        return len(self._pairs)

    def has(self, pairs: Words) -> Mask:
        """Which of these are among them."""
        return np.isin(pairs, self._pairs) | (len(self) > _MOST_PAIRS)

    def add(self, pairs: Words) -> None:
        """Know more of them."""
        self._pairs = np.union1d(self._pairs, pairs)

    def watch(self, pairs: set[bytes]) -> None:
        """The same, of packed ports."""
        if pairs:
            self.add(np.frombuffer(b"".join(pairs), np.uint32))

    def learn(self, data: bytes | bytearray, spans: Iterable[tuple[int, int]]) -> None:
        """Find those between which IKE in TCP begins in packets that go to the careful reader.

        Other packets of the connection may be regular, and are dropped but for that.
        """
        if len(self) <= _MOST_PAIRS:
            self.watch({ports for begin, end in spans for ports in ports_before_prefix(data, begin, end)})
