"""Messages that a key server sends to all members of a group: under an SPI pair of no two-party SA.

GSA_REKEY (RFC 9838 section 2.4) and GROUPKEY-PUSH with its acknowledgement (RFC 6407 section 4, RFC 8263). The pair
names the SA that protects them, which members were given when they registered.
"""

from ipaddress import ip_address
from typing import Final

from analyzer.capture.datagram import Datagram
from analyzer.capture.natt import GDOI_PORT
from analyzer.isakmp import Message
from analyzer.isakmp.numbers import ExchangeV1, ExchangeV2
from analyzer.negotiation.follow.sa_index import SaIndex, hosts_of
from analyzer.negotiation.follow.sides import PHASE1, PUSH_ACK
from analyzer.vocabulary import Mode

_GSA_REKEY, _PUSH = int(ExchangeV2.GSA_REKEY), int(ExchangeV1.NEW_GROUP_MODE)  # GDOI's GROUPKEY-PUSH has that number

IKEV2: Final[tuple[Mode, bool]] = "ikev2", False  # what `kind_of` says of most


def is_gdoi(datagram: Datagram, message: Message) -> bool:
    """A message of IKEv1 on GDOI's port, or of an exchange that only GDOI has (RFC 6407 section 2, RFC 8263)."""
    if message.major_version != 1:
        return False
    if message.exchange_type == PUSH_ACK or GDOI_PORT in (datagram.src_port, datagram.dst_port):
        return True
    return message.exchange_type == _PUSH and ip_address(datagram.dst_ip).is_multicast


def is_group_rekey(datagram: Datagram, message: Message) -> bool:
    """The message is the key server's word to all members, or their acknowledgement."""
    if message.major_version == 2:
        return message.exchange_type == _GSA_REKEY
    return message.exchange_type in (_PUSH, PUSH_ACK) and is_gdoi(datagram, message)


def kind_of(datagram: Datagram, message: Message, known: SaIndex) -> tuple[Mode, bool]:
    """The mode of an SA by the first message seen of it, and whether it is GDOI's. known: the SAs that are followed."""
    gdoi = is_gdoi(datagram, message)
    if is_group_rekey(datagram, message):
        return "group-rekey", gdoi
    if message.major_version == 1 and message.exchange_type == _PUSH and _have_gdoi(datagram, known):
        return "group-rekey", True
    return IKEV2 if message.major_version == 2 else (PHASE1.get(message.exchange_type, "unknown"), gdoi)


def _have_gdoi(datagram: Datagram, known: SaIndex) -> bool:
    """The two hosts have an SA under GDOI's DOI."""
    return any(live.negotiation.gdoi for live in known.between(hosts_of(datagram)))
