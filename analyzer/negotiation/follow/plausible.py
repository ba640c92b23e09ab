"""What headers a peer could mean: noise on IKE's ports reads as ISAKMP now and then."""

from analyzer.capture.datagram import Datagram
from analyzer.isakmp import Message
from analyzer.isakmp.header import SIZE
from analyzer.isakmp.numbers import ExchangeV1, ExchangeV2, PayloadV1, PayloadV2

ZERO_SPI = "0" * 16
_FIRST_PAYLOAD, _VERSION, _LENGTH = 16, 17, 24  # places in the header
_NUMBERED = 36  # header, a fragment's payload header, and its number
_FRAGMENTS = (int(PayloadV1.FRAGMENT), int(PayloadV2.SKF))

_EXCHANGES_V1 = tuple(
    kind for kind in map(int, ExchangeV1) if kind <= ExchangeV1.GROUPKEY_PUSH_ACK
)  # RFC 2408, RFC 2409, RFC 8263
_EXCHANGES_V2 = range(ExchangeV2.IKE_SA_INIT, ExchangeV2.IKE_FOLLOWUP_KE + 1)
# Major version, exchange type and flags that a peer could mean: no reserved bit is set. Of IKEv1 V is none since IKEv2
PLAUSIBLE = frozenset(
    (version, exchange_type, flags)
    for version, exchange_types, known_flags in ((1, _EXCHANGES_V1, 0x17), (2, _EXCHANGES_V2, 0x38))
    for exchange_type in exchange_types
    for flags in range(256)
    if not flags & ~known_flags
)


def cut_before_place(datagram: Datagram) -> bool:
    """Too little of a message was captured to know where it belongs: less than a header, or a fragment's number."""
    held = len(datagram.payload)
    if not datagram.missing or held >= _NUMBERED:
        return False
    return held < SIZE or datagram.payload[_FIRST_PAYLOAD] in _FRAGMENTS


def is_of_unknown_version(datagram: Datagram) -> bool:
    """A whole message by its length, of a version that is neither 1 nor 2 (RFC 7296 section 2.5)."""
    payload = datagram.payload
    if len(payload) < SIZE or payload[_VERSION] >> 4 in (1, 2):
        return False
    return int.from_bytes(payload[_LENGTH:SIZE], "big") == len(payload) + datagram.missing


def trackable(message: Message, datagram: Datagram) -> bool:
    """The header is that of an ISAKMP message that a peer could mean.

    Known version, exchange, SPI and a length that fits.
    """
    length = message.length
    return (
        (message.major_version, message.exchange_type, message.flags) in PLAUSIBLE
        and SIZE <= length <= len(datagram.payload) + datagram.missing
        and message.initiator_spi != ZERO_SPI
        and not (datagram.missing and cut_before_place(datagram))
    )
