"""Which side of an SA sent an IKEv1 message: decided here, once; IKEv2 has a flag for it (RFC 7296 section 3.1).

What is known comes before what is guessed: the ends at which the SA was last seen, and where it was seen before that;
then the message itself. Addresses and ports of both sides may change inside an SA, at a double NAT or where a capture
was taken on both sides of one.
"""

from analyzer.capture.datagram import Datagram
from analyzer.capture.natt import NAT_T_PORT
from analyzer.isakmp import Message
from analyzer.isakmp.numbers import ExchangeV1, PayloadV1
from analyzer.negotiation.follow.live import Live
from analyzer.negotiation.follow.plausible import ZERO_SPI
from analyzer.negotiation.model import Negotiation
from analyzer.vocabulary import Mode

INFORMATIONAL, PUSH_ACK = int(ExchangeV1.INFORMATIONAL), int(ExchangeV1.GROUPKEY_PUSH_ACK)
# Modes by exchange type; plain numbers, since every IKEv1 message is looked up
PHASE1: dict[int, Mode] = {
    int(ExchangeV1.BASE): "base",
    int(ExchangeV1.IDENTITY_PROTECTION): "main",
    int(ExchangeV1.AGGRESSIVE): "aggressive",
}
_SA, _CISCO_FRAGMENT = int(PayloadV1.SA), int(PayloadV1.FRAGMENT)
_IKE = (500, NAT_T_PORT)

Place = tuple[str, int, str, int]  # address and port of the initiator, and of the responder


def sent_by_initiator(live: Live, datagram: Datagram, message: Message, original: int | None) -> bool:
    """Whether an IKEv1 message is the initiator's. `original`: the step in the log whose bytes it repeats."""
    n, path = live.negotiation, datagram[3:7]
    known = sent_from(live, path)
    if known is not None:
        return known
    if original is not None:
        return n.log.step(original).from_initiator
    for place in reversed(n.addresses):
        known = _at(place[1:], path)
        if known is not None:
            return known
    return _guess(live, message)


def sent_from(live: Live, path: Place) -> bool | None:
    """Whether the initiator sends from there, by where the SA was last seen; None: it fits neither side better.

    path: address and port of the source, and of the destination.
    """
    return _at(live.ends[:4] if live.ends is not None else _first_place(live.negotiation), path)


def begun_by_initiator(datagram: Datagram, message: Message) -> bool:
    """Whether the first message seen of an IKEv1 SA is its initiator's."""
    if message.exchange_type == INFORMATIONAL and not message.encrypted:
        return False  # an error in clear, as responders send before there are keys
    if message.exchange_type == PUSH_ACK:
        return False  # a member's, to what the key server has sent
    if message.responder_spi == ZERO_SPI:
        return True
    if message.exchange_type in PHASE1 and message.first(_SA) is not None:
        return False  # of two phase 1 messages with an SA payload the second has the responder's cookie
    return datagram.src_port not in _IKE or datagram.dst_port in _IKE  # clients behind a NAT are those with other ports


def take_sides(n: Negotiation, datagram: Datagram) -> None:
    """IKEv1's first message says who is who, also where others were seen before it and the sides were guessed."""
    n.initiator_ip, n.initiator_port = datagram.src_ip, datagram.src_port
    n.responder_ip, n.responder_port = datagram.dst_ip, datagram.dst_port


def _first_place(n: Negotiation) -> Place:
    return n.initiator_ip, n.initiator_port, n.responder_ip, n.responder_port


def _at(place: Place, path: Place) -> bool | None:
    """From the initiator's end or from the responder's, by addresses, then by ports; None: it fits neither better."""
    (i_ip, i_port, r_ip, r_port), (src_ip, src_port, dst_ip, dst_port) = place, path
    out, back = (src_ip == i_ip) + (dst_ip == r_ip), (src_ip == r_ip) + (dst_ip == i_ip)
    if out == back != 0:  # between a host and itself
        out, back = (src_port == i_port) + (dst_port == r_port), (src_port == r_port) + (dst_port == i_port)
    return None if out == back else out > back


def _guess(live: Live, message: Message) -> bool:
    """Both ends are new. In the SA's newest exchange it is the other side's turn; a new one is the initiator's."""
    n = live.negotiation
    if message.responder_spi == ZERO_SPI:
        return True
    newest = next(n.newest_exchanges(), None)
    if newest is None or (newest.exchange_type, newest.message_id) != (message.exchange_type, message.message_id):
        return True
    last = next(newest.newest_steps())
    return last.from_initiator == (message.first(_CISCO_FRAGMENT) is not None)
