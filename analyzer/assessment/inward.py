"""Where a URL of the wire points: its host, and whether that is inside of who follows it (RFC 6890)."""

import re
from functools import cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final

from analyzer.isakmp.text import printable

_HOST: Final = r"[A-Za-z][A-Za-z0-9+.-]*://(?:[^/?#]*@)?(\[[^\]/?#]*|[^/?#:]*)"
_NUMBERS: Final = r"[0-9a-fx.]+"  # IPv4 addresses in the forms that resolvers take: 127.1, 0x7f000001
_MOST: Final = 255  # characters of a host
_Networks = tuple[IPv4Network | IPv6Network, ...]


@cache
def _here() -> _Networks:
    return tuple(map(ip_network, ("127.0.0.0/8", "0.0.0.0/8", "169.254.0.0/16", "::/127", "fe80::/10")))


@cache
def _private() -> _Networks:
    return tuple(map(ip_network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")))


def host_of(url: bytes) -> str:
    """The host of a URL in lower case, safe to print; "" where it has none."""
    found = re.match(_HOST, url.decode("utf-8", "replace"))
    return printable(found[1].lstrip("[").rstrip(".").lower()[:_MOST]) if found else ""


def is_inward(host: str, sender: str) -> bool:
    """Whether a host is the receiver's own or on its link; or in a private network, and its sender in none."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    address = _address(host)
    if address is None:
        return False
    return _is_in(address, _here()) or (_is_in(address, _private()) and not _is_in(_address(sender), _private()))


def _is_in(address: IPv4Address | IPv6Address | None, networks: _Networks) -> bool:
    return address is not None and any(address in net for net in networks)


def _address(host: str) -> IPv4Address | IPv6Address | None:
    """The address that a host is; None: it is a name."""
    try:
        found = ip_address(host.partition("%")[0])
    except ValueError:
        return _in_numbers(host)
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return found if mapped is None else mapped


def _in_numbers(host: str) -> IPv4Address | None:
    if not re.fullmatch(_NUMBERS, host):
        return None
    import socket  # noqa: PLC0415  (most captures have no such host)

    try:
        return IPv4Address(socket.inet_aton(host))
    except OSError:
        return None
