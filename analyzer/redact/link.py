"""Link layers, tags and tunnels: what a frame has before IP. Structure stays, addresses are replaced, the rest is zero.

Each layer that names somebody has a function here, which puts its bytes into the draft; of others all bytes are numbers
(VLANs, labels, tunnel identifiers) and stay.
"""

from collections.abc import Callable
from struct import unpack_from
from typing import Final

from analyzer.capture.layers import ETHERTYPES, reader
from analyzer.capture.layers.aruba_erm import frame_in
from analyzer.capture.link import (
    IN_COOKED,
    IPV4,
    IPV6,
    TRANSPARENT_ETHERNET,
    VLAN_TAGS,
    WLAN,
    carried_by,
    next_tag,
)
from analyzer.capture.span import Span
from analyzer.redact.draft import Draft
from analyzer.redact.macs import SIZE as MAC
from analyzer.redact.values import Values

_ETHERNET: Final = 1
_MAX_TAGS: Final = 16
_LLC: Final = 1500
_WITHOUT_IP: Final = {_ETHERNET: 14, 113: 16, 276: 20}  # bytes of a header that stays where no IP follows
_TO_AND_FROM: Final = 3
_PPI, _PKTAP = 192, 258
_TZSP_LINKS: Final = {1: _ETHERNET, 18: WLAN, 119: 119, 127: 127}


class Link:
    """Puts the bytes of layers below IP into drafts."""

    def __init__(self, values: Values) -> None:
        self._values = values
        self._heads: dict[int, Callable[[Draft, Span, int], None]] = {
            _ETHERNET: self._ethernet,
            6: self._token_ring,
            10: self._fddi,
            WLAN: self._wlan,
            113: self._cooked,
            276: self._cooked_2,
            117: self._log,
            119: self._wireless,
            163: self._wireless,
            127: self._radiotap,
            178: self._juniper,
            192: self._ppi,
            239: self._netfilter,
            242: self._infiniband,
            258: self._pktap,
        }
        self._tunnels: dict[str, Callable[[Draft, Span, int], None]] = {
            "aruba_erm": self._aruba,
            "backbone_bridge": self._plain,
            "capwap": self._capwap,
            "geneve": self._options_behind_8,
            "macsec": self._macsec,
            "nsh": self._options_behind_8,
            "teredo": self._teredo,
            "tzsp": self._tzsp,
        }

    def frame(self, link_type: int, draft: Draft, span: Span) -> None:
        """All from the frame's beginning to IP, or as far as it is known."""
        carried = carried_by(link_type, span)
        head = self._heads.get(link_type, self._plain)
        if carried is None:
            if link_type in _WITHOUT_IP and span.captured >= _WITHOUT_IP[link_type]:
                head(draft, span, _WITHOUT_IP[link_type])
            return
        head(draft, span, carried[1])
        self.behind(carried[0], draft, span.skip(carried[1]))

    def behind(self, ethertype: int, draft: Draft, span: Span) -> None:
        """All from behind an ethertype to IP: tags, labels, frames inside of frames."""
        for _ in range(_MAX_TAGS):
            if ethertype in (IPV4, IPV6):
                return
            carried = next_tag(ethertype, span)
            if carried is None:
                return
            if ethertype == TRANSPARENT_ETHERNET:
                self._ethernet(draft, span, carried[1])
            elif ethertype in ETHERTYPES:
                self._tunnels.get(ETHERTYPES[ethertype], self._plain)(draft, span, carried[1])
            elif ethertype <= _LLC or ethertype in VLAN_TAGS:
                draft.keep(span.start, min(carried[1], 8))
            else:
                draft.keep(span.start, carried[1])
            ethertype, span = carried[0], span.skip(carried[1])

    def tunnel(self, module: str, draft: Draft, span: Span) -> None:
        """The header of a tunnel in UDP (layers/), and what stands between it and IP."""
        carried = reader(module)(span)
        if carried is not None:
            self._tunnels.get(module, self._plain)(draft, span, carried[1])
            self.behind(carried[0], draft, span.skip(carried[1]))

    def _plain(self, draft: Draft, span: Span, size: int) -> None:
        draft.keep(span.start, size)

    def _mac(self, draft: Draft, at: int, end: int) -> None:
        if at + MAC <= end:
            draft.put(at, self._values.macs.of(bytes(draft.old[at : at + MAC])))

    def _ethernet(self, draft: Draft, span: Span, size: int) -> None:
        self._mac(draft, span.start, span.end)
        self._mac(draft, span.start + MAC, span.end)
        draft.keep(span.start + 2 * MAC, min(size, 14) - 2 * MAC)

    def _cooked(self, draft: Draft, span: Span, size: int) -> None:
        draft.keep(span.start, 6)
        self._hardware(draft, span.start + 6, draft.old[span.start + 5], span.end)
        draft.keep(span.start + 14, 2)
        self._in_cooked(2, draft, span, size, 16)

    def _cooked_2(self, draft: Draft, span: Span, size: int) -> None:
        draft.keep(span.start, min(size, 12))
        self._hardware(draft, span.start + 12, draft.old[span.start + 11] if size > 11 else 0, span.end)
        self._in_cooked(8, draft, span, size, 20)

    def _in_cooked(self, hardware_at: int, draft: Draft, span: Span, size: int, head: int) -> None:
        """The frame of some hardware's own kind that stands behind the header, where its reader went through one."""
        if size > head:
            at = span.start + hardware_at
            self._inside(IN_COOKED[int.from_bytes(draft.old[at : at + 2], "big")], draft, span.skip(head))

    def _hardware(self, draft: Draft, at: int, size: int, end: int) -> None:
        """An address of up to 8 bytes: a MAC, or IP where the interface is a tunnel."""
        old = bytes(draft.old[at : min(at + min(size, 8), end)])
        if len(old) == MAC:
            self._mac(draft, at, end)
        elif len(old) == 4:
            draft.put(at, self._values.addresses.of(old))
        elif old:
            draft.put(at, self._values.names.opaque(old))

    def _token_ring(self, draft: Draft, span: Span, size: int) -> None:
        draft.keep(span.start, size)
        self._mac(draft, span.start + 2, span.end)
        # The highest bit of the sender says that a route follows
        at = span.start + 2 + MAC
        self._mac(draft, at, span.end)
        draft.new[at] = draft.new[at] & 0x7F | draft.old[at] & 0x80

    def _fddi(self, draft: Draft, span: Span, size: int) -> None:
        draft.keep(span.start, size)
        self._mac(draft, span.start + 1, span.end)
        self._mac(draft, span.start + 1 + MAC, span.end)

    def _wlan(self, draft: Draft, span: Span, size: int) -> None:
        draft.keep(span.start, size)
        flags = draft.old[span.start + 1] & _TO_AND_FROM
        for at in (4, 10, 16, 24)[: 4 if flags == _TO_AND_FROM else 3]:
            if at + MAC <= size:
                self._mac(draft, span.start + at, span.end)

    def _log(self, draft: Draft, span: Span, _size: int) -> None:
        """pflog: length, family, action and reason; names of interface and rules go."""
        draft.keep(span.start, 4)

    def _radiotap(self, draft: Draft, span: Span, size: int) -> None:
        """Its length and flags, and what says where the flags are; what an adapter says besides may be a place."""
        length = int.from_bytes(draft.old[span.start + 2 : span.start + 4], "little")
        at = span.start + 4
        while draft.old[at + 3] & 0x80 and at + 8 <= span.start + length:
            at += 4
        end = at + 4
        if draft.old[span.start + 4] & 1:  # TSFT, on a multiple of 8
            end += -(end - span.start) % 8 + 8
        draft.keep(span.start, min(end + 1 - span.start, length))
        self._wlan(draft, span.skip(length), size - length)

    def _wireless(self, draft: Draft, span: Span, size: int) -> None:
        """Prism, AVS: only what they are and how long; then the frame of IEEE 802.11 that is the rest of `size`."""
        draft.keep(span.start, 8)
        cookie, length = unpack_from(">II", draft.old, span.start)
        if cookie & 0xFFFFF000 != 0x80211000:
            length = min(length, *unpack_from("<I", draft.old, span.start + 4))
        self._wlan(draft, span.skip(length), size - length)

    def _juniper(self, draft: Draft, span: Span, size: int) -> None:
        flags, head = draft.old[span.start + 3], 4
        draft.keep(span.start, 6)
        if flags & 0x80:
            head = 6 + int.from_bytes(draft.old[span.start + 4 : span.start + 6], "big")
        if flags & 0x02:
            draft.keep(span.start + head, size - head)
        else:
            self._ethernet(draft, span.skip(head), size - head)

    def _ppi(self, draft: Draft, span: Span, _size: int) -> None:
        draft.keep(span.start, 8)
        length, link_type = unpack_from("<HI", draft.old, span.start + 2)
        self._inside(link_type, draft, span.skip(length))

    def _pktap(self, draft: Draft, span: Span, _size: int) -> None:
        """Its length, kind and link type; names of interface and process go."""
        draft.keep(span.start, 12)
        length, _, link_type = unpack_from("<III", draft.old, span.start)
        self._inside(link_type, draft, span.skip(length))

    def _inside(self, link_type: int, draft: Draft, span: Span) -> None:
        """The header of the frame that stands in a wrapper; what is behind it the wrapper's reader goes on with."""
        carried = carried_by(link_type, span) if link_type not in (_PPI, _PKTAP) else None
        if carried is not None:
            self._heads.get(link_type, self._plain)(draft, span, carried[1])

    def _netfilter(self, draft: Draft, span: Span, size: int) -> None:
        """The heads of its attributes: what they say may be an address or a name that somebody gave a rule."""
        draft.keep(span.start, 4)
        at, end = span.start + 4, span.start + size
        while at + 4 <= end:
            draft.keep(at, 4)
            at += max((int.from_bytes(draft.old[at : at + 2], "little") + 3) & ~3, 4)

    def _infiniband(self, draft: Draft, span: Span, size: int) -> None:
        for at in (span.start, span.start + 20):
            draft.put(at, self._values.names.opaque(bytes(draft.old[at : at + 20])))
        draft.keep(span.start + 40, size - 40)

    def _aruba(self, draft: Draft, span: Span, _size: int) -> None:
        found = frame_in(span)
        if found is not None:
            draft.keep(span.start, found[1])
            self._inside(found[0], draft, span.skip(found[1]))

    def _capwap(self, draft: Draft, span: Span, size: int) -> None:
        draft.keep(span.start, 8)
        head = (draft.old[span.start + 1] >> 3) * 4
        if head < size:
            inner = span.skip(head)
            draft.keep(inner.start, size - head)
            for at in (4, 10, 16, 24):
                if at + MAC <= size - head and (at < 24 or size - head >= 30):
                    self._mac(draft, inner.start + at, inner.end)

    def _options_behind_8(self, draft: Draft, span: Span, size: int) -> None:
        draft.keep(span.start, min(size, 8))

    def _macsec(self, draft: Draft, span: Span, size: int) -> None:
        """The secure channel is named by a MAC."""
        draft.keep(span.start, size)
        if size >= 16:
            self._mac(draft, span.start + 6, span.end)

    def _teredo(self, draft: Draft, span: Span, size: int) -> None:
        """Authentication becomes zeros; the origin's address stands there with all its bits turned."""
        at, end = span.start, span.start + size
        if draft.old[at : at + 2] == b"\0\x01":
            draft.keep(at, 4)
            at += 13 + draft.old[at + 2] + draft.old[at + 3]
        if at + 8 <= end:
            draft.keep(at, 4)
            turned = bytes(byte ^ 0xFF for byte in draft.old[at + 4 : at + 8])
            draft.put(at + 4, bytes(byte ^ 0xFF for byte in self._values.addresses.of(turned)))

    def _tzsp(self, draft: Draft, span: Span, size: int) -> None:
        """Heads of tagged fields stay, what they say goes: the sensor's address is one."""
        draft.keep(span.start, 4)
        link_type = _TZSP_LINKS.get(int.from_bytes(draft.old[span.start + 2 : span.start + 4], "big"))
        at, end = span.start + 4, span.start + size
        while at < end and draft.old[at] != 1:
            draft.keep(at, 1 if not draft.old[at] else 2)
            at += 1 if not draft.old[at] else 2 + draft.old[at + 1]
        draft.keep(at, 1)
        if link_type is not None:
            self._inside(link_type, draft, span.skip(at + 1 - span.start))
