"""Which messages belong to a negotiation at all: noise on IKE's ports reads as ISAKMP now and then."""

from analyzer.capture.datagram import Datagram
from analyzer.isakmp import Message
from analyzer.isakmp.header import SIZE
from analyzer.negotiation.follow.live import ZERO_SPI

# Major version, exchange type and flags that a peer could mean: no reserved bit is set
_PLAUSIBLE = frozenset(
    (version, exchange_type, flags)
    for version, exchange_types, known_flags in ((1, (1, 2, 3, 4, 5, 6, 32, 33), 0x07), (2, range(34, 45), 0x38))
    for exchange_type in exchange_types
    for flags in range(256)
    if not flags & ~known_flags
)


def trackable(message: Message, datagram: Datagram) -> bool:
    """The header is that of an ISAKMP message that a peer could mean.

    Known version, exchange, SPI and a length that fits.
    """
    length = message.length
    return (
        (message.major_version, message.exchange_type, message.flags) in _PLAUSIBLE
        and SIZE <= length <= len(datagram.payload) + datagram.missing
        and message.initiator_spi != ZERO_SPI
    )
