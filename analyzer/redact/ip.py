"""IP headers: addresses are replaced, options go, checksums are repaired."""

from functools import partial
from typing import Final

from analyzer.capture.link import IPV4
from analyzer.capture.network import DESTINATION_OPTIONS, EXTENSION_HEADERS, FRAGMENT, HOP_BY_HOP, ROUTING, IpPacket
from analyzer.capture.span import Span
from analyzer.redact.addresses import V4, V6
from analyzer.redact.checksums import Checksum, nothing
from analyzer.redact.draft import Draft
from analyzer.redact.values import Values

_SIZE_V4, _SIZE_V6 = 20, 40
_CHECKSUM_V4: Final = 10
_ADDRESSES_V4, _ADDRESSES_V6 = 12, 8
_ROUTE: Final = 8  # bytes of a routing header before its addresses
_MAX_EXTENSIONS: Final = 64


class Ip:
    """Puts IP headers into drafts."""

    def __init__(self, values: Values) -> None:
        self._values = values

    def header(self, ethertype: int, draft: Draft, span: Span, packet: IpPacket) -> None:
        """The header of a packet that could be read, with what stands between it and its payload."""
        if ethertype == IPV4:
            self._version_4(draft, span)
        else:
            self._version_6(draft, span, packet.payload.start)

    def _version_4(self, draft: Draft, span: Span) -> None:
        at, size = span.start, (draft.old[span.start] & 15) * 4
        draft.keep(at, _ADDRESSES_V4)
        addresses = bytes(draft.old[at + _ADDRESSES_V4 : at + _SIZE_V4])
        draft.put(at + _ADDRESSES_V4, self._values.addresses.pair(addresses))
        draft.check(Checksum(at + _CHECKSUM_V4, at, at + size, nothing))

    def _version_6(self, draft: Draft, span: Span, end: int) -> None:
        at = span.start
        draft.keep(at, _ADDRESSES_V6)
        addresses = bytes(draft.old[at + _ADDRESSES_V6 : at + _SIZE_V6])
        draft.put(at + _ADDRESSES_V6, self._values.addresses.pair(addresses))
        self.extensions(draft, draft.old[at + 6], at + _SIZE_V6, end)

    def extensions(self, draft: Draft, protocol: int, at: int, end: int) -> None:
        """Extension headers: what follows and how long they are; options become padding, a route's stations images."""
        for _ in range(_MAX_EXTENSIONS):
            if protocol not in EXTENSION_HEADERS or at + 8 > end:
                return
            size = 8 if protocol == FRAGMENT else 8 + draft.old[at + 1] * 8
            draft.keep(at, 8 if protocol in (FRAGMENT, ROUTING) else 2)
            if protocol == ROUTING:
                for place in range(at + _ROUTE, min(at + size, end) - V6 + 1, V6):
                    draft.put(place, self._values.addresses.of(bytes(draft.old[place : place + V6])))
            elif protocol not in (FRAGMENT, HOP_BY_HOP, DESTINATION_OPTIONS):
                draft.keep(at, 4)
            protocol, at = draft.old[at], at + size

    def checksum(self, draft: Draft, packet: IpPacket, at: int, *, length: int | None = None) -> None:
        """The checksum at `at` of what IP carries, over `length` bytes of it (None: all); it is repaired at the end."""
        span = packet.payload
        size = span.wire_length if length is None else length
        of = packet.pair, self._values.addresses.pair(packet.pair)
        pseudo = partial(_pseudo, of, packet.protocol, size, draft)
        whole = span.captured >= size and packet.fragment is None
        optional = packet.protocol == 17
        draft.check(Checksum(at, span.start, span.start + min(size, span.captured), pseudo, optional, whole))


def _pseudo(of: tuple[bytes, bytes], protocol: int, size: int, draft: Draft, data: bytes) -> bytes:
    """What of the IP header a checksum counts (RFC 768, RFC 8200 section 8.1): of the old addresses or the new ones."""
    pair = of[0] if data is draft.old else of[1]
    if protocol == 1:
        return b""
    if len(pair) == 2 * V4:
        return pair + bytes((0, protocol)) + size.to_bytes(2, "big")
    return pair + size.to_bytes(4, "big") + bytes((0, 0, 0, protocol))
