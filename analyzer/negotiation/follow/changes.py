"""Which messages can change what is known of their SA: all others are only noted."""

from analyzer.isakmp import Message
from analyzer.isakmp.numbers import ExchangeV1, ExchangeV2
from analyzer.negotiation.follow.live import Live
from analyzer.negotiation.follow.log import Shape
from analyzer.negotiation.follow.sides import PHASE1

_PHASE2 = (ExchangeV1.INFORMATIONAL, ExchangeV1.TRANSACTION, ExchangeV1.QUICK_MODE, ExchangeV1.NEW_GROUP_MODE)
_LATER = (ExchangeV2.CREATE_CHILD_SA, ExchangeV2.INFORMATIONAL, ExchangeV2.IKE_FOLLOWUP_KE)
_EXPECTED = frozenset(map(int, (*_PHASE2, *_LATER)))  # exchanges that an SA that is up is expected to have


def can_change_state(live: Live, message: Message, shape: Shape) -> bool:
    """Whether a message that keys did not open can change what is known of its SA.

    False for what most messages are: sealed, whole, and of an exchange that an SA that is up is expected to have.
    """
    return not (live.is_up and message.encrypted and message.exchange_type in _EXPECTED and shape.fragment is None)


def is_readable(message: Message, shape: Shape) -> bool:
    """Whether a message that keys did not open holds anything but that it is there."""
    return not message.encrypted or shape.fragment is not None or message.exchange_type in PHASE1
