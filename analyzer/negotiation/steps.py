"""A message becomes a Step. What repeats from message to message is shared: a capture holds few distinct shapes."""

from functools import lru_cache

from analyzer.capture.datagram import Datagram
from analyzer.isakmp import Message, Payload
from analyzer.isakmp.payloads.ikev1.cisco_fragment import CiscoFragment
from analyzer.isakmp.payloads.ikev2.encrypted_fragment import EncryptedFragment
from analyzer.isakmp.payloads.notify import Notify
from analyzer.negotiation.model import SeenNotify, Step
from analyzer.negotiation.opening import CISCO_FRAGMENT, SK, SKF, Inside

_RESPONSE = 0x20  # flag R of IKEv2
_NAT_HASHES = frozenset({16388, 16389})
_ONLY_SK = (SK,)


def make_step(
    datagram: Datagram,
    message: Message,
    from_initiator: bool,
    inside: Inside | None,
    retransmission_of: int | None = None,
    duplicate: bool = False,
) -> Step:
    """The step that this message is."""
    payloads = message.payloads
    notifies: tuple[SeenNotify, ...] = ()
    fragment = None
    if len(payloads) == 1 and payloads[0].type == SK:
        types: tuple[int, ...] = _ONLY_SK
    elif payloads:
        types = _shared(message.payload_types)
        notifies = _notifies(payloads, False)
        fragment = _fragment(payloads)
    else:
        types = ()
    inner = None
    if inside is not None:
        inner = _shared(tuple(p.type for p in inside.payloads))
        notifies += _notifies(inside.payloads, True)
    return Step(
        datagram.frame_number,
        datagram.time_ns,
        from_initiator,
        message.major_version == 2 and bool(message.flags & _RESPONSE),
        message.length,
        datagram.transport,
        message.encrypted,
        types,
        inner,
        notifies,
        retransmission_of,
        duplicate,
        fragment,
    )


@lru_cache(maxsize=4096)
def _shared(types: tuple[int, ...]) -> tuple[int, ...]:
    """The same object for equal tuples."""
    return types


@lru_cache(maxsize=4096)
def _notify(notify_type: int, protocol_id: int, data: bytes, authenticated: bool) -> SeenNotify:
    return SeenNotify(notify_type, protocol_id, data, authenticated)


def _notifies(payloads: tuple[Payload, ...], authenticated: bool) -> tuple[SeenNotify, ...]:
    """Its notifies; the hashes of NAT detection are left out: they are evaluated when read, and all differ."""
    return tuple(
        [
            _notify(
                p.body.notify_type,
                p.body.protocol_id,
                b"" if p.body.notify_type in _NAT_HASHES else p.body.data,
                authenticated,
            )
            for p in payloads
            if isinstance(p.body, Notify)
        ]
    )


def _fragment(payloads: tuple[Payload, ...]) -> tuple[int, int | None] | None:
    last = payloads[-1]
    body = last.body
    if last.type == SKF and isinstance(body, EncryptedFragment):
        return body.number, body.total
    if last.type == CISCO_FRAGMENT and isinstance(body, CiscoFragment):
        return body.number, body.number if body.last else None
    return None
