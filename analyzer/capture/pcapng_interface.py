"""What a pcapng file says of an interface, as a line: its name, link layer, filter, and what it counted."""

from collections.abc import Iterator, Sequence
from ipaddress import IPv4Address, IPv6Address
from typing import Final, NamedTuple

from analyzer.capture.link import link_name
from analyzer.capture.notes import plain

Option = tuple[int, bytes]

_NAME, _DESCRIPTION, _IPV4, _IPV6, _MAC, _EUI, SPEED = 2, 3, 4, 5, 6, 7, 8
FILTER, _OS, _HARDWARE = 11, 12, 15
BOUNDS: Final = {
    _NAME: 128, _DESCRIPTION: 128, _IPV4: 8, _IPV6: 17, _MAC: 6, _EUI: 8, SPEED: 8,
    FILTER: 4096, _OS: 128, _HARDWARE: 128,
}  # fmt: skip
"""Options of an interface that are kept, and how many bytes of each. All are of bytes, but the speed: little-endian."""

TEXTS: Final = frozenset((_NAME, _DESCRIPTION, _OS, _HARDWARE))
BPF_TEXT, _BPF_CODE = b"\0", b"\1"  # what an option if_filter begins with
_INSTRUCTION: Final = 8  # bytes of BPF code


class Counts(NamedTuple):
    """What an interface's statistics say at the end; None: nothing of it."""

    received: int | None = None
    accepted: int | None = None
    delivered: int | None = None
    dropped: int | None = None
    dropped_by_system: int | None = None


def filter_text(options: Sequence[Option]) -> str:
    """The capture filter in the words of tcpdump; "" where there is none, or only its code."""
    value = next((value for code, value in options if code == FILTER), b"")
    return plain(value[1:]).strip() if value[:1] == BPF_TEXT else ""


def interface_text(
    link_type: int, snaplen: int, options: Sequence[Option], number: int, counts: Counts, lost: int
) -> str:
    """The interface in a line: "eth0 (ETHERNET, filter udp port 500, snap length 262,144, 3 dropped)"."""
    name = plain(next((value for code, value in options if code == _NAME), b"")) or f"interface {number}"
    return f"{name} ({', '.join(_parts(link_type, snaplen, options, counts, lost))})"


def _parts(link_type: int, snaplen: int, options: Sequence[Option], counts: Counts, lost: int) -> Iterator[str]:
    yield link_name(link_type)
    for code, value in options:
        text = _option(code, value)
        if text:
            yield text
    if snaplen:
        yield f"snap length {snaplen:,}"
    for name, count in (("received", counts.received), ("accepted by the filter", counts.accepted)):
        if count is not None:
            yield f"{count:,} {name}"
    if counts.delivered is not None:
        yield f"{counts.delivered:,} delivered"
    if lost or counts.dropped is not None or counts.dropped_by_system is not None:
        yield f"{lost:,} dropped"


def _option(code: int, value: bytes) -> str:
    """One option in words; "" for the name, and for what has not the size of its kind."""
    if code in _WORDS:
        return f"{_WORDS[code]}{plain(value)}"
    if code == FILTER:
        return _filter(value)
    if len(value) != BOUNDS[code] or code == _NAME:
        return ""
    if code == _IPV4:
        return f"address {IPv4Address(value[:4])} mask {IPv4Address(value[4:])}"
    if code == _IPV6:
        return f"address {IPv6Address(value[:16])}/{value[16]}"
    if code in (_MAC, _EUI):
        return f"{'MAC' if code == _MAC else 'EUI'} {value.hex(':')}"
    return f"{int.from_bytes(value, 'little'):,} bit/s"


_WORDS: Final = {_DESCRIPTION: "", _OS: "on ", _HARDWARE: "hardware "}


def _filter(value: bytes) -> str:
    if value[:1] == BPF_TEXT:
        text = plain(value[1:]).strip()
        return f"filter {text}" if text else "no filter"
    if value[:1] == _BPF_CODE:
        return f"filter of {len(value) // _INSTRUCTION:,} BPF instructions"
    return f"filter of an unknown kind, {len(value):,} bytes" if value else ""
