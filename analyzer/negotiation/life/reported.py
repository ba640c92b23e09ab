"""ICMP errors that quote ESP or AH, or IP fragments, and the SAs whose traffic they are about."""

from bisect import bisect_left
from collections.abc import Iterable

from analyzer.capture.datagram import IcmpError
from analyzer.negotiation.life.streams import Joined
from analyzer.negotiation.model import Negotiation
from analyzer.negotiation.story import Story

_Begun = tuple[int, int]  # first frame, number of an SA


def about_traffic(error: IcmpError) -> bool:
    """It quotes ESP or AH, in UDP too."""
    return error.spi is not None


def sa_of_errors(story: Story, joined: Iterable[Joined]) -> dict[int, list[IcmpError]]:
    """Errors about traffic by the number of the IKE SA: that of the stream, else the newest one of the hosts before."""
    errors = [error for error in story.icmp_errors if about_traffic(error)]
    if not errors:
        return {}
    streams = {(j.stream.src_ip, j.stream.dst_ip, j.stream.spi): j.negotiation for j in joined}
    begun = _begun(story.negotiations, {_hosts(error) for error in errors})
    found: dict[int, list[IcmpError]] = {}
    for error in errors:
        number = streams.get((error.src_ip, error.dst_ip, error.spi or ""))
        if number is None:
            of_hosts = begun.get(_hosts(error), [])
            before = bisect_left(of_hosts, (error.frame_number, 0))
            number = of_hosts[before - 1][1] if before else None
        if number is not None:
            found.setdefault(number, []).append(error)
    return found


def _hosts(error: IcmpError) -> frozenset[str]:
    return frozenset((error.src_ip, error.dst_ip))


def _begun(negotiations: Iterable[Negotiation], wanted: set[frozenset[str]]) -> dict[frozenset[str], list[_Begun]]:
    """First frame and number of the SAs between these hosts, in order."""
    found: dict[frozenset[str], list[_Begun]] = {}
    for n in negotiations:
        ends = {(place[1], place[3]) for place in n.addresses} | {(n.initiator_ip, n.responder_ip)}
        for hosts in {frozenset(pair) for pair in ends} & wanted:
            found.setdefault(hosts, []).append((n.first_frame, n.number))
    for several in found.values():
        several.sort()
    return found
