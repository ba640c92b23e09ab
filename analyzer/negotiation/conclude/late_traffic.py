"""SAs whose last answers seemed lost, and whose traffic shows that one came through.

On a lossy path a side may repeat itself several times although it was answered, and get the last answer. Where nothing
of IKE follows, only its ESP or AH says so.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from analyzer.capture.datagram import EspStream
from analyzer.negotiation.conclude.lost_answers import lost_answers_at_end
from analyzer.negotiation.model import Negotiation

_Way = tuple[str, str]  # source and destination


def last_begun(streams: Iterable[EspStream]) -> dict[_Way, int]:
    """When the newest ESP or AH stream began, from one host to another; ns."""
    found: dict[_Way, int] = {}
    for stream in streams:
        if stream.first_time is not None:
            way = stream.src_ip, stream.dst_ip
            found[way] = max(stream.first_time, found.get(way, 0))
    return found


def ways_of_up(negotiations: Iterable[Negotiation]) -> Counter[_Way]:
    """How many SAs are known to be up from the one host to the other: their traffic may be any of these hosts'."""
    return Counter(way for n in negotiations if _is_up(n) for way in _ways(n))


def hear_traffic(negotiations: Sequence[Negotiation], streams: Mapping[_Way, int]) -> None:
    """Say of an SA whose IKE_AUTH answer seemed lost that it is up, where the initiator's own traffic began after it.

    It is no other SA's traffic: none of the same hosts is known to be up.
    """
    if not streams:
        return
    up = ways_of_up(negotiations)
    for n in negotiations:
        if n.failed_at == "IKE_AUTH" and n.failure == "answer not received" and _sends(n, up, streams):
            n.outcome, n.failed_at, n.failed_by, n.failure = "established", None, None, None
            n.outcome_basis = "the initiator's ESP or AH, which began after the answer, shows that it got one"
            n.outcome_confidence = "likely"
            for child in n.children:
                child.outcome = "established"


def _sends(n: Negotiation, up: Mapping[_Way, int], streams: Mapping[_Way, int]) -> bool:
    lost = lost_answers_at_end(n)
    answered = lost.answers[0].time_ns if lost is not None else None
    return answered is not None and sends_since(n, answered, up, streams)


def sends_since(n: Negotiation, since_ns: int, up: Mapping[_Way, int], streams: Mapping[_Way, int]) -> bool:
    """Whether ESP or AH of the initiator began at this time or later, and no other SA of the hosts explains it.

    up: as of `ways_of_up`; streams: as of `last_begun`.
    """
    ways, own = _ways(n), int(_is_up(n))
    return all(up.get(way, 0) <= own for way in ways) and any(streams.get(way, -1) >= since_ns for way in ways)


def _is_up(n: Negotiation) -> bool:
    return n.outcome == "established" or n.starts_late


def _ways(n: Negotiation) -> set[_Way]:
    """From the initiator to the responder, at each place where it was seen."""
    return {(n.initiator_ip, n.responder_ip), *((place[1], place[3]) for place in n.addresses)}
