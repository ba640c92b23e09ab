"""Where an IKE SA without IKE_SA_INIT comes from.

A CREATE_CHILD_SA of an older SA (RFC 7296 section 1.3.2), inferred without keys.

The new SPI pair travels inside encryption, so the wire shows only this: an exchange of the right size is answered, then
messages with a new pair and small message IDs appear between the same hosts, their flag I set on the side that began
the exchange. That is "likely".
"""

from collections.abc import Iterable
from itertools import islice

from analyzer.capture.datagram import Datagram
from analyzer.isakmp import Message
from analyzer.negotiation.follow.live import Live
from analyzer.negotiation.lengths import inner_bytes
from analyzer.negotiation.model import Exchange

_MAKES_IKE_SA = frozenset({"CREATE_CHILD_SA", "IKE_FOLLOWUP_KE"})
# SA with an 8-byte SPI and four transforms, Nonce of 16 bytes, KE of 32 bytes (Curve25519): RFC 7296 section 1.3.2
_SMALLEST_IKE_REKEY = 48 + 20 + 40
_FIRST_MESSAGE_IDS = 4  # a new IKE SA counts from 0; its first messages may be missing
_EXCHANGES_LOOKED_AT = 64  # of each SA, the newest


def parent_of(candidates: Iterable[Live], message: Message, datagram: Datagram, from_initiator: bool) -> Live | None:
    """The SA whose CREATE_CHILD_SA most likely made the SA of this message; its exchange is then taken."""
    if message.major_version != 2 or message.message_id >= _FIRST_MESSAGE_IDS:
        return None
    for live in candidates:
        n = live.negotiation
        if n.ike_version != 2 or not live.is_up:
            continue
        begun_by_initiator = (datagram.src_ip == n.initiator_ip) == from_initiator
        newest = islice(n.newest_exchanges(), _EXCHANGES_LOOKED_AT)
        for exchange in newest:
            if _could_be_it(live, exchange, begun_by_initiator):
                live.claim(exchange)
                if exchange.exchange == "IKE_FOLLOWUP_KE":
                    _claim_before(live, exchange, newest)
                return live
    return None


def _claim_before(live: Live, followup: Exchange, older: Iterable[Exchange]) -> None:
    """The exchanges that an IKE_FOLLOWUP_KE goes on with (RFC 9370 section 2.2.4) made the same IKE SA.

    older: the exchanges before it, newest first.
    """
    for exchange in older:
        if exchange.begun_by_initiator == followup.begun_by_initiator and exchange.exchange in _MAKES_IKE_SA:
            live.claim(exchange)
            if exchange.exchange == "CREATE_CHILD_SA":
                return


def _could_be_it(live: Live, exchange: Exchange, begun_by_initiator: bool) -> bool:
    if exchange.exchange not in _MAKES_IKE_SA or exchange.begun_by_initiator != begun_by_initiator:
        return False
    if exchange.response is None or live.claimed(exchange):
        return False
    if exchange.exchange == "IKE_FOLLOWUP_KE":
        return True
    length = sum(s.length for s in exchange.sent_by(not begun_by_initiator))
    inside = inner_bytes(live.negotiation.suite, length)
    return inside is None or inside[1] >= _SMALLEST_IKE_REKEY
