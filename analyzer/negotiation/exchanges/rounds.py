"""The exchanges that make an IKE SA, by their kind, and what a round of IKE_AUTH is judged by."""

from collections.abc import Iterable
from operator import attrgetter

from analyzer.negotiation import lengths
from analyzer.negotiation.exchanges.readings import (
    GSA_AUTH,
    IKE_AUTH,
    INIT,
    INTERMEDIATE,
    RESUME,
    Round,
    another_follows,
)
from analyzer.negotiation.model import Exchange, Step
from analyzer.negotiation.seen import Suite
from analyzer.vocabulary import ExchangeState


class Rounds:
    """IKE_SA_INIT (or IKE_SESSION_RESUME), IKE_INTERMEDIATE and IKE_AUTH (or GSA_AUTH) of one SA, each in order.

    That of the message IDs, for a file may hold them in another one; IKE_SA_INIT has none.

    state: of the table of IKE_AUTH after all of them. Message IDs count from 0, for IKE_SA_INIT; IKE_INTERMEDIATE may
    follow (RFC 9242 section 3.2).
    """

    __slots__ = ("_before_auth", "_by_id", "auth", "init", "intermediate", "state")

    def __init__(self, exchanges: Iterable[Exchange]) -> None:
        self.init: list[Exchange] = []
        self.intermediate: list[Exchange] = []
        self.auth: list[Exchange] = []
        self.state: ExchangeState = "start"
        for exchange in exchanges:
            kind = exchange.exchange_type
            if kind in (IKE_AUTH, GSA_AUTH):
                self.auth.append(exchange)
            elif kind in (INIT, RESUME):
                self.init.append(exchange)
            elif kind == INTERMEDIATE:
                self.intermediate.append(exchange)
        self.auth.sort(key=attrgetter("message_id"))
        self.intermediate.sort(key=attrgetter("message_id"))
        self._by_id = {e.message_id: e for e in self.auth}
        self._before_auth = {0, *(e.message_id for e in self.intermediate)}

    def judged(self, exchange: Exchange, suite: Suite | None) -> Round:
        """What this round of IKE_AUTH is judged by."""
        first_seen = exchange.message_id <= self.auth[0].message_id
        first = first_seen and exchange.message_id - 1 in self._before_auth
        after_eap = suite is not None and not first_seen and self._after_eap(exchange, suite)
        return Round(suite, first_seen, first, another_follows(exchange.steps), after_eap)

    def _after_eap(self, exchange: Exchange, suite: Suite) -> bool:
        """EAP-Success stands before this round and AUTH alone in its request, by lengths; neither was read."""
        before = self._by_id.get(exchange.message_id - 1)
        success, request = (before.response if before is not None else None), exchange.request
        return _holds(suite, success, lengths.NOTIFY_ONLY) and _holds(suite, request, lengths.smallest_auth(suite))


def _holds(suite: Suite, step: Step | None, size: int) -> bool:
    """An encrypted message that was not read may have just this many bytes of payloads."""
    if step is None or not step.encrypted or step.fragment is not None or step.inner_types is not None:
        return False
    room = lengths.inner_bytes(suite, step.length)
    return room is not None and room[0] <= size <= room[1]
