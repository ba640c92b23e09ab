"""What carries IP, or may, and was not opened: counted by name, so that nobody takes it for nothing.

`carriers.csv` has the layers by the number that announces them. Over UDP and TCP a port says little by itself: the
bytes behind the UDP header, or from the TCP header on, as hexadecimal digits, have to match a pattern as well. Of
layers that layers/ opens it names what they leave: what is encrypted, cut, of another version.
"""

import re
from functools import cache
from typing import Final, NamedTuple

from analyzer.capture.damage import Damage
from analyzer.capture.span import Span
from analyzer.capture.text_notes import OF_LOGS
from analyzer.data import rows

NOT_OPENED: Final = "capture-not-opened"
CUT: Final = "headers that the capture cuts"
NO_INTERFACE: Final = "an interface that the file does not describe"
_SAID: Final = (NO_INTERFACE, *OF_LOGS)
PPP: Final = 0x10000
"""Added to a number of PPP's (IANA "PPP DLL Protocol Numbers"), to stand apart from ethertypes."""
WIRELESS: Final = 0x20000
"""Added to a flag of an IEEE 802.11 frame, likewise."""
OTHER_FORM: Final = 0x30000
"""Added to a link type whose header is not of the form that is known."""
NESTED: Final = 0x40000
GRE: Final = 0x50000
"""Added to a protocol of GRE that is no ethertype."""
DATALINK: Final = 0x1_0000_0000
"""Added to a datalink type of snoop that has no link type of pcap."""
TOO_DEEP, OTHER_LINK_TYPE, CUT_LAYER = NESTED, NESTED | 1, NESTED | 2
OTHER_GRE, OTHER_ETHERIP, ISL, FRAME_RELAY_PIECES = NESTED | 3, NESTED | 4, NESTED | 5, NESTED | 6
_APART: Final = {"ethertype": 0, "ppp": PPP, "wireless": WIRELESS, "link": OTHER_FORM, "nested": NESTED, "gre": GRE}
_HEAD: Final = 56
WIREGUARD: Final = "WireGuard"
WIREGUARD_SIZES: Final = {1: 148, 2: 92, 3: 64}
"""Bytes of WireGuard's handshake messages, by type (wireguard.com/protocol)."""
WIREGUARD_DATA, WIREGUARD_BLOCK, WIREGUARD_LEAST = 4, 16, 32
WIREGUARD_HEAD: Final = 16


class _Carrier(NamedTuple):
    layer: str
    number: int
    pattern: str
    name: str


def _carriers() -> list[_Carrier]:
    found = rows(__file__, "carriers.csv")
    return [_Carrier(r["layer"], int(r["number"], 0), r["pattern"], r["name"]) for r in found]


_CARRIERS: Final = _carriers()
LAYERS: Final[dict[int, str]] = {_APART[c.layer] | c.number: c.name for c in _CARRIERS if c.layer in _APART}
"""Names by ethertype, and by the numbers of `PPP`, `WIRELESS`, `OTHER_FORM`, `NESTED` and `GRE`."""
PROTOCOLS: Final[dict[int, str]] = {c.number: c.name for c in _CARRIERS if c.layer == "ip"}
PORTS: Final = frozenset(c.number for c in _CARRIERS if c.layer == "udp")
TCP_PORTS: Final = frozenset(c.number for c in _CARRIERS if c.layer == "tcp")


def named(layer: str, ports: tuple[int, int], span: Span) -> str | None:
    """The name of what UDP or TCP between these ports carries, if that carries IP; either port may be the one."""
    if (PORTS if layer == "udp" else TCP_PORTS).isdisjoint(ports):
        return None
    head = bytes(span.data[span.start : min(span.end, span.start + _HEAD)]).hex()
    known = (c for c in _CARRIERS if c.layer == layer and c.number in ports)
    return next((c.name for c in known if re.match(c.pattern, head)), None)


def wireguard(span: Span) -> str | None:
    """WIREGUARD, if a UDP payload is that by its form, on any port: a type in four bytes, and a length that fits it.

    Of data also the counter, which takes no more than five of its eight bytes.
    """
    data, at, length = span.data, span.start, span.wire_length
    if span.captured < WIREGUARD_HEAD or any(data[at + 1 : at + 4]):
        return None
    if data[at] == WIREGUARD_DATA:
        is_one = length >= WIREGUARD_LEAST and not length % WIREGUARD_BLOCK and not any(data[at + 13 : at + 16])
        return WIREGUARD if is_one else None
    return WIREGUARD if WIREGUARD_SIZES.get(data[at]) == length else None


@cache
def _link_types() -> dict[int, str]:
    return {int(row["number"]): row["name"] for row in rows(__file__, "link_types.csv")}


def link_type_name(link_type: int) -> str:
    """Name of a link type that is not read, without LINKTYPE_; "LINKTYPE_400" where it has none."""
    if link_type >= DATALINK:
        return f"SNOOP_{link_type - DATALINK}"
    return _link_types().get(link_type, f"LINKTYPE_{link_type}")


def of_link_type(link_type: int | None) -> str:
    """What packets of a link type that is not read are called; None: its interface is not described."""
    if link_type is None:
        return NO_INTERFACE
    if link_type >= DATALINK:
        return f"datalink type {link_type - DATALINK} of snoop"
    name = _link_types().get(link_type, "")
    return f"link type {link_type} {name}".rstrip()


class Unopened:
    """Packets that were not looked into: how many of what, and the first of them."""

    def __init__(self) -> None:
        self._found: dict[str, tuple[int, int]] = {}

    def add(self, name: str, frame_number: int, count: int = 1) -> None:
        """Take note of packets of one kind, the first of which is this frame."""
        before, first = self._found.get(name, (0, frame_number))
        self._found[name] = before + count, min(first, frame_number)

    def take(self, other: "Unopened") -> None:
        """Take note of those of another file."""
        for name, (count, first) in other._found.items():
            self.add(name, first, count)

    def counts(self) -> dict[str, int]:
        """How many of each kind, the most frequent first."""
        return {name: count for name, (count, _) in sorted(self._found.items(), key=lambda one: (-one[1][0], one[0]))}

    def report(self, damage: Damage) -> None:
        """A defect for each kind, at its first frame; what has no interface, or is of a log, has one already."""
        for name, (count, first) in sorted(self._found.items(), key=lambda one: one[1][1]):
            if name.startswith(_SAID):
                continue
            found = f"{count:,} packet{'s' * (count != 1)} of {name}"
            damage.add(NOT_OPENED, 0, "layers that are read here", found, "they are counted, not looked into", first)
