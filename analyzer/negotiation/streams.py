"""Joining ESP and AH streams to the child SAs that made them.

By SPI where payloads could be read, else by hosts and time, as likely.
"""

from typing import NamedTuple

from analyzer.capture.datagram import EspStream
from analyzer.negotiation.model import ChildSa, Negotiation, Story

_AHEAD_NS = (
    10**9
)  # traffic may be seen this long before the answer that made its SA (responders send at once, captures reorder)


class Joined(NamedTuple):
    """A stream with its negotiation and child. `basis`: spi, likely, or None where nothing fits."""

    stream: EspStream
    negotiation: int | None
    child: int | None
    basis: str | None
    to_initiator: bool | None


class _Span(NamedTuple):
    negotiation: Negotiation
    first_time: int | None


def join_streams(story: Story) -> list[Joined]:
    """One entry per stream, in order. Also notes ESP in UDP on the negotiations (`nat_t`)."""
    by_spi: dict[str, list[tuple[Negotiation, ChildSa, bool]]] = {}
    by_hosts: dict[frozenset[str], list[_Span]] = {}
    if story.streams:
        _index(story, by_spi, by_hosts)
    joined = [_join(stream, by_spi, by_hosts) for stream in story.streams]
    encapsulated = {j.negotiation for j in joined if j.stream.encapsulation == "udp" and j.negotiation is not None}
    for n in story.negotiations:
        if n.number in encapsulated:
            n.nat_t = True
    return joined


def _index(
    story: Story,
    by_spi: dict[str, list[tuple[Negotiation, ChildSa, bool]]],
    by_hosts: dict[frozenset[str], list[_Span]],
) -> None:
    for n in story.negotiations:
        for child in n.children:
            for spi, to_initiator in ((child.initiator_spi_in, True), (child.responder_spi_in, False)):
                if spi:
                    by_spi.setdefault(spi, []).append((n, child, to_initiator))
        if n.outcome == "established" or n.starts_late:
            first = min((s.time_ns for s in n.steps() if s.time_ns is not None), default=None)
            for hosts in {frozenset((a[1], a[3])) for a in n.addresses} | {frozenset((n.initiator_ip, n.responder_ip))}:
                by_hosts.setdefault(hosts, []).append(_Span(n, first))


def _join(
    stream: EspStream,
    by_spi: dict[str, list[tuple[Negotiation, ChildSa, bool]]],
    by_hosts: dict[frozenset[str], list[_Span]],
) -> Joined:
    hosts = frozenset((stream.src_ip, stream.dst_ip))
    for n, child, to_initiator in by_spi.get(stream.spi, ()):
        if hosts == {n.initiator_ip, n.responder_ip} or any(hosts == {a[1], a[3]} for a in n.addresses):
            return Joined(stream, n.number, child.child, "spi", to_initiator)
    best: Negotiation | None = None
    for span in by_hosts.get(hosts, ()):
        begun = span.first_time is None or stream.last_time is None or span.first_time - _AHEAD_NS <= stream.last_time
        if begun and not _all_spis_known(span.negotiation):
            best = span.negotiation
    if best is None:
        return Joined(stream, None, None, None, None)
    last = best.addresses[-1] if best.addresses else None
    to_initiator = stream.dst_ip in (best.initiator_ip, last[1] if last else best.initiator_ip)
    alive = [c for c in best.children if c.outcome == "established"]
    return Joined(stream, best.number, alive[0].child if len(alive) == 1 else None, "likely", to_initiator)


def _all_spis_known(n: Negotiation) -> bool:
    """Every child's SPIs were read: a stream with another SPI is not this SA's."""
    return bool(n.children) and all(c.initiator_spi_in and c.responder_spi_in for c in n.children)
