"""The wire format of ISAKMP, IKEv1 and IKEv2: bytes become Messages or a dissection tree.

No state between messages, and no exceptions for bad bytes: damage is a Defect.
"""

from analyzer.isakmp.annotation import Around, Opening
from analyzer.isakmp.chain import Payload
from analyzer.isakmp.dissection import dissect, dissect_payloads, notify_meaning
from analyzer.isakmp.eap_assembly import EapAssembly, dissect_tls
from analyzer.isakmp.message import Message, decode, decode_payloads, undecoded
from analyzer.isakmp.recorder import Node

__all__ = [
    "Around",
    "EapAssembly",
    "Message",
    "Node",
    "Opening",
    "Payload",
    "decode",
    "decode_payloads",
    "dissect",
    "dissect_payloads",
    "dissect_tls",
    "notify_meaning",
    "undecoded",
]
