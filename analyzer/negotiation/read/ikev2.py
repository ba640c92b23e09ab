"""Reading one IKEv2 message into its SA.

What it offers, chooses, identifies and reports.
"""

from __future__ import annotations

from analyzer.capture.datagram import Datagram
from analyzer.isakmp import Message, Payload
from analyzer.isakmp.numbers import NotifyV2, PayloadV2
from analyzer.isakmp.payloads.certificate import Certificate
from analyzer.isakmp.payloads.certificate_request import CertificateRequest
from analyzer.isakmp.payloads.identification import Identification
from analyzer.isakmp.payloads.ikev2.authentication import Authentication
from analyzer.isakmp.payloads.ikev2.eap import Eap
from analyzer.isakmp.payloads.notify import Notify
from analyzer.isakmp.payloads.sa import SecurityAssociation
from analyzer.negotiation.exchanges import readings
from analyzer.negotiation.exchanges.messages import is_bare, is_bare_so_far
from analyzer.negotiation.follow.fragments import Inside
from analyzer.negotiation.follow.live import Live
from analyzer.negotiation.follow.nat import ikev2_compared
from analyzer.negotiation.follow.sa_index import SaIndex
from analyzer.negotiation.follow.steps import NAT_HASHES, NAT_SOURCE
from analyzer.negotiation.model import Exchange, Negotiation, Step
from analyzer.negotiation.read import auth, certificates, children, eap
from analyzer.negotiation.read.children import About
from analyzer.negotiation.read.deletes import note_deletes
from analyzer.negotiation.read.proposals import ikev2_suite
from analyzer.negotiation.seen import Offer, SeenIdentity

_GROUP = frozenset({readings.GSA_AUTH, readings.GSA_REGISTRATION})
_IDI = int(PayloadV2.IDI)
_CLEAR = frozenset({readings.INIT, readings.RESUME, readings.INFORMATIONAL})  # they may stand outside of any IKE SA
_PEERS = frozenset({_IDI, int(PayloadV2.IDR)})  # IDg names a group (RFC 9838)
_READ = frozenset({SecurityAssociation, Identification, Authentication, Eap, Certificate, CertificateRequest})
_FRAGMENTATION_SUPPORTED = int(NotifyV2.IKEV2_FRAGMENTATION_SUPPORTED)


def read_clear(
    live: Live, place: int, kind: int, step: Step, datagram: Datagram, message: Message, *, reads: bool
) -> int | None:
    """Take in one message that keys did not open, seen for the first time.

    place, kind: of its exchange in the log, and the exchange's type. reads: whether more is asked for than placing
    takes. Returns the child SA that the message is about.
    """
    n, child = live.negotiation, None
    if kind == readings.INIT and not message.encrypted:
        if reads:
            n.cut = n.cut or datagram.missing > 0
            _read_payloads(n, place, kind, step, message.payloads, None)
            _read_notifies(live, step, datagram, message)
        _choose(n, step, message.payloads)
    elif kind not in _CLEAR and is_bare(step) and is_bare_so_far(exchange := n.log.exchange(place)):
        child = children.read_ikev2(live, exchange, step, message.payloads).child
        _read_payloads(n, place, kind, step, message.payloads, child)
    if step.fragment is not None:
        n.fragmentation = "used"
    return child


def read_inside(
    index: SaIndex, live: Live, exchange: Exchange, step: Step, datagram: Datagram, inside: Inside
) -> About:
    """Take in one message that keys opened, seen for the first time.

    Returns what its SA payload is about. A new IKE SA is the caller's to follow from here on.
    """
    note_deletes(index, live, step, datagram, inside.payloads)
    about = children.read_ikev2(live, exchange, step, inside.payloads)
    _read_payloads(live.negotiation, exchange.index, exchange.exchange_type, step, inside.payloads, about.child)
    if exchange.exchange_type == readings.INIT:
        _choose(live.negotiation, step, inside.payloads)
    if step.fragment is not None:
        live.negotiation.fragmentation = "used"
    return about


def _choose(n: Negotiation, step: Step, payloads: tuple[Payload, ...]) -> None:
    """The suite that a response of IKE_SA_INIT chooses; of several the first."""
    if step.is_response and n.chosen_frame is None:
        bodies = (payload.body for payload in payloads)
        sa = next((body for body in bodies if isinstance(body, SecurityAssociation) and body.proposals), None)
        if sa is not None:
            n.suite = ikev2_suite(sa.proposals[0])
            n.chosen_frame = step.frame_number


def _read_notifies(live: Live, step: Step, datagram: Datagram, message: Message) -> None:
    """What notifies of IKE_SA_INIT say of the path between the peers."""
    if not step.notifies:
        return
    n, types = live.negotiation, [notify.notify_type for notify in step.notifies]
    detect_nat(live, step.from_initiator, datagram, message)
    if _FRAGMENTATION_SUPPORTED in types and n.fragmentation != "used":
        # the responder announces it only where the initiator did (RFC 7383 section 2.3)
        n.fragmentation = "supported" if step.is_response else "offered"


def _read_payloads(
    n: Negotiation, place: int, kind: int, step: Step, payloads: tuple[Payload, ...], child: int | None
) -> None:
    """Payloads that mean the same in clear and decrypted. place: of the exchange in the log; kind: its type.

    `child`: the child SA that an SA payload is about, None for the IKE SA.
    """
    frame, from_initiator = step.frame_number, step.from_initiator
    for payload in payloads:
        body = payload.body
        if type(body) not in _READ:
            continue  # notifies, vendor IDs and key exchanges are in the step
        if isinstance(body, SecurityAssociation):
            if kind in _GROUP:
                continue  # what a member can do in the group, no offer for this SA (RFC 9838 section 2.3)
            n.offers.append(Offer(frame, from_initiator, step.is_response, child, body))
        elif isinstance(body, Identification):
            if payload.type in _PEERS:
                n.identities.append(SeenIdentity(frame, payload.type == _IDI, body.id_type, body.text, len(body.data)))
        elif isinstance(body, Authentication):
            auth.note(n, body, n.log.exchange(place).message_id, from_initiator=from_initiator)
        elif isinstance(body, Eap):
            eap.note(n, step, body, n.log.exchange(place).message_id)
        else:
            certificates.note(n, step, body)


def detect_nat(live: Live, from_initiator: bool, datagram: Datagram, message: Message) -> None:
    """NAT_DETECTION_SOURCE_IP and NAT_DETECTION_DESTINATION_IP against the datagram's addresses."""
    sources: list[bytes] = []
    destinations: list[bytes] = []
    for payload in message.payloads:
        body = payload.body
        if type(body) is Notify and body.notify_type in NAT_HASHES:
            (sources if body.notify_type == NAT_SOURCE else destinations).append(body.data)
    if sources or destinations:
        spis = bytes.fromhex(message.initiator_spi + message.responder_spi)
        live.nat = ikev2_compared(live.nat, from_initiator, spis, sources, destinations, datagram)
