"""Which exchange of its SA a message belongs to."""

from typing import Any

from analyzer.isakmp import Message
from analyzer.isakmp.header import FLAG_RESPONSE
from analyzer.isakmp.numbers import ExchangeV2
from analyzer.negotiation.follow.live import NO_EXCHANGE, Live
from analyzer.negotiation.follow.log import StepLog
from analyzer.negotiation.follow.recent import Recent
from analyzer.negotiation.follow.sides import PHASE1
from analyzer.negotiation.model import GDOI
from analyzer.negotiation.seen import Shape

_IKE_SA_INIT = int(ExchangeV2.IKE_SA_INIT)
_AGES = 16  # of memory: minutes of any real traffic, a bound for floods
_KIND_BIT, _MESSAGE_ID_BIT = 1, 9  # lowest of them in the key of an exchange


def key_of(message_id: Any, exchange_type: Any, begun: Any) -> Any:
    """The key of an exchange; also of many in columns. begun: by the initiator; False of IKEv1, which does not say."""
    return message_id << _MESSAGE_ID_BIT | exchange_type << _KIND_BIT | begun


class ExchangeIndex:
    """Which exchange of its SA a message belongs to: one of the two newest, which the SA remembers, or one left lately.

    A flood of other SAs' messages hides none of the two newest.
    """

    def __init__(self, log: StepLog) -> None:
        self._log = log
        self.older: Recent[tuple[int, int], int] = Recent(_AGES)  # by number of the SA, and key

    def of(self, live: Live, message: Message, from_initiator: bool) -> tuple[int | None, int, bool]:
        """The exchange of a message seen for the first time; its key, and who begins it.

        None: it begins one. A new IKE_SA_INIT request (cookie, other group) does, unless only its answer was seen
        before it. IKEv1's exchanges know one side only: the message ID, or of phase 1 the exchange type, belongs to
        both.
        """
        kind = message.exchange_type
        key: int
        request = False
        if message.major_version == 2:
            request = message.flags & FLAG_RESPONSE == 0
            begun = from_initiator == request
            key = key_of(message.message_id, kind, begun)
        else:
            begun = from_initiator or kind in PHASE1 or live.negotiation.ike_version == 2  # there it is an answer
            key = key_of(message.message_id, kind, False)
        exchange = self.find(live, key)
        if exchange is not None and request and kind == _IKE_SA_INIT and self._log.has_request(exchange):
            exchange = None
        return exchange, key, begun

    def find(self, live: Live, key: int) -> int | None:
        """The exchange of a key, if it is one of the SA's two newest or not long left."""
        if live.current[0] == key:
            return live.current[1]
        if live.before[0] == key:
            return live.before[1]
        return None if live.before is NO_EXCHANGE else self.older.get((live.negotiation.number, key))

    def enter(
        self, live: Live, message: Message, from_initiator: bool, frame_number: int, time_ns: int | None, shape: Shape
    ) -> tuple[int, int, bool, bool]:
        """Log the first transmission of a message: its exchange, its step, and who begins the exchange.

        Last whether it is a request of IKEv2 whose answer was logged before it.
        """
        exchange, key, begun = self.of(live, message, from_initiator)
        if exchange is None:
            exchange = self.begin(live, message.major_version, key, begun)
            return exchange, self._log.add(exchange, frame_number, time_ns, shape), begun, False
        step = self._log.add(exchange, frame_number, time_ns, shape)
        if message.major_version == 1:
            return exchange, step, self._log.begun_by_initiator(exchange), False
        return exchange, step, begun, from_initiator == begun and self._log.is_answered(exchange)

    def begin(self, live: Live, version: int, key: int, by_initiator: bool) -> int:
        """A new exchange; the one before the two newest is from now on found if remembered."""
        n = live.negotiation
        kind, message_id = key >> _KIND_BIT & 0xFF, key >> _MESSAGE_ID_BIT
        exchange = self._log.begin(version | GDOI * n.gdoi, kind, message_id, by_initiator, n.last_exchange)
        n.last_exchange = exchange
        if live.before is not NO_EXCHANGE:
            older_key, older = live.before
            self.older[n.number, older_key] = older
        live.before, live.current = live.current, (key, exchange)
        return exchange
