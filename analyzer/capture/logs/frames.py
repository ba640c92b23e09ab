"""What a frame is of which nobody says how it begins."""

from typing import Final

from analyzer.capture.link import IPV4, IPV6
from analyzer.capture.natt import NON_ESP_MARKER, is_isakmp

ETHERNET, RAW, LINUX_SLL, LINUX_SLL2 = 1, 101, 113, 276
_LEAST: Final = 20
_IP: Final = {IPV4.to_bytes(2, "big"): 4, IPV6.to_bytes(2, "big"): 6}


def link_type_of(data: bytes) -> int | None:
    """By content: IP as it is, Linux cooked, else Ethernet; None of an ISAKMP message and nothing around it."""
    if is_isakmp(data, len(data), 4 if data[:4] == NON_ESP_MARKER else 0):
        return None
    if len(data) < _LEAST or _is_ip(data, data[0] >> 4):
        return RAW
    if data[12:14] not in _IP:
        for link_type, place, size in ((LINUX_SLL, 14, 16), (LINUX_SLL2, 0, 20)):
            version = _IP.get(data[place : place + 2])
            if version is not None and _is_ip(data[size:], version):
                return link_type
    return ETHERNET


def _is_ip(data: bytes, version: int) -> bool:
    """Whether a header of this IP version says a length that fits; a frame may be padded behind it."""
    if len(data) < _LEAST or data[0] >> 4 != version:
        return False
    if version == 4:
        return data[0] & 15 >= 5 and _LEAST <= int.from_bytes(data[2:4], "big") <= len(data)
    return version == 6 and 40 + int.from_bytes(data[4:6], "big") <= len(data)
