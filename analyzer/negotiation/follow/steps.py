"""The shape of a message's step. What repeats from message to message is shared: a capture holds few distinct ones."""

from analyzer.isakmp import Memory, Message, Payload
from analyzer.isakmp.header import FLAG_RESPONSE
from analyzer.isakmp.numbers import NotifyV2
from analyzer.isakmp.payloads.ikev1.cisco_fragment import CiscoFragment
from analyzer.isakmp.payloads.ikev2.encrypted_fragment import EncryptedFragment
from analyzer.isakmp.payloads.key_exchange import KeyExchange
from analyzer.isakmp.payloads.notify import Notify
from analyzer.isakmp.payloads.vendor_id import VendorID
from analyzer.negotiation.follow.log import Shape
from analyzer.negotiation.follow.opening import CISCO_FRAGMENT, SK, SKF, Inside
from analyzer.negotiation.seen import SeenNotify

NAT_SOURCE = int(NotifyV2.NAT_DETECTION_SOURCE_IP)
NAT_DESTINATION = int(NotifyV2.NAT_DETECTION_DESTINATION_IP)
_NAT_HASHES = frozenset({NAT_SOURCE, NAT_DESTINATION})
_ONLY_SK: tuple[int, ...] = (SK,)
_NONE: tuple[int, ...] = ()


def shape_of(
    message: Message,
    transport: str,
    from_initiator: bool,
    memory: Memory,
    inside: Inside | None = None,
    whole: Message | None = None,
) -> Shape:
    """What the step of a message is but for its place and time.

    whole: the message that it completes as the last of its fragments, if that is in clear.
    """
    payloads, encrypted = message.payloads, message.encrypted
    is_response = message.major_version == 2 and message.flags & FLAG_RESPONSE != 0
    if encrypted and inside is None and (not payloads or (payloads[0].type == SK and len(payloads) == 1)):
        return sealed_shape(from_initiator, is_response, message.length, transport, version2=bool(payloads))
    types: tuple[int, ...] = memory.shared[tuple, tuple([p.type for p in payloads]) or message.announced]
    notifies = _notifies(payloads, False, memory)
    fragment = _fragment(payloads[-1]) if payloads else None
    inner_types = None
    shown = payloads if whole is None else whole.payloads
    if inside is not None:
        inner_types = memory.shared[tuple, tuple([p.type for p in inside.payloads])]
        notifies += _notifies(inside.payloads, True, memory)
        shown += inside.payloads
    vendor_ids = tuple([p.body.data for p in shown if type(p.body) is VendorID])
    key_exchanges = tuple([(p.body.group, len(p.body.data)) for p in shown if type(p.body) is KeyExchange])
    return Shape(
        from_initiator,
        is_response,
        message.length,
        transport,
        encrypted,
        types,
        inner_types,
        notifies,
        fragment,
        vendor_ids,
        key_exchanges,
    )


def sealed_shape(from_initiator: bool, is_response: bool, length: int, transport: str, *, version2: bool) -> Shape:
    """The shape of what is nothing but encrypted: IKEv2's one payload is SK, IKEv1 shows none."""
    types = _ONLY_SK if version2 else _NONE
    return Shape(from_initiator, is_response, length, transport, True, types, None, (), None)


def _notifies(payloads: tuple[Payload, ...], authenticated: bool, memory: Memory) -> tuple[SeenNotify, ...]:
    """Its notifies; the hashes of NAT detection are left out: they are evaluated when read, and all differ."""
    return tuple(
        [
            memory.shared[
                SeenNotify,
                SeenNotify(
                    p.body.notify_type,
                    p.body.protocol_id,
                    b"" if p.body.notify_type in _NAT_HASHES else p.body.data,
                    authenticated,
                ),
            ]
            for p in payloads
            if type(p.body) is Notify
        ]
    )


def _fragment(last: Payload) -> tuple[int, int | None] | None:
    """Number and total of an IKE fragment (RFC 7383); of a Cisco fragment the total is known if it is the last."""
    body = last.body
    if last.type == SKF and isinstance(body, EncryptedFragment):
        return body.number, body.total
    if last.type == CISCO_FRAGMENT and isinstance(body, CiscoFragment):
        return body.number, body.number if body.last else None
    return None
