"""SAs that the initiator ended soon after they came up and that carried nothing: successes, or proofs refused late.

An initiator refuses the responder's proof with an INFORMATIONAL of one notify (RFC 7296 section 2.21.2; IKEv1's may
hold a Delete). In aggressive mode the responder has the last proof to judge (RFC 2409 section 5). Where nobody can read
it, it looks like the Delete of an SA that was ended on purpose, and the time it takes shows no more: a busy host, or
the search for a revocation list, makes it as late as a person's hand.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence

from analyzer.capture.datagram import EspStream
from analyzer.isakmp.registry.tables import FIRST_STATUS
from analyzer.negotiation import lengths
from analyzer.negotiation.conclude.verdict import PATIENCE_NS, waited
from analyzer.negotiation.model import AUTHENTICATING, SETTING_UP, Exchange, Negotiation, Step
from analyzer.vocabulary import side

SOON_NS = 30 * 10**9  # a check that asks servers for revocation lists has given up by then

_V1_MESSAGES = 2  # a notify and a Delete; more delete child SAs, one each, and each is an exchange of its own
_PROOF_IN_CLEAR = ("AGGRESSIVE", "BASE")  # where the last message need not be encrypted
_Hosts = frozenset[str]
_Way = tuple[str, str]


def last_traffic(streams: Iterable[EspStream]) -> dict[_Hosts, int | None]:
    """When the latest ESP or AH packet of each pair of hosts was seen; None: the capture does not say."""
    found: dict[_Hosts, int | None] = {}
    for stream in streams:
        hosts = frozenset((stream.src_ip, stream.dst_ip))
        before = found.get(hosts, 0)
        found[hosts] = None if stream.last_time is None or before is None else max(before, stream.last_time)
    return found


def doubt_unused(
    n: Negotiation, traffic: Mapping[_Hosts, int | None], capture_end: int | None, twins: Sequence[int] = ()
) -> None:
    """Say of an SA that nothing but its answered proof speaks for, and its early end against, that it is possible.

    It is likely where the end needs no refusal: the responder ended it, or an SA of the other side was made meanwhile.
    twins: when those were made, ns, in order.
    """
    judges = n.mode != "aggressive"  # the initiator has the last proof to judge
    ended = ended_unused(n, traffic, capture_end, by_initiator=judges)
    n.unused_end = ended if ended is not None and not _has_twin(ended, twins) else None
    if n.unused_end is not None:
        n.outcome_confidence = "possible"
        n.outcome_basis += f"; the {side(judges)} ended the SA soon, and it carried nothing in this capture"
    elif n.outcome_confidence == "certain" and ended_unused(n, traffic, capture_end, by_initiator=not judges):
        n.outcome_confidence = "likely"
        n.outcome_basis += f"; the {side(not judges)} ended the SA soon, and it carried nothing in this capture"


def made_by_the_other_side(negotiations: Iterable[Negotiation]) -> dict[_Way, list[int]]:
    """When IKEv2 SAs that are up were made, ns, in order, by the addresses of their responder and their initiator.

    Asked for with those of initiator and responder it names the SAs of the other side; empty where it has none.
    """
    up: dict[_Way, list[Negotiation]] = {}
    for n in negotiations:
        if n.outcome == "established" and n.failed_at is None and n.ike_version == 2:
            up.setdefault((n.responder_ip, n.initiator_ip), []).append(n)
    return {way: sorted(_made(of)) for way, of in up.items() if way[0] != way[1] and way[::-1] in up}


def _made(negotiations: Iterable[Negotiation]) -> Iterator[int]:
    for n in negotiations:
        times = [s.time_ns for e in n.of_type(*SETTING_UP) for s in e.steps if s.time_ns is not None]
        if times:
            yield max(times)


def _has_twin(ended: tuple[Step, Step], made: Sequence[int]) -> bool:
    """The other side made an SA shortly before this one or while it lived: of two at once the peers keep one."""
    proof, said = ended
    if proof.time_ns is None or said.time_ns is None:
        return False
    return bisect_left(made, proof.time_ns - SOON_NS) < bisect_right(made, said.time_ns)


def ended_unused(
    n: Negotiation, traffic: Mapping[_Hosts, int | None], capture_end: int | None, *, by_initiator: bool
) -> tuple[Step, Step] | None:
    """The last message of the set-up, and the INFORMATIONAL that may refuse it; None where something rules it out."""
    if n.outcome != "established" or n.rekeyed_from is not None or n.starts_late:
        return None
    newest = None if by_initiator and n.failed_at is not None else next(n.newest_exchanges(), None)
    if newest is None or not (newest.exchange in SETTING_UP or _ends(newest, by_initiator)):
        return None
    exchanges = n.exchanges
    setup = [e for e in exchanges if e.exchange in SETTING_UP]
    later = [e for e in exchanges if e.exchange not in SETTING_UP]
    if not setup or not later or not all(_ends(e, by_initiator) for e in later):
        return None
    proof, said = _proof(setup[-1], of_initiator=n.mode == "aggressive"), later[0].steps[0]
    if proof is None or proof.time_ns is None or said.time_ns is None or said.from_initiator != by_initiator:
        return None
    took = said.time_ns - proof.time_ns
    if not 0 <= took <= SOON_NS or _carried(n, traffic, proof.time_ns):
        return None
    if len(later) > (_V1_MESSAGES if n.ike_version == 1 else 1) or _all_say_else(n, later):
        return None
    if n.ike_version == 2 and not _may_refuse(n, setup[-1], later[0], took, capture_end):
        return None
    return proof, said


def _ends(exchange: Exchange, by_initiator: bool) -> bool:
    """It may be what ended the SA: an INFORMATIONAL of this side."""
    return exchange.exchange == "INFORMATIONAL" and exchange.begun_by_initiator == by_initiator


def _all_say_else(n: Negotiation, later: Sequence[Exchange]) -> bool:
    """They were read, and refuse nothing: IKEv1's Deletes of child SAs, or a status."""
    if n.ike_version != 1 or n.deleted_at is not None:
        return False
    return all(
        step.inner_types is not None and all(m.notify_type >= FIRST_STATUS for m in step.notifies)
        for step in (e.steps[0] for e in later)
    )


def _proof(setup: Exchange, *, of_initiator: bool) -> Step | None:
    """The last message of the set-up, the last of its fragments where it has some; None: not this side's proof."""
    last = [s for s in setup.steps if s.retransmission_of is None and not s.duplicate][-1:]
    closed = [s for s in last if s.encrypted or s.fragment is not None or setup.exchange in _PROOF_IN_CLEAR]
    return closed[0] if closed and closed[0].from_initiator == of_initiator else None


def _may_refuse(n: Negotiation, auth: Exchange, exchange: Exchange, took: int, capture_end: int | None) -> bool:
    """It is its sender's next request, of the size of one notify, and nobody read it."""
    request = exchange.request
    due = auth.message_id + 1 if exchange.begun_by_initiator else 0
    if auth.exchange not in AUTHENTICATING or exchange.message_id != due:
        return False
    if request is None or not request.encrypted or request.inner_types is not None:
        return False
    if exchange.outcome != "answered" and exchange.retransmissions:
        return False  # the peer is gone: the silence has an explanation of its own
    room = lengths.inner_bytes(n.suite, request.length)
    if room is None or not room[0] <= lengths.NOTIFY_ONLY <= room[1]:
        return False
    # What has room for nothing may be a liveness check; these come after a while, and the SA lives on
    return room[0] > 0 or took < PATIENCE_NS or waited(exchange.steps[-1], capture_end)


def _carried(n: Negotiation, traffic: Mapping[_Hosts, int | None], since_ns: int) -> bool:
    """ESP or AH between its hosts since it came up, or at a time that the capture does not say."""
    pairs = {frozenset((n.initiator_ip, n.responder_ip)), *(frozenset((a[1], a[3])) for a in n.addresses)}
    for hosts in pairs & traffic.keys():
        last = traffic[hosts]
        if last is None or last >= since_ns:
            return True
    return False
