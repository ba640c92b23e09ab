"""Which ESP and AH streams are a group's: one SPI that the key server chose, for all members and directions.

Between two parties the receiver chooses an SPI, so one number goes to one host. An SPI that goes to several hosts, or
to a multicast address, where the capture holds group keying, is likely that group's (RFC 9838, RFC 6407). The hosts
of the packets need not be those that registered: tunnel mode with address preservation keeps the inner ones.
"""

from bisect import bisect_right
from collections.abc import Iterable
from ipaddress import ip_address
from operator import itemgetter

from analyzer.capture.datagram import EspStream
from analyzer.negotiation.model import KEYING_A_GROUP, Negotiation

_AHEAD_NS = 10**9  # keys may be used before the message that brought them is captured


class _Keyed:
    """Group SAs of one member, or all, in the order of their beginnings."""

    def __init__(self) -> None:
        self._began: list[int] = []
        self._sas: list[Negotiation] = []

    def add(self, n: Negotiation, began: int) -> None:
        at = bisect_right(self._began, began)
        self._began.insert(at, began)
        self._sas.insert(at, n)

    def newest(self, stream: EspStream) -> tuple[int, Negotiation] | None:
        """The last one that had begun when the stream did, with the time of that."""
        first = stream.first_time
        at = len(self._sas) if first is None else bisect_right(self._began, first + _AHEAD_NS)
        return (self._began[at - 1], self._sas[at - 1]) if at else None


class Groups:
    """The group SAs of a capture, and the SPIs of group traffic."""

    def __init__(self, negotiations: Iterable[Negotiation], streams: Iterable[EspStream]) -> None:
        self._all = _Keyed()
        self._by_member: dict[str, _Keyed] = {}
        self._key_servers: set[str] = set()
        for n in negotiations:
            if n.outcome == "established" and _is_of_group(n):
                began = n.exchanges[0].first.time_ns or 0
                self._all.add(n, began)
                self._by_member.setdefault(_member(n), _Keyed()).add(n, began)
                self._key_servers.add(_key_server(n))
        self._spis: set[str] = set()
        targets: dict[str, str] = {}
        for stream in streams if self._key_servers else ():
            first = targets.setdefault(stream.spi, stream.dst_ip)
            if first != stream.dst_ip or ip_address(stream.dst_ip).is_multicast:
                self._spis.add(stream.spi)

    def of(self, stream: EspStream) -> Negotiation | None:
        """The SA by which a member, or all of them, were given the keys of this stream.

        The newest of one of its hosts; else the newest of all, where there is one key server.
        """
        if stream.spi not in self._spis:
            return None
        members = [self._by_member[ip] for ip in (stream.src_ip, stream.dst_ip) if ip in self._by_member]
        own = [found for found in (keyed.newest(stream) for keyed in members) if found is not None]
        if own:
            return max(own, key=itemgetter(0))[1]
        found = self._all.newest(stream) if len(self._key_servers) == 1 else None
        return found[1] if found is not None else None


def _is_of_group(n: Negotiation) -> bool:
    return n.mode == "group-rekey" or any(e.exchange in KEYING_A_GROUP for e in n.exchanges)


def _member(n: Negotiation) -> str:
    return n.responder_ip if n.mode == "group-rekey" else n.initiator_ip


def _key_server(n: Negotiation) -> str:
    return n.initiator_ip if n.mode == "group-rekey" else n.responder_ip
