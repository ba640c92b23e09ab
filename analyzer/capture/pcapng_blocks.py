"""The blocks of pcapng that hold no packet and describe none: names, secrets, custom blocks; and options of all blocks.

draft-ietf-opsawg-pcapng sections 3.5 and 4.5 to 4.9.
"""

from collections.abc import Iterator
from ipaddress import IPv4Address, IPv6Address
from struct import unpack_from
from typing import Final

from analyzer.capture.notes import Notes

COMMENT: Final = 1
CUSTOM_TEXTS: Final = frozenset((2988, 19372))  # UTF-8 behind a PEN; the other is not to be copied
CUSTOM_BYTES: Final = frozenset((2989, 19373))
PEN: Final = 4  # bytes of the private enterprise number in front of what is custom
SECRETS, NAMES = 10, 4
_CUSTOM, _CUSTOM_OURS = 0x0BAD, 0x40000BAD  # to be copied into other files, and not
_JOURNAL: Final = 9
_DARWIN_PROCESS: Final = 0x80000001
_SECRETS: Final = {
    0x544C534B: "TLS key log",
    0x5353484B: "SSH key log",
    0x57474B4C: "WireGuard key log",
    0x5A4E574B: "ZigBee network key",
    0x5A415053: "ZigBee APS key",
    0x55414B4C: "OPC UA key log",
}
_BLOCKS: Final = {
    _JOURNAL: "systemd journal entry",
    _DARWIN_PROCESS: "process event",
    7: "IRIG timestamp",
    8: "ARINC 429 in AFDX",
    0x0201: "Sysdig machine info",
    0x0202: "Sysdig process info",
    0x0203: "Sysdig file descriptors",
    0x0204: "Sysdig event",
    0x0205: "Sysdig interfaces",
    0x0206: "Sysdig users",
    0x0216: "Sysdig event",
    0x0221: "Sysdig event",
}
_IPV4, _IPV6 = 1, 2  # record types of a name resolution block


def options(data: bytes | bytearray, order: str, at: int, end: int) -> Iterator[tuple[int, int, int]]:
    """Code, size and place of the value of each option of a block that ends at `end`, its second length included."""
    while at + 4 <= end - 4:
        code, size = unpack_from(order + "HH", data, at)
        if code == 0 or at + 4 + size > end - 4:
            return
        yield code, size, at + 4
        at += 4 + (size + 3 & ~3)


def note_option(
    notes: Notes, data: bytes | bytearray, order: str, option: tuple[int, int, int], frame_number: int | None = None
) -> None:
    """Take in a custom option of any block; of a packet's with its frame number."""
    code, size, at = option
    if (code not in CUSTOM_TEXTS and code not in CUSTOM_BYTES) or size < PEN:
        return
    pen = f"PEN {unpack_from(order + 'I', data, at)[0]}"
    text = bytes(data[at + PEN : at + size]) if code in CUSTOM_TEXTS else f"{size - PEN:,} bytes".encode()
    notes.add("custom", text, pen, frame_number)


def note_block(notes: Notes, kind: int, data: bytes | bytearray, order: str, start: int, end: int) -> None:
    """Take in a block that is no section, interface, statistics or packet."""
    if kind == NAMES:
        _names(notes, data, order, start, end)
    elif kind == SECRETS:
        _secrets(notes, data, order, start, end)
    elif kind in (_CUSTOM, _CUSTOM_OURS):
        pen = unpack_from(order + "I", data, start + 8)[0] if end - start >= 16 else "missing"
        notes.block(f"custom block, PEN {pen}" + (", not to be copied" if kind == _CUSTOM_OURS else ""))
    else:
        notes.block(_BLOCKS.get(kind, f"block type 0x{kind:08x}"))


def _secrets(notes: Notes, data: bytes | bytearray, order: str, start: int, end: int) -> None:
    """Kind and size of secrets, and the comments beside them."""
    if end - start < 20:
        notes.block("decryption secrets, cut")
        return
    kind, size = unpack_from(order + "II", data, start + 8)
    size = min(size, end - start - 20)
    notes.secret(_SECRETS.get(kind, f"secrets of type 0x{kind:08x}"), size)
    _comments(notes, data, order, start + 16 + (size + 3 & ~3), end, "decryption secrets")


def _names(notes: Notes, data: bytes | bytearray, order: str, start: int, end: int) -> None:
    """Addresses, each with the names that whoever took the capture had for it."""
    at = start + 8
    while at + 4 <= end - 4:
        kind, size = unpack_from(order + "HH", data, at)
        value = at + 4
        if kind == 0 or value + size > end - 4:
            at += 4
            break
        width = {_IPV4: 4, _IPV6: 16}.get(kind, 0)
        if width and size > width:
            address = bytes(data[value : value + width])
            subject = str(IPv4Address(address) if width == 4 else IPv6Address(address))
            for name in bytes(data[value + width : value + size]).split(b"\0"):
                if name:
                    notes.add("name", name, subject)
        at = value + (size + 3 & ~3)
    _comments(notes, data, order, at, end, "names")


def _comments(notes: Notes, data: bytes | bytearray, order: str, at: int, end: int, subject: str) -> None:
    for code, size, place in options(data, order, at, end):
        if code == COMMENT:
            notes.add("other", bytes(data[place : place + size]), subject)
        else:
            note_option(notes, data, order, (code, size, place))
