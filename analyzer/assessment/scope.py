"""Where an address is valid: inside a site only, or everywhere (RFC 1918, RFC 6598, RFC 4193)."""

from functools import lru_cache
from ipaddress import ip_address, ip_network
from typing import Final

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


@lru_cache(maxsize=4096)
def is_local(ip: str) -> bool:
    """Not routed in the Internet."""
    try:
        address = ip_address(ip)
    except ValueError:
        return False
    return any(address in net for net in _LOCAL)


@lru_cache(maxsize=4096)
def is_global(ip: str) -> bool:
    """One host's address that may be routed in the Internet; so may stand those of documentation (RFC 5737)."""
    try:
        address = ip_address(ip)
    except ValueError:
        return False
    return not (is_local(ip) or address.is_multicast or address.is_unspecified)
