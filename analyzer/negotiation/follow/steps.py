"""The shape of a message's step. What repeats from message to message is shared: a capture holds few distinct ones."""

from analyzer.isakmp import Memory, Message, Payload
from analyzer.isakmp.cursor import build
from analyzer.isakmp.header import FLAG_RESPONSE
from analyzer.isakmp.numbers import NotifyV2, Phase1Attribute
from analyzer.isakmp.payloads.ikev1.cisco_fragment import CiscoFragment
from analyzer.isakmp.payloads.ikev2.encrypted_fragment import EncryptedFragment
from analyzer.isakmp.payloads.key_exchange import KeyExchange
from analyzer.isakmp.payloads.notify import Notify
from analyzer.isakmp.payloads.sa import SecurityAssociation
from analyzer.isakmp.payloads.vendor_id import VendorID
from analyzer.negotiation.follow.fragments import CISCO_FRAGMENT, SK, SKF, Inside
from analyzer.negotiation.follow.live import Live
from analyzer.negotiation.follow.sides import PHASE1
from analyzer.negotiation.seen import SeenNotify, Shape

NAT_SOURCE = int(NotifyV2.NAT_DETECTION_SOURCE_IP)
NAT_HASHES = frozenset({NAT_SOURCE, int(NotifyV2.NAT_DETECTION_DESTINATION_IP)})
_ONLY_SK: tuple[int, ...] = (SK,)
_NONE: tuple[int, ...] = ()
_GROUP = int(Phase1Attribute.GROUP_DESCRIPTION)


def looked_at(
    live: Live,
    message: Message,
    transport: str,
    from_initiator: bool,
    memory: Memory,
    inside: Inside | None,
    whole: Message,
) -> tuple[Shape, bool, bool]:
    """The shape of a message; whether it can change what is known of its SA; and whether there is anything to read."""
    shape = shape_of(message, transport, from_initiator, memory, inside, whole)
    if inside is not None:
        return shape, True, True
    return shape, can_change_state(live, message, shape), is_readable(message, shape)


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
    alone = not payloads or (payloads[0].type == SK and len(payloads) == 1)
    if encrypted and inside is None and alone and not message.defects:
        return sealed_shape(from_initiator, is_response, message.length, transport, version2=bool(payloads))
    types: tuple[int, ...] = memory.shared[tuple, tuple([p.type for p in payloads]) or message.announced]
    notifies, vendor_ids, key_exchanges = _said(payloads, False, memory)
    if whole is not None and whole is not message:
        _, vendor_ids, key_exchanges = _said(whole.payloads, False, memory)
    inner_types = None
    if inside is not None:
        inner_types = memory.shared[tuple, tuple([p.type for p in inside.payloads])]
        more = _said(inside.payloads, True, memory)
        notifies, vendor_ids, key_exchanges = notifies + more[0], vendor_ids + more[1], key_exchanges + more[2]
    shape: Shape = build(
        Shape,
        (
            from_initiator,
            is_response,
            message.length,
            transport,
            encrypted,
            types,
            inner_types,
            notifies,
            _fragment(payloads[-1]) if payloads else None,
            vendor_ids,
            key_exchanges,
            _damage(message, memory) if message.defects else (),
        ),
    )
    return shape


def _damage(message: Message, memory: Memory) -> tuple[str, ...]:
    """The kinds of its defects."""
    found: tuple[str, ...] = memory.shared[tuple, tuple(dict.fromkeys(defect.kind for defect in message.defects))]
    return found


def sealed_shape(from_initiator: bool, is_response: bool, length: int, transport: str, *, version2: bool) -> Shape:
    """The shape of what is nothing but encrypted: IKEv2's one payload is SK, IKEv1 shows none."""
    types = _ONLY_SK if version2 else _NONE
    return Shape(from_initiator, is_response, length, transport, True, types, None, (), None)


_Said = tuple[tuple[SeenNotify, ...], tuple[bytes, ...], tuple[tuple[int | None, int], ...]]


def _said(payloads: tuple[Payload, ...], authenticated: bool, memory: Memory) -> _Said:
    """Its notifies, vendor IDs and key exchanges.

    The hashes of NAT detection are left out: they are evaluated when read, and all differ.
    """
    notifies: list[SeenNotify] = []
    vendor_ids: list[bytes] = []
    key_exchanges: list[tuple[int | None, int]] = []
    for payload in payloads:
        body = payload.body
        if type(body) is Notify:
            _, protocol, _, number, data = body
            seen = number, protocol, b"" if number in NAT_HASHES else data, authenticated
            notifies.append(memory.shared[SeenNotify, seen])
        elif type(body) is VendorID:
            vendor_ids.append(body.data)
        elif type(body) is KeyExchange:
            key_exchanges.append((body.group, len(body.data)))
    return tuple(notifies), tuple(vendor_ids), tuple(key_exchanges)


def _fragment(last: Payload) -> tuple[int, int | None] | None:
    """Number and total of an IKE fragment (RFC 7383); of a Cisco fragment the total is known if it is the last."""
    body = last.body
    if last.type == SKF and isinstance(body, EncryptedFragment):
        return body.number, body.total
    if last.type == CISCO_FRAGMENT and isinstance(body, CiscoFragment):
        return body.number, body.number if body.last else None
    return None


def values_in(sa: SecurityAssociation, attribute: int = _GROUP) -> set[int | None]:
    """What IKEv1's transforms have in an attribute, that of phase 1's group if none is named; None: one has it not."""
    return {t.attribute(attribute) for p in sa.proposals for t in p.transforms}


def agreed_group(groups: set[int | None] | None) -> int | None:
    """The one group of all transforms offered: IKEv1's KE payload does not name it (RFC 2409 section 5)."""
    return next(iter(groups)) if groups is not None and len(groups) == 1 else None


def can_change_state(live: Live, message: Message, shape: Shape) -> bool:
    """Whether a message that keys did not open can change what is known of its SA.

    An error in the other IKE version cannot: anybody may have sent it.
    """
    if message.encrypted and shape.fragment is None and message.exchange_type in live.quiet:
        return False
    return message.major_version == live.negotiation.ike_version


def is_readable(message: Message, shape: Shape) -> bool:
    """Whether a message that keys did not open holds anything but that it is there."""
    return not message.encrypted or shape.fragment is not None or message.exchange_type in PHASE1
