"""IP addresses under other addresses: prefixes stay prefixes, and private, multicast and public stay what they are.

An address whose image is of another class is mapped once more, until it is of its class again. That is one to one, and
addresses that share 24 bits and more (IPv6: as many as the longest block has) are mapped as often and share them still.
"""

from collections.abc import Callable
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Final, NamedTuple

from analyzer.redact.crypto_pan import CryptoPan
from analyzer.redact.key import Key
from analyzer.redact.macs import Macs

V4, V6 = 4, 16

# Blocks that addresses stay in (IANA's special-purpose address registries, RFC 6890), the smaller before the larger
_STAYS_IN: Final = (
    "10.0.0.0/8", "100.64.0.0/10", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16", "198.18.0.0/15", "224.0.0.0/4",
    "240.0.0.0/4",
    "2002::/16", "64:ff9b::/96", "::ffff:0:0/96", "2000::/3", "fe80::/64", "fe80::/10", "fd00::/8", "fc00::/7",
    "ff02::1:ff00:0/104",
)  # fmt: skip
# Of these each address stays itself: this host, loopback, and groups that everybody knows; masks do too
_STAYS: Final = (
    "0.0.0.0/8", "127.0.0.0/8", "224.0.0.0/24", "::/127", "ff01::/120", "ff02::/120", "ff05::/120",
)  # fmt: skip
_MULTICAST_6: Final = 0xFF
_MULTICAST_HEAD: Final = 16  # bits: flags and scope of a group
_OTHER_HEAD: Final = 3  # bits that an IPv6 address of no block keeps: the largest blocks that IANA has are of so many
_WITH_IPV4: Final = {"64:ff9b::/96": 12, "::ffff:0:0/96": 12, "2002::/16": 2}  # where an IPv4 address stands in them
_REMEMBERED: Final = 1 << 18


class _Block(NamedTuple):
    network: int
    mask: int
    bits: int
    ipv4_at: int | None


def _blocks(texts: tuple[str, ...], size: int) -> tuple[_Block, ...]:
    found: list[_Block] = []
    for text in texts:
        network: IPv4Network | IPv6Network = ip_network(text)
        if network.max_prefixlen == 8 * size:
            base, mask = int(network.network_address), int(network.netmask)
            found.append(_Block(base, mask, network.prefixlen, _WITH_IPV4.get(text)))
    return tuple(found)


_BLOCKS: Final = {size: _blocks(_STAYS_IN, size) for size in (V4, V6)}
_FIXED: Final = {size: _blocks(_STAYS, size) for size in (V4, V6)}


def _found(blocks: tuple[_Block, ...], value: int) -> _Block | None:
    return next((block for block in blocks if value & block.mask == block.network), None)


class Addresses:
    """Images of packed addresses. note: is given each address and its image, when it is first asked for."""

    def __init__(self, key: Key, macs: Macs, note: Callable[[bytes, bytes], None] = lambda _a, _b: None) -> None:
        self._pan = CryptoPan(key.part("addresses"))
        self._macs = macs
        self._note = note
        self._known: dict[bytes, bytes] = {}

    def of(self, address: bytes) -> bytes:
        """The image of 4 or 16 bytes."""
        found = self._known.get(address)
        if found is None:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            found = self._known[address] = self._image(address)
            self._note(address, found)
        return found

    def pair(self, pair: bytes) -> bytes:
        """The image of two addresses in a row, of one family."""
        half = len(pair) // 2
        return self.of(pair[:half]) + self.of(pair[half:])

    def in_network(self, address: bytes, mask: bytes) -> bytes:
        """The image of an address with its mask: that of a network is a network again."""
        host = ~int.from_bytes(mask, "big") & (1 << 8 * len(address)) - 1
        image = self.of(address)
        if int.from_bytes(address, "big") & host or not host:
            return image
        return (int.from_bytes(image, "big") & ~host).to_bytes(len(address), "big")

    def ends(self, first: bytes, last: bytes) -> tuple[bytes, bytes]:
        """The image of a range: what the two share at their beginning is mapped, what follows stays.

        That is the image of the network, where the range is one; where it is none, its size and order stay.
        """
        one, other, bits = int.from_bytes(first, "big"), int.from_bytes(last, "big"), 8 * len(first)
        low = (1 << (one ^ other).bit_length()) - 1
        if low == (1 << bits) - 1:  # they share nothing: all addresses, or a range that nobody could keep
            if (one, other) == (0, low):
                return first, last
            images = sorted((self.of(first), self.of(last)), reverse=first > last)
            return images[0], images[1]
        if not low:
            return self.of(first), self.of(last)
        image = int.from_bytes(self.of((one & ~low).to_bytes(len(first), "big")), "big") & ~low
        return (image | one & low).to_bytes(len(first), "big"), (image | other & low).to_bytes(len(first), "big")

    def _image(self, address: bytes) -> bytes:
        size, value = len(address), int.from_bytes(address, "big")
        if _found(_FIXED[size], value) or _is_mask(value, 8 * size):
            return address
        block = _found(_BLOCKS[size], value)
        if block is not None and block.ipv4_at is not None:
            at = block.ipv4_at
            return address[:at] + self.of(address[at : at + V4]) + self._rest(address, at + V4)
        if size == V6:
            keep = _MULTICAST_HEAD if address[0] == _MULTICAST_6 else _OTHER_HEAD
            keep = block.bits if block else keep
            interface = self._macs.interface(address[8:])
            if interface is not None and keep <= 64:
                head = self._walk(address[:8] + bytes(8), keep, block)[:8]
                return head + interface
        else:
            keep = block.bits if block else 0
        return self._walk(address, keep, block)

    def _walk(self, address: bytes, keep: int, block: _Block | None) -> bytes:
        """Map until the class is right again: one to one, since it is a permutation of the class."""
        size, image = len(address), address
        while True:
            image = self._pan.permute(image, keep)
            value = int.from_bytes(image, "big")
            if _found(_BLOCKS[size], value) is block and not (_found(_FIXED[size], value) or _is_mask(value, 8 * size)):
                return image

    def _rest(self, address: bytes, at: int) -> bytes:
        """What stands behind an IPv4 address in an IPv6 one: subnet and interface of 6to4."""
        if at == len(address):
            return b""
        interface = self._macs.interface(address[8:])
        image = self._pan.permute(address, 8 * at)
        return image[at:8] + interface if interface is not None else image[at:]


def _is_mask(value: int, bits: int) -> bool:
    """Whether it is a netmask: ones, then zeros. No host has such an address but in networks nobody uses."""
    rest = ~value & (1 << bits) - 1
    return value >> (bits - 1) == 1 and not rest & (rest + 1)
