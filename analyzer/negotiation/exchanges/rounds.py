"""The exchanges that make an IKE SA, by their kind, and what a round of IKE_AUTH is judged by."""

from collections.abc import Iterable

from analyzer.negotiation.exchanges.readings import IKE_AUTH, INIT, INTERMEDIATE, RESUME, Round, another_follows
from analyzer.negotiation.model import Exchange, Suite
from analyzer.vocabulary import ExchangeState


class Rounds:
    """IKE_SA_INIT (or IKE_SESSION_RESUME), IKE_INTERMEDIATE and IKE_AUTH of one SA, each in order.

    state: of the table of IKE_AUTH after all of them. Message IDs count from 0, for IKE_SA_INIT; IKE_INTERMEDIATE may
    follow (RFC 9242 section 3.2).
    """

    __slots__ = ("_before_auth", "auth", "init", "intermediate", "state")

    def __init__(self, exchanges: Iterable[Exchange]) -> None:
        self.init: list[Exchange] = []
        self.intermediate: list[Exchange] = []
        self.auth: list[Exchange] = []
        self.state: ExchangeState = "start"
        kinds = {INIT: self.init, RESUME: self.init, INTERMEDIATE: self.intermediate, IKE_AUTH: self.auth}
        for exchange in exchanges:
            of_kind = kinds.get(exchange.exchange_type)
            if of_kind is not None:
                of_kind.append(exchange)
        self._before_auth = {0, *(e.message_id for e in self.intermediate)}

    def judged(self, exchange: Exchange, suite: Suite | None) -> Round:
        """What this round of IKE_AUTH is judged by."""
        first_seen = exchange.message_id <= self.auth[0].message_id
        first = first_seen and exchange.message_id - 1 in self._before_auth
        return Round(suite, first_seen, first, another_follows(exchange.steps))
