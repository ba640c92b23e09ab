"""NAT detection evaluated.

The hashes in the messages against the addresses of the packets (RFC 7296 section 2.23, RFC 3947 section 3.2).

What is found is where the packet's addresses differ from what its sender believed: "initiator" and "responder" are the
sides behind an address translation between sender and capture point or beyond it. A daemon may send false hashes on
purpose to force encapsulation.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache, partial

from analyzer.capture.addresses import packed_address
from analyzer.capture.datagram import Datagram, Flow
from analyzer.negotiation.model import Negotiation
from analyzer.vocabulary import Nat

_sha1 = partial(hashlib.sha1, usedforsecurity=False)
_V1_HASHES: dict[int, Callable[[bytes], "hashlib._Hash"]] = {  # by the bytes of their output, which all differ
    16: partial(hashlib.md5, usedforsecurity=False),
    20: _sha1,
    32: hashlib.sha256,
    48: hashlib.sha384,
    64: hashlib.sha512,
}


@lru_cache(maxsize=4096)
def endpoint(ip: str, port: int) -> bytes:
    """Address and port as the hash takes them."""
    return packed_address(ip) + port.to_bytes(2, "big")


def ikev2_digest(spis: bytes, ip: str, port: int) -> bytes:
    """SHA-1 of SPIi, SPIr, address and port."""
    return _sha1(spis + endpoint(ip, port)).digest()


def ikev1_digest(size: int, cookies: bytes, ip: str, port: int) -> bytes | None:
    """The negotiated hash, known by its size, of cookies, address and port; None for one we do not have (Tiger)."""
    algorithm = _V1_HASHES.get(size)
    return algorithm(cookies + endpoint(ip, port)).digest() if algorithm else None


def is_known(ip: str) -> bool:
    """Whether an address is one: what a log does not say is 0.0.0.0 or ::, from which nothing follows."""
    return ip not in ("0.0.0.0", "::")  # noqa: S104  (nothing listens)


class NatFindings:
    """Collects, message by message, which side's address arrived changed."""

    __slots__ = ("heard", "initiator", "responder")

    def __init__(self) -> None:
        self.initiator = self.responder = False
        self.heard = 0  # sides whose hashes were compared: 1 the initiator, 2 the responder

    def add(
        self,
        from_initiator: bool,
        sources: Sequence[bytes],
        destinations: Sequence[bytes],
        source: bytes | None,
        destination: bytes | None,
    ) -> None:
        """One message: the hashes it carries against those of the packet's own source and destination.

        Several source hashes are allowed (a sender that does not know its address); one match is enough.
        """
        if sources and source is not None:
            self.heard |= 1 if from_initiator else 2
            if source not in sources:
                self._mark(from_initiator)
        if destinations and destination is not None:
            self.heard |= 1 if from_initiator else 2
            if destination not in destinations:
                self._mark(not from_initiator)

    def _mark(self, initiator: bool) -> None:
        if initiator:
            self.initiator = True
        else:
            self.responder = True

    @property
    def verdict(self) -> Nat | None:
        """The sides behind a NAT: initiator, responder, both or none.

        "none" takes hashes of both sides; where only one side's could be compared, it cannot be known: None.
        """
        if self.initiator and self.responder:
            return "both"
        if self.initiator or self.responder:
            return "initiator" if self.initiator else "responder"
        return "none" if self.heard == 3 else None


def ikev2_compared(
    findings: NatFindings | None,
    from_initiator: bool,
    spis: bytes,
    sources: Sequence[bytes],
    destinations: Sequence[bytes],
    datagram: Datagram,
) -> NatFindings:
    """The findings so far, with one message's hashes compared with its packet."""
    findings = findings or NatFindings()
    source = ikev2_digest(spis, datagram.src_ip, datagram.src_port) if is_known(datagram.src_ip) else None
    destination = ikev2_digest(spis, datagram.dst_ip, datagram.dst_port) if is_known(datagram.dst_ip) else None
    findings.add(from_initiator, sources, destinations, source, destination)
    return findings


Intervals = dict[frozenset[tuple[str, int]], int]  # two endpoints to the shortest time between keepalives, in ns


def keepalive_intervals(flows: Iterable[Flow]) -> Intervals:
    """The flows on which NAT keepalives were counted (RFC 3948 section 2.3) often enough to have an interval."""
    return {
        frozenset(((f.client_ip, f.client_port), (f.server_ip, f.server_port))): f.keepalive_gap_ns
        for f in flows
        if f.keepalive_gap_ns is not None and f.client_port is not None and f.server_port is not None
    }


def interval_of(n: Negotiation, known: Intervals) -> int | None:
    """Time between keepalives on the paths of an SA, in ns; the shortest, where it was on several."""
    if not known:
        return None
    places = {frozenset(((a[1], a[2]), (a[3], a[4]))) for a in n.addresses}
    return min((known[p] for p in places if p in known), default=None)
