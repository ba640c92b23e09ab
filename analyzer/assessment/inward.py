"""Where a URL of the wire points: its host, and whether that is inside of who follows it (RFC 6890)."""

import re
import socket
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final

from analyzer.isakmp.text import printable

_HOST: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://(?:[^/?#]*@)?(\[[^\]/?#]*|[^/?#:]*)")
_NUMBERS: Final = re.compile(r"[0-9a-fx.]+")  # IPv4 addresses in the forms that resolvers take: 127.1, 0x7f000001
_MOST: Final = 255  # characters of a host


def _networks(*texts: str) -> tuple[IPv4Network | IPv6Network, ...]:
    return tuple(map(ip_network, texts))


_HERE: Final = _networks("127.0.0.0/8", "0.0.0.0/8", "169.254.0.0/16", "::/127", "fe80::/10")
_PRIVATE: Final = _networks("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")


def host_of(url: bytes) -> str:
    """The host of a URL in lower case, safe to print; "" where it has none."""
    found = _HOST.match(url.decode("utf-8", "replace"))
    return printable(found[1].lstrip("[").rstrip(".").lower()[:_MOST]) if found else ""


def is_inward(host: str, sender: str) -> bool:
    """Whether a host is the receiver's own or on its link; or in a private network, and its sender in none."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    address = _address(host)
    if address is None:
        return False
    return _is_in(address, _HERE) or (_is_in(address, _PRIVATE) and not _is_in(_address(sender), _PRIVATE))


def _is_in(address: IPv4Address | IPv6Address | None, networks: tuple[IPv4Network | IPv6Network, ...]) -> bool:
    return address is not None and any(address.version == net.version and address in net for net in networks)


def _address(host: str) -> IPv4Address | IPv6Address | None:
    """The address that a host is; None: it is a name."""
    try:
        found = ip_address(host.partition("%")[0])
    except ValueError:
        return _in_numbers(host)
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return found if mapped is None else mapped


def _in_numbers(host: str) -> IPv4Address | None:
    if not _NUMBERS.fullmatch(host):
        return None
    try:
        return IPv4Address(socket.inet_aton(host))
    except OSError:
        return None
