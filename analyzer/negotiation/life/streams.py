"""Joining ESP and AH streams to the child SAs that made them, and what their times and directions say.

By SPI where payloads could be read, else by hosts, UDP ports and time, as likely; a group's by its SPI alone
(groups.py).
"""

from collections.abc import Iterable
from math import inf
from typing import NamedTuple

from analyzer.capture.datagram import EspStream
from analyzer.negotiation.life.groups import Groups
from analyzer.negotiation.life.model import Life
from analyzer.negotiation.life.spans import Span, Spans
from analyzer.negotiation.model import Negotiation
from analyzer.negotiation.seen import ChildSa
from analyzer.negotiation.story import Story
from analyzer.vocabulary import StreamBasis

# Traffic may be seen this long before the answer that made its SA: responders send at once, captures reorder
_AHEAD_NS = 10**9
_SA_AND_SIDE = tuple[Negotiation, ChildSa, bool]
_End = tuple[str, int]


class Joined(NamedTuple):
    """A stream with its negotiation and child. `basis`: spi, likely, or None where nothing fits.

    returned: packets came back, of the same child and its rekeyings, the same SA or hosts; None where its direction is
    not known. past_delete_ns: how long after the Delete of its SA the last packet came; None: not after it, or no
    Delete is known.
    """

    stream: EspStream
    negotiation: int | None
    child: int | None
    basis: StreamBasis | None
    to_initiator: bool | None
    returned: bool | None = None
    past_delete_ns: int | None = None


class _Index(NamedTuple):
    """Where the SA of a stream is looked up. by_hosts, by_ends: between two addresses, or two addresses with ports."""

    by_spi: dict[str, list[_SA_AND_SIDE]]
    by_hosts: dict[frozenset[str], Spans]
    by_ends: dict[frozenset[_End], Spans]


def join_streams(story: Story, life: Life) -> list[Joined]:
    """One entry per stream, in order."""
    index, groups = _indexed(story, life), Groups(story.negotiations, story.streams)
    joined = [_join(stream, index, groups) for stream in story.streams]
    seen, loose = ({place for j in some for place in _places(j, life, back=False)} for some in (joined, _loose(joined)))
    return [Joined(*j[:5], _returned(j, life, seen, loose), _past_delete(j, life)) for j in joined]


def in_udp(joined: Iterable[Joined]) -> frozenset[int]:
    """Numbers of the negotiations whose ESP travelled in UDP."""
    return frozenset(j.negotiation for j in joined if j.stream.encapsulation == "udp" and j.negotiation is not None)


def _indexed(story: Story, life: Life) -> _Index:
    by_spi: dict[str, list[_SA_AND_SIDE]] = {}
    by_hosts: dict[frozenset[str], list[Span]] = {}
    by_ends: dict[frozenset[_End], list[Span]] = {}
    for n in story.negotiations:
        for child in n.children:
            for spi, to_initiator in ((child.initiator_spi_in, True), (child.responder_spi_in, False)):
                if spi:
                    by_spi.setdefault(spi, []).append((n, child, to_initiator))
        was_up = n.outcome == "established" or (n.starts_late and any(s.encrypted for s in n.steps()))
        if was_up and n.mode != "group-rekey" and not _all_spis_known(n):
            times = (e.first.time_ns for e in n.exchanges[:1])
            first = None if n.starts_late else next(times, None)
            end = life.ends.get(n.number) if n.number in life.shared_fate and n.number not in life.heirs else None
            span = Span(n, first, end.time_ns if end is not None else None, _lone_child(n))
            first_place = n.initiator_ip, n.initiator_port, n.responder_ip, n.responder_port
            places = {first_place, *(place[1:] for place in n.addresses)}
            for hosts in {frozenset((place[0], place[2])) for place in places}:
                by_hosts.setdefault(hosts, []).append(span)
            for ends in {frozenset((place[:2], place[2:])) for place in places}:
                by_ends.setdefault(ends, []).append(span)
    return _Index(by_spi, {k: Spans(v) for k, v in by_hosts.items()}, {k: Spans(v) for k, v in by_ends.items()})


def _join(stream: EspStream, index: _Index, groups: Groups) -> Joined:
    hosts = frozenset((stream.src_ip, stream.dst_ip))
    for n, child, to_initiator in index.by_spi.get(stream.spi, ()):
        if hosts == {n.initiator_ip, n.responder_ip} or any(hosts == {a[1], a[3]} for a in n.addresses):
            return Joined(stream, n.number, child.child, "spi", to_initiator)
    group = groups.of(stream)
    if group is not None:
        return Joined(stream, group.number, None, "likely", None)
    span: Span | None = None
    if stream.ports is not None:  # of several clients behind one NAT each has a port of its own
        ends = frozenset(((stream.src_ip, stream.ports[0]), (stream.dst_ip, stream.ports[1])))
        span = _last_up(index.by_ends.get(ends), stream)
    if span is None:  # a NAT may map ESP apart from IKE
        span = _last_up(index.by_hosts.get(hosts), stream)
    if span is None:
        return Joined(stream, None, None, None, None)
    n = span.negotiation
    to_initiator = stream.dst_ip in {n.initiator_ip, *(place[1] for place in n.addresses)}
    return Joined(stream, n.number, span.child, "likely", to_initiator)


def _lone_child(n: Negotiation) -> int | None:
    up = [c.child for c in n.children if c.outcome == "established"]
    return up[0] if len(up) == 1 else None


def _last_up(spans: Spans | None, stream: EspStream) -> Span | None:
    """The newest SA that was up when the stream began.

    Not one whose first message came after the stream's last packet: that stream has the keys of another one.
    """
    began, last = stream.first_time, stream.last_time
    if spans is None:
        return None
    if began is None:
        return spans.newest(inf, -inf)
    return spans.newest(began + _AHEAD_NS if last is None else min(began + _AHEAD_NS, last), began)


def _all_spis_known(n: Negotiation) -> bool:
    """Every child's SPIs were read: a stream with another SPI is not this SA's."""
    return bool(n.children) and all(c.initiator_spi_in and c.responder_spi_in for c in n.children)


def _loose(joined: Iterable[Joined]) -> list[Joined]:
    """Streams of an IKE SA whose child is not known: the SPI of one direction may be read without the other's."""
    return [j for j in joined if j.negotiation is not None and j.child is None]


def _places(joined: Joined, life: Life, *, back: bool) -> list[tuple[object, ...]]:
    """Where packets of a stream, or with `back` those that answer them, count: hosts, SA, child with its rekeyings."""
    stream, side = joined.stream, joined.to_initiator
    hosts = (stream.dst_ip, stream.src_ip) if back else (stream.src_ip, stream.dst_ip)
    found: list[tuple[object, ...]] = [hosts]
    if joined.negotiation is not None and side is not None:
        found.append((joined.negotiation, side is not back))
        if joined.child is not None:
            found.append((*life.oldest((joined.negotiation, joined.child)), side is not back))
    return found


def _returned(joined: Joined, life: Life, seen: set[tuple[object, ...]], loose: set[tuple[object, ...]]) -> bool | None:
    """By the closest of hosts, SA and child that is known, of the packets that came back as well.

    Between a host and itself there is no direction, nor among the members of a group.
    """
    if joined.negotiation is not None and joined.to_initiator is None:
        return None
    stream = joined.stream
    if stream.src_ip == stream.dst_ip:
        return None
    if joined.negotiation is None:  # most streams of a capture that holds little IKE
        return (stream.dst_ip, stream.src_ip) in seen
    _, *known = places = _places(joined, life, back=True)
    return places[-1] in seen or any(place in loose for place in known[:1])


def _past_delete(joined: Joined, life: Life) -> int | None:
    """By the Delete of the child, or of the IKE SA it ended with."""
    last, number = joined.stream.last_time, joined.negotiation
    if last is None or number is None or joined.child is None:
        return None
    end = life.child_end((number, joined.child))
    if end is None or end.time_ns is None or last <= end.time_ns:
        return None
    return last - end.time_ns
