"""What a Delete payload that could be read ends (RFC 7296 section 1.4.1, RFC 2408 section 3.15)."""

from collections.abc import Iterable

from analyzer.capture.datagram import Datagram
from analyzer.isakmp import Payload
from analyzer.isakmp.numbers import ProtocolId
from analyzer.isakmp.payloads.delete import Delete
from analyzer.negotiation.follow.live import Live
from analyzer.negotiation.follow.sa_index import SaIndex, hosts_of
from analyzer.negotiation.model import Step
from analyzer.negotiation.seen import DeletedAgain

AGAIN_KEPT = 16  # deletes of what was deleted before, of an SA
_KNOWN = 256  # SPIs of an SA that are remembered
_PROTOCOL_IKE = int(ProtocolId.IKE)
_CHILD_PROTOCOLS = (int(ProtocolId.AH), int(ProtocolId.ESP))


def note_deletes(index: SaIndex, live: Live, step: Step, datagram: Datagram, payloads: Iterable[Payload]) -> None:
    """Note when IKE SA and child SAs were deleted.

    The SPIs are those on which the sender received. They need not be of children that this IKE SA made: IKEv2's
    children move to the SA that rekeys theirs (RFC 7296 section 2.8), IKEv1's belong to the hosts.
    """
    for payload in payloads:
        body = payload.body
        if not isinstance(body, Delete):
            continue
        if live.negotiation.ike_version == 1:
            _note_again(live, step, body)
        if body.protocol_id in _CHILD_PROTOCOLS:
            spis = {spi.hex() for spi in body.spis}
            _delete_children(live, spis, step, step.from_initiator)
            if spis:
                for other in index.between(hosts_of(datagram)):
                    n = other.negotiation
                    if other is not live and n.ike_version == live.negotiation.ike_version:
                        _delete_children(other, spis, step, datagram.src_ip == n.initiator_ip)
        elif body.protocol_id == _PROTOCOL_IKE and not step.is_response:
            _delete_ike_sa(index, live, step, datagram, body)


def _note_again(live: Live, step: Step, body: Delete) -> None:
    """Note SAs that the same side has deleted before: IKEv1 does not retransmit an INFORMATIONAL (RFC 2408 4.8)."""
    known = live.deleted = live.deleted if live.deleted is not None else {}
    n = live.negotiation
    for spi in body.spis:
        key = step.from_initiator, body.protocol_id, spi
        first = known.get(key)
        if first is not None and len(n.deleted_again) < AGAIN_KEPT:
            again = DeletedAgain(*key[:2], spi.hex(), first, step.frame_number)
            n.deleted_again = (*n.deleted_again, again)
        elif first is None and len(known) < _KNOWN:
            known[key] = step.frame_number


def _delete_children(live: Live, spis: set[str], step: Step, from_initiator: bool) -> None:
    """Mark the children with these SPIs; what was found is taken out of `spis`."""
    for spi in sorted(spis):
        child = live.child_on(spi, initiator=from_initiator)
        if child is not None:
            spis.remove(spi)
            child.deleted_at = child.deleted_at or step.time_ns


def _delete_ike_sa(index: SaIndex, live: Live, step: Step, datagram: Datagram, body: Delete) -> None:
    """IKEv2 ends the SA of the message; IKEv1 names one by its cookies, as a rule the same."""
    n, by_initiator = live.negotiation, step.from_initiator
    for spi in body.spis if n.ike_version == 1 else ():
        cookies = spi[:8].hex(), spi[8:].hex()
        if cookies != (n.initiator_spi, n.responder_spi):
            named = (o.negotiation for o in index.between(hosts_of(datagram)) if o.negotiation.ike_version == 1)
            other = next((o for o in named if cookies == (o.initiator_spi, o.responder_spi)), None)
            if other is None:
                return
            n, by_initiator = other, datagram.src_ip == other.initiator_ip
    n.deleted_at, n.deleted_by_initiator = step.time_ns, by_initiator
