"""A message becomes a Step. What repeats from message to message is shared: a capture holds few distinct shapes."""

from functools import lru_cache

from analyzer.capture.datagram import Datagram
from analyzer.isakmp import Message, Payload
from analyzer.isakmp.cursor import build
from analyzer.isakmp.header import FLAG_RESPONSE
from analyzer.isakmp.payloads.ikev1.cisco_fragment import CiscoFragment
from analyzer.isakmp.payloads.ikev2.encrypted_fragment import EncryptedFragment
from analyzer.isakmp.payloads.notify import Notify
from analyzer.negotiation.model import SeenNotify, Step
from analyzer.negotiation.opening import CISCO_FRAGMENT, SK, SKF, Inside

NAT_SOURCE, NAT_DESTINATION = 16388, 16389  # NAT_DETECTION_*_IP, RFC 7296 section 3.10.1
_NAT_HASHES = frozenset({NAT_SOURCE, NAT_DESTINATION})
_ONLY_SK = (SK,)


def first_step(datagram: Datagram, message: Message, from_initiator: bool, inside: Inside | None = None) -> Step:
    """The step that a message seen for the first time is."""
    payloads = message.payloads
    notifies: tuple[SeenNotify, ...] = ()
    types: tuple[int, ...] = ()
    fragment = None
    if len(payloads) == 1 and payloads[0].type == SK:
        types = _ONLY_SK
    elif payloads:
        types = _shared(tuple([p.type for p in payloads]))
        notifies = _notifies(payloads, False)
        fragment = _fragment(payloads[-1])
    inner_types = None
    if inside is not None:
        inner_types = _shared(tuple([p.type for p in inside.payloads]))
        notifies += _notifies(inside.payloads, True)
    return build(
        Step,
        (
            datagram.frame_number,
            datagram.time_ns,
            from_initiator,
            message.major_version == 2 and message.flags & FLAG_RESPONSE != 0,
            message.length,
            datagram.transport,
            message.encrypted,
            types,
            inner_types,
            notifies,
            None,
            False,
            fragment,
        ),
    )


def repeated_step(latest: Step, datagram: Datagram, from_initiator: bool, *, duplicate: bool) -> Step:
    """The step of the same bytes again; `latest` is that of an earlier transmission."""
    return latest._replace(
        frame_number=datagram.frame_number,
        time_ns=datagram.time_ns,
        from_initiator=from_initiator,
        transport=datagram.transport,
        retransmission_of=latest.frame_number if latest.retransmission_of is None else latest.retransmission_of,
        duplicate=duplicate,
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
