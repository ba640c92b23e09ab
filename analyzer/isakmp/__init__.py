"""The wire format of ISAKMP, IKEv1 and IKEv2: bytes become Messages or a dissection tree. No state, no exceptions for bad bytes."""

from analyzer.isakmp.chain import Payload
from analyzer.isakmp.message import Message, decode, decode_payloads

__all__ = ["Message", "Payload", "decode", "decode_payloads"]
