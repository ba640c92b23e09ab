"""The wire format of ISAKMP, IKEv1 and IKEv2: bytes become Messages.

No state between messages, and no exceptions for bad bytes: damage is a Defect.
"""

from analyzer.isakmp.chain import Payload
from analyzer.isakmp.memory import Memory
from analyzer.isakmp.message import Message, decode, decode_payloads, undecoded
from analyzer.isakmp.notify_meaning import notify_meaning
from analyzer.isakmp.recorder import Node

__all__ = [
    "Memory",
    "Message",
    "Node",
    "Payload",
    "decode",
    "decode_payloads",
    "notify_meaning",
    "undecoded",
]
