"""Reading one IKEv2 message into its SA.

What it offers, chooses, identifies and reports, and which event of the state table it is.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from analyzer.capture.datagram import Datagram
from analyzer.isakmp import Message, Payload
from analyzer.isakmp.payloads.delete import Delete
from analyzer.isakmp.payloads.identification import Identification
from analyzer.isakmp.payloads.ikev2.authentication import Authentication
from analyzer.isakmp.payloads.key_exchange import KeyExchange
from analyzer.isakmp.payloads.notify import Notify
from analyzer.isakmp.payloads.sa import SecurityAssociation
from analyzer.isakmp.payloads.vendor_id import VendorID
from analyzer.negotiation import children, ikev2_states, lengths
from analyzer.negotiation.live import Live
from analyzer.negotiation.model import Exchange, Offer, SeenIdentity, Step
from analyzer.negotiation.nat import ikev2_digest
from analyzer.negotiation.opening import Inside
from analyzer.negotiation.proposals import ikev2_suite
from analyzer.negotiation.sa_index import SaIndex

if TYPE_CHECKING:
    from analyzer.negotiation.tracker import Tracker

SA, IDI, AUTH, EAP = 33, 35, 39, 48
_PROTOCOL_IKE = 1
INIT, IKE_AUTH, CREATE_CHILD_SA, INFORMATIONAL = 34, 35, 36, 37

INVALID_KE_PAYLOAD, AUTHENTICATION_FAILED, COOKIE, REDIRECT = 17, 24, 16390, 16407
_NAT_SOURCE, _NAT_DESTINATION, _FRAGMENTATION_SUPPORTED = 16388, 16389, 16430
_FIRST_STATUS = 16384
_LONGEST_DELAY_NS = 10**9


def read(
    tracker: Tracker,
    index: SaIndex,
    live: Live,
    exchange: Exchange,
    step: Step,
    datagram: Datagram,
    message: Message,
    inside: Inside | None,
) -> int | None:
    """Take in one message seen for the first time.

    Returns the number of the child SA its SA payload is about, if it is about one.
    """
    child = None
    if not message.encrypted:
        _read_payloads(live, exchange, step, message.payloads, None)
        _detect_nat(live, step, datagram, message)
    if step.fragment is not None:
        live.negotiation.fragmentation = "used"
    if inside is not None:
        child = _read_inside(tracker, live, exchange, step, inside)
    event = _event(live, exchange, step, inside)
    if event is not None:
        live.state = ikev2_states.after(live.state, event)
        if live.state in ("cookie-asked", "group-asked"):
            _remember_demand(live, step)
            index.asked_back(live, datagram.dst_ip, datagram.src_ip)
    return child


def _read_payloads(live: Live, exchange: Exchange, step: Step, payloads: Iterable[Payload], child: int | None) -> None:
    """Payloads that mean the same in clear and decrypted. `child`.

    The child SA that an SA payload is about, None for the IKE SA.
    """
    n = live.negotiation
    for payload in payloads:
        body = payload.body
        if isinstance(body, SecurityAssociation):
            chosen = step.is_response
            n.offers.append(Offer(step.frame_number, step.from_initiator, chosen, child, body))
            if chosen and child is None and exchange.exchange_type == INIT and n.suite is None and body.proposals:
                n.suite = ikev2_suite(body.proposals[0])
                n.chosen_frame = step.frame_number
        elif isinstance(body, KeyExchange):
            n.ke_groups.append((step.frame_number, step.from_initiator, body.group, len(body.data)))
        elif isinstance(body, VendorID):
            n.vendor_ids.append((step.frame_number, step.from_initiator, body.data))
        elif isinstance(body, Identification):
            n.identities.append(SeenIdentity(step.frame_number, payload.type == IDI, body.id_type, body.text))
        elif isinstance(body, Authentication):
            if step.from_initiator:
                n.auth_method_initiator = body.method
            else:
                n.auth_method_responder = body.method


def _detect_nat(live: Live, step: Step, datagram: Datagram, message: Message) -> None:
    sources: list[bytes] = []
    destinations: list[bytes] = []
    for payload in message.payloads:
        body = payload.body
        if isinstance(body, Notify):
            if body.notify_type == _NAT_SOURCE:
                sources.append(body.data)
            elif body.notify_type == _NAT_DESTINATION:
                destinations.append(body.data)
            elif body.notify_type == _FRAGMENTATION_SUPPORTED and live.negotiation.fragmentation != "used":
                # the responder announces it only where the initiator did (RFC 7383 section 2.3)
                live.negotiation.fragmentation = "supported" if step.is_response else "offered"
    if sources or destinations:
        spis = bytes.fromhex(message.initiator_spi + message.responder_spi)
        source = ikev2_digest(spis, datagram.src_ip, datagram.src_port)
        destination = ikev2_digest(spis, datagram.dst_ip, datagram.dst_port)
        live.nat.add(step.from_initiator, sources, destinations, source, destination)


def _remember_demand(live: Live, step: Step) -> None:
    for notify in step.notifies:
        if notify.notify_type == COOKIE:
            live.asked_cookie = notify.data
        elif notify.notify_type == INVALID_KE_PAYLOAD and len(notify.data) == 2:
            live.asked_group = int.from_bytes(notify.data, "big")


def _read_inside(tracker: Tracker, live: Live, exchange: Exchange, step: Step, inside: Inside) -> int | None:
    """A decrypted message: identities, children, rekeys, deletes."""
    payloads = inside.payloads
    about = children.read_ikev2(live, exchange, step, payloads)
    if about.ike_spis is not None:
        initiator_spi, responder_spi = about.ike_spis
        new = tracker.adopt(live, initiator_spi, responder_spi, exchange.begun_by_initiator)
        new.negotiation.suite = about.suite
        new.negotiation.chosen_frame = step.frame_number
        live.claimed += (exchange.steps[0].frame_number,)
    _read_payloads(live, exchange, step, payloads, about.child)
    for payload in payloads:
        if isinstance(payload.body, Delete) and payload.body.protocol_id == _PROTOCOL_IKE and not step.is_response:
            live.negotiation.deleted_at = step.time_ns
            live.negotiation.deleted_by_initiator = step.from_initiator
    return about.child


def _event(live: Live, exchange: Exchange, step: Step, inside: Inside | None) -> str | None:
    """The event of the state table that this message is."""
    kind = exchange.exchange_type
    if kind == INIT:
        return _init_event(step) if step.is_response else "init-request"
    if kind == IKE_AUTH:
        if not step.is_response:
            return "auth-request"
        return _auth_answer_seen(step) if inside is not None else _auth_answer_by_length(live, exchange, step)
    if kind == INFORMATIONAL:
        return _informational_event(live, exchange, step, inside)
    if exchange.exchange == "IKE_INTERMEDIATE":
        return None  # between IKE_SA_INIT and IKE_AUTH, it proves nothing more (RFC 9242)
    return "late-exchange"


def _init_event(step: Step) -> str | None:
    if SA in step.payload_types:
        return "init-answer"
    types = [s.notify_type for s in step.notifies]
    for notify_type, event in (
        (COOKIE, "init-cookie"),
        (INVALID_KE_PAYLOAD, "init-invalid-ke"),
        (REDIRECT, "init-redirect"),
    ):
        if notify_type in types:
            return event
    return "init-error" if any(t < _FIRST_STATUS for t in types) else None


def _auth_answer_seen(step: Step) -> str:
    inner = step.inner_types or ()
    if AUTH in inner and EAP not in inner:
        return "auth-accepted"
    if any(s.notify_type < _FIRST_STATUS for s in step.notifies) and AUTH not in inner:
        return "auth-error"
    return "auth-round"


def _auth_answer_by_length(live: Live, exchange: Exchange, step: Step) -> str | None:
    """Without keys: what the response's length leaves room for (knowledge: lengths.py)."""
    suite = live.negotiation.suite
    responses = exchange.sent_by(initiator=False)
    if not responses or responses[-1] is not step:
        responses = [*responses, step]
    if step.fragment is not None and len({s.fragment for s in responses}) < (step.fragment[1] or 0):
        return None  # more fragments to come
    rooms = [lengths.inner_bytes(suite, s.length, fragment=s.fragment is not None) for s in responses]
    if suite is None or any(r is None for r in rooms):
        return "auth-unknown"
    most = sum(r[1] for r in rooms if r is not None)
    least = sum(r[0] for r in rooms if r is not None)
    first_round = exchange.message_id == min(e.message_id for e in live.negotiation.of_type("IKE_AUTH"))
    smallest = lengths.smallest_auth_answer(suite, with_identity=first_round, with_child=not first_round)
    if most < lengths.smallest_auth(suite) and least <= lengths.NOTIFY_ROOM:
        return "auth-error"  # or EAP-Success, if another request follows
    if most < smallest:
        return "auth-round"
    children.infer_first(live, exchange, step, most, with_identity=first_round)
    return "auth-accepted"


def _informational_event(live: Live, exchange: Exchange, step: Step, inside: Inside | None) -> str | None:
    """INFORMATIONAL proves an SA that is up, except the initiator's refusal of IKE_AUTH (RFC 7296 section 2.21.2)."""
    if live.state == "initiator-refused" and step.is_response:
        return None  # the refusal itself is acknowledged
    if not step.from_initiator or step.is_response or live.state not in ("established", "auth-continues"):
        return "late-exchange"
    if inside is not None:
        refused = any(s.notify_type == AUTHENTICATION_FAILED for s in step.notifies)
        return "refusal" if refused else "late-exchange"
    auth = live.negotiation.of_type("IKE_AUTH")
    if not auth or exchange.message_id != auth[-1].message_id + 1 or auth[-1].response is None:
        return "late-exchange"
    room = lengths.inner_bytes(live.negotiation.suite, step.length)
    if room is None or not room[0] <= lengths.NOTIFY_ONLY <= room[1]:
        return "late-exchange"
    if live.state == "auth-continues":
        return "refusal"  # between two rounds nothing else is due
    # Refusing takes the check of one proof; what the initiator did before took that path once and made keys as well.
    # Healthy SAs that scripts ended at once took longer than that in every recording
    answered = auth[-1].response.time_ns
    if answered is None or step.time_ns is None:
        return "late-exchange"
    return "refusal" if 0 <= step.time_ns - answered <= 0.9 * _initiator_delay(live, auth[0]) else "late-exchange"


def _initiator_delay(live: Live, auth: Exchange) -> int:
    """Time the initiator took, seen from the capture point, from IKE_SA_INIT response to its first IKE_AUTH request; 0.

    Unknown.
    """
    init = live.negotiation.of_type("IKE_SA_INIT")
    answer = init[-1].response if init else None
    if answer is None or auth.request is None or answer.time_ns is None or auth.request.time_ns is None:
        return 0
    return max(0, min(auth.request.time_ns - answer.time_ns, _LONGEST_DELAY_NS))
