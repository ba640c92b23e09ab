"""Which exchange of its SA a message belongs to, by place in the log. The key is its type, message ID and who begins.

Most messages belong to one of the SA's two newest exchanges, which it remembers itself; a flood of other SAs' messages
does not hide these.
"""

from typing import Any

from analyzer.isakmp import Message
from analyzer.isakmp.header import FLAG_RESPONSE
from analyzer.isakmp.numbers import ExchangeV2
from analyzer.negotiation.follow.live import NO_EXCHANGE, Live
from analyzer.negotiation.follow.log import StepLog
from analyzer.negotiation.follow.recent import Recent
from analyzer.negotiation.follow.sides import PHASE1
from analyzer.negotiation.model import GDOI

_IKE_SA_INIT = int(ExchangeV2.IKE_SA_INIT)
_KIND, _MESSAGE_ID = 1, 9  # places of their lowest bits in a key


def key_of(message_id: Any, exchange_type: Any, begun: Any) -> Any:
    """The key of an exchange; also of many in columns. begun: by the initiator; False of IKEv1, which does not say."""
    return message_id << _MESSAGE_ID | exchange_type << _KIND | begun


class ExchangeIndex:
    """The exchanges of all SAs: of those behind an SA's two newest the ones last left."""

    def __init__(self, log: StepLog, size: int) -> None:
        self._log = log
        self._older: Recent[tuple[int, int], int] = Recent(size)  # by number of the SA, and key

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
        return None if live.before is NO_EXCHANGE else self._older.get((live.negotiation.number, key))

    def begin(self, live: Live, version: int, key: int, by_initiator: bool) -> int:
        """A new exchange; the one before the two newest is from now on found if remembered."""
        n = live.negotiation
        kind, message_id = key >> _KIND & 0xFF, key >> _MESSAGE_ID
        exchange = self._log.begin(version | GDOI * n.gdoi, kind, message_id, by_initiator, n.last_exchange)
        n.last_exchange = exchange
        if live.before is not NO_EXCHANGE:
            older_key, older = live.before
            self._older[n.number, older_key] = older
        live.before, live.current = live.current, (key, exchange)
        return exchange
