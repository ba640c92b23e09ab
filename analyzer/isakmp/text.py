"""Bytes as text for people: addresses, subnets, ranges, and strings without control characters."""

from ipaddress import ip_address, ip_network, summarize_address_range

from analyzer.isakmp.cursor import Cursor

_ADDRESS_SIZES = (4, 16)


def printable(text: str) -> str:
    """The text with everything that could move a cursor, ring a bell or break a line escaped."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def string_text(data: bytes) -> str:
    """A string of the wire, whatever its bytes."""
    return printable(data.decode("utf-8", "replace"))


def address_text(data: bytes) -> str | None:
    """An IP address by its size."""
    return str(ip_address(data)) if len(data) in _ADDRESS_SIZES else None


def _halves(data: bytes) -> tuple[bytes, bytes] | None:
    if len(data) not in (8, 32):
        return None
    cursor = Cursor(data, 0, [])
    return cursor.take(len(data) // 2, ""), cursor.rest("")


def subnet_text(data: bytes) -> str | None:
    """Address and mask as address/prefix, or address/mask where the mask has holes."""
    halves = _halves(data)
    if halves is None:
        return None
    address, mask = (str(ip_address(half)) for half in halves)
    bits = "".join(f"{byte:08b}" for byte in halves[1])
    length = len(bits.rstrip("0"))
    if "0" in bits.rstrip("0"):
        return f"{address}/{mask}"
    return str(ip_network(f"{address}/{length}", strict=False)) if length < len(bits) else f"{address}/{length}"


def range_text(start: str, end: str) -> str:
    """Two addresses of one family as a prefix where they are one, else start-end."""
    try:
        networks = list(summarize_address_range(ip_address(start), ip_address(end)))
    except ValueError:  # the end lies before the start
        networks = []
    return str(networks[0]) if len(networks) == 1 else f"{start}-{end}"


def address_range_text(data: bytes) -> str | None:
    """Two addresses of one family, one after the other."""
    halves = _halves(data)
    return range_text(str(ip_address(halves[0])), str(ip_address(halves[1]))) if halves else None
