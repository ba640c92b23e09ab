"""Where an address lies: inside or outside of what somebody looks after (RFC 1918, RFC 6598, RFC 4193)."""

from collections.abc import Iterable
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_interface, ip_network
from typing import Final, NamedTuple

from analyzer.errors import NetworkError

_LOCAL: Final = tuple(
    ip_network(net)
    for net in (
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "100.64.0.0/10",  # between a provider and its customers
        "127.0.0.0/8",
        "169.254.0.0/16",
        "::1/128",
        "fc00::/7",
        "fe80::/10",
    )
)

_MASKED: Final = {
    version: [(int(net.network_address), int(net.netmask)) for net in _LOCAL if net.version == version]
    for version in (4, 6)
}


@lru_cache(maxsize=4096)
def _address(ip: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(ip)
    except ValueError:
        return None


@lru_cache(maxsize=4096)
def is_local(ip: str) -> bool:
    """Not routed in the Internet."""
    address = _address(ip)
    if address is None:
        return False
    number = int(address)
    return any(number & mask == start for start, mask in _MASKED[address.version])


@lru_cache(maxsize=4096)
def is_global(ip: str) -> bool:
    """One host's address that may be routed in the Internet; so may stand those of documentation (RFC 5737)."""
    return _is_host(_address(ip)) and not is_local(ip)


def _is_host(address: IPv4Address | IPv6Address | None) -> bool:
    return address is not None and not (address.is_multicast or address.is_unspecified)


class Scope(NamedTuple):
    """What lies inside. networks: all of it; none: what no address of the Internet is."""

    networks: tuple[IPv4Network | IPv6Network, ...] = ()

    def is_inside(self, ip: str) -> bool:
        """An address that lies inside."""
        address = _address(ip)
        if not self.networks:
            return is_local(ip)
        return address is not None and any(address in net for net in self.networks)

    def is_outside(self, ip: str) -> bool:
        """One host's address that lies outside."""
        return is_global(ip) if not self.networks else _is_host(_address(ip)) and not self.is_inside(ip)


def scope_of(texts: Iterable[str]) -> Scope:
    """The scope of these networks (192.0.2.0/24, 2001:db8::/32) and addresses. NetworkError: what one is not."""
    return Scope(tuple(map(_network, texts)))


def _network(text: str) -> IPv4Network | IPv6Network:
    try:
        return ip_network(text.strip())
    except ValueError:
        pass
    try:
        meant = f": is {ip_interface(text.strip()).network} meant?"
    except ValueError:
        meant = ". Write it like 192.0.2.0/24 or 2001:db8::/32"
    raise NetworkError(f"{text!r} is no network{meant}")
