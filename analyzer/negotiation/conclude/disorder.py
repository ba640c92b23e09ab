"""SAs whose messages stand in another order in the file than they were sent: two captures put one behind the other.

What is concluded follows the order of the file, but for rounds of IKE_AUTH. So where that order is wrong no failure
that was not read is more than possible. A clock that was set back leaves the order as it was.
"""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from operator import itemgetter
from typing import Final

from analyzer.capture.datagram import OVERTAKEN_NS
from analyzer.isakmp.numbers import PayloadV1, PayloadV2
from analyzer.negotiation.exchanges.timing import went_back
from analyzer.negotiation.model import BEGINNINGS, Exchange, Negotiation
from analyzer.vocabulary import Outcome

WHY: Final = "the packets of this SA are not in order of time in the file, and this follows the order of the file"
_OFFERS: Final = frozenset({int(PayloadV1.SA), int(PayloadV2.SA)})
_OF_ORDER: Final[tuple[Outcome, ...]] = ("failed", "unanswered")


def doubt_order(negotiations: Iterable[Negotiation]) -> None:
    """Of a file in which times go back: make less sure what rests on its order."""
    begun: dict[tuple[int, str], int] = {}  # the latest beginning of an SA of these SPIs
    for n in negotiations:
        own = min((time for _, time, _ in n.log.sent(n) if time is not None), default=0)
        known = begun.get((n.ike_version, n.initiator_spi), own)
        begun[n.ike_version, n.initiator_spi] = max(known, own)
        if is_disordered(n) or known - own > OVERTAKEN_NS:  # a beginning behind the rest is read as an SA of its own
            n.disordered = True
            if n.outcome in _OF_ORDER and n.outcome_confidence != "certain":  # what was read is so in any order
                n.outcome_basis, n.outcome_confidence = f"{n.outcome_basis}; {WHY}", "possible"
            elif n.outcome == "established" and n.failed_by == "none":  # the answer may stand before its request
                n.failed_at = n.failed_by = n.failure = None
                n.outcome_basis = f"{n.outcome_basis}; {WHY}"
                for child in n.children:
                    if child.outcome == "failed" and child.response_frame is None:
                        child.outcome = "unknown"


def is_disordered(n: Negotiation) -> bool:
    """Times go back, and messages behind that place are between those before it in time, or have to precede them."""
    sent = [time for _, time, _ in sorted(n.log.sent(n), key=itemgetter(0)) if time is not None]
    return went_back(sent) and (_overlap(sent) or _opens_late(n) or _contradicts(n))


def _overlap(times: Sequence[int]) -> bool:
    """Behind the first place where time goes back it comes up again to what was before: no clock set back for good."""
    at = next(i for i, (a, b) in enumerate(pairwise(times), 1) if a - b > OVERTAKEN_NS)
    return min(times[:at]) <= max(times[at:])


def _opens_late(n: Negotiation) -> bool:
    """The initiator's first message stands behind others of its SA that came later."""
    asked = (s for e in n.exchanges if e.exchange in BEGINNINGS for s in e.steps if s.from_initiator)
    offers = (s for s in asked if s.retransmission_of is None and not _OFFERS.isdisjoint(s.payload_types))
    first = min(((s.time_ns, s.frame_number) for s in offers if s.time_ns is not None), default=None)
    if first is None:
        return False
    return any(frame < first[1] and (time or 0) > first[0] for frame, time, _ in n.log.sent(n))


def _contradicts(n: Negotiation) -> bool:
    """An exchange stands behind one that it has to precede, and its time says so too."""
    later: dict[bool, Exchange] = {}
    for exchange in n.exchanges:
        before = later.get(exchange.begun_by_initiator)
        if before is not None and _precedes(exchange, before):
            return True
        if before is None or exchange.message_id > before.message_id or n.ike_version == 1:
            later[exchange.begun_by_initiator] = exchange
    return False


def _precedes(exchange: Exchange, other: Exchange) -> bool:
    if exchange.first_time is None or other.first_time is None or exchange.first_time >= other.first_time:
        return False
    if exchange.ike_version == 1:
        return exchange.exchange in BEGINNINGS and other.exchange not in BEGINNINGS
    return exchange.message_id < other.message_id
