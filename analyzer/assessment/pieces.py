"""Messages in pieces, IKE's or IP's: what of them is not in the capture, and whether they arrived all the same.

Who answers a message had all of it: what the capture lacks then, only the capture lacks.
"""

from analyzer.assessment.case import Case
from analyzer.negotiation.model import Exchange, Negotiation, Step

FRAGMENTS_NAMED = 1000


def missing(exchange: Exchange, from_initiator: bool) -> tuple[int, list[int]]:
    """Total of the largest set of fragments of one side, and the numbers that no transmission of it showed.

    Vendor fragments of IKEv1 say with the last one how many there are (None before it).
    """
    shown = [s.fragment for s in exchange.steps if s.from_initiator == from_initiator and s.fragment is not None]
    totals = [total for _, total in shown if total is not None]
    if not totals:
        return 0, []
    seen = {number for number, total in shown if total in (None, max(totals))}
    total = min(max(totals), FRAGMENTS_NAMED)
    return total, [number for number in range(1, total + 1) if number not in seen]


class Heard:
    """What shows that messages arrived, gathered once for all exchanges of a negotiation."""

    def __init__(self, n: Negotiation) -> None:
        self._ike_version = n.ike_version
        self._fresh = {True: 0, False: 0}  # by side: frame of its last message that repeats none
        self._asked = {True: -1, False: -1}  # by side: the highest message ID that it asked with
        for exchange in n.exchanges:
            by = exchange.begun_by_initiator
            self._asked[by] = max(self._asked[by], exchange.message_id)
            for step in exchange.steps:
                if step.retransmission_of is None:
                    self._fresh[step.from_initiator] = max(self._fresh[step.from_initiator], step.frame_number)

    def arrived(self, exchange: Exchange, from_initiator: bool) -> bool:
        """The other side went on as only one can who has the whole message of this side in this exchange."""
        sent = [s for s in exchange.steps if s.retransmission_of is None]
        last = max((s.frame_number for s in sent if s.from_initiator == from_initiator), default=None)
        if last is None:
            return False
        if self._ike_version == 1:  # what refuses phase 1, or follows it, is an exchange of its own
            return self._fresh[not from_initiator] > last
        if from_initiator == exchange.begun_by_initiator:
            return any(s.from_initiator != from_initiator for s in sent)
        return self._asked[exchange.begun_by_initiator] > exchange.message_id


def beginnings(case: Case) -> list[tuple[Exchange, Step]]:
    """First IP fragments whose others are not in the capture, of messages that nothing shows to have arrived.

    In the exchange that was the last one, or in which the negotiation failed: others went well.
    """
    known = case.scene.story.beginnings
    if not known:
        return []
    found = [
        (exchange, step)
        for exchange in case.exchanges
        if exchange.exchange == case.n.failed_at or exchange is case.exchanges[-1]
        for step in exchange.steps
        if step.frame_number in known and not step.duplicate
    ]
    heard = Heard(case.n) if found else None
    whole: dict[tuple[int, bool], bool] = {}
    for exchange, step in found:
        key = exchange.first_frame, step.from_initiator
        if heard is not None and key not in whole:
            whole[key] = heard.arrived(exchange, step.from_initiator)
    return [(e, s) for e, s in found if not whole[e.first_frame, s.from_initiator]]


def all_alone(case: Case) -> bool:
    """No later IP fragment of any datagram is in the capture: a filter by port drops them, for they hold no ports."""
    return bool(case.scene.story.beginnings) and not case.scene.story.later_fragments
