"""Hashes of NAT detection (RFC 7296 section 2.23, RFC 3947 section 3.2) under the new addresses.

A hash whose address and port are in the capture becomes that of the new address. Of others nobody here knows what they
are of, and anybody could try all addresses: they become bytes that are no address's hash, unequal as they were.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from analyzer.capture.addresses import text_of
from analyzer.negotiation.follow.nat import ikev1_digest, ikev2_digest
from analyzer.redact.values import Values

MAX_ENDS: Final = 256
"""Addresses with their ports that a hash is compared with, beside those of its own packet."""

_SPIS: Final = 16
_PORTS: Final = (500, 4500)

End = tuple[bytes, int]  # packed address, port


class NatHashes:
    """Knows the ends of the capture's messages. recomputed, unequal: how many hashes became which."""

    def __init__(self, values: Values, ends: Iterable[End]) -> None:
        self._values = values
        self._ends: dict[End, None] = {}
        for address, port in ends:
            for one in (port, *_PORTS):
                if len(self._ends) < MAX_ENDS:
                    self._ends[address, one] = None
        self.recomputed = self.unequal = 0

    def replace(self, version: int, spis: bytes, old: bytes, own: tuple[End, ...]) -> bytes:
        """The hash in the place of `old`. spis: both, as in the header; own: the ends of the packet."""
        if len(spis) == _SPIS:
            for address, port in self._candidates(own):
                if _digest(version, len(old), spis, address, port) == old:
                    self.recomputed += 1
                    made = _digest(version, len(old), spis, self._values.addresses.of(address), port)
                    return made if made is not None else bytes(len(old))
        self.unequal += 1
        return self._values.names.opaque(old)

    def _candidates(self, own: tuple[End, ...]) -> Iterator[End]:
        for address, port in own:
            for one in dict.fromkeys((port, *_PORTS)):
                yield address, one
        yield from self._ends


def _digest(version: int, size: int, spis: bytes, address: bytes, port: int) -> bytes | None:
    text = text_of(address)
    return ikev2_digest(spis, text, port) if version == 2 else ikev1_digest(size, spis, text, port)
