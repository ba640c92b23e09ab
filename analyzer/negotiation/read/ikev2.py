"""Reading one IKEv2 message into its SA.

What it offers, chooses, identifies and reports, and which event of the state table it is.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from analyzer.capture.datagram import Datagram
from analyzer.isakmp import Message, Payload
from analyzer.isakmp.header import FLAG_INITIATOR, FLAG_RESPONSE
from analyzer.isakmp.payloads.identification import Identification
from analyzer.isakmp.payloads.ikev2.authentication import Authentication
from analyzer.isakmp.payloads.ikev2.eap import Eap
from analyzer.isakmp.payloads.notify import Notify
from analyzer.isakmp.payloads.sa import SecurityAssociation
from analyzer.isakmp.registry.tables import FIRST_STATUS
from analyzer.negotiation import lengths
from analyzer.negotiation.exchanges import ikev2_states, readings
from analyzer.negotiation.follow.live import SETTLED, Live
from analyzer.negotiation.follow.log import NONE, LoggedExchange, Shape
from analyzer.negotiation.follow.nat import NatFindings, ikev2_digest
from analyzer.negotiation.follow.opening import FRAGMENTS_KEPT, Inside
from analyzer.negotiation.follow.sa_index import SaIndex
from analyzer.negotiation.follow.steps import NAT_DESTINATION, NAT_SOURCE
from analyzer.negotiation.model import Exchange, Offer, SeenIdentity, Step
from analyzer.negotiation.read import certificates, children, eap
from analyzer.negotiation.read.children import NOTHING, About
from analyzer.negotiation.read.deletes import note_deletes
from analyzer.negotiation.read.proposals import ikev2_suite

IDI = 35
INIT, IKE_AUTH, INFORMATIONAL, RESUME = 34, 35, 37, 38
_BEFORE_PROOF = frozenset({39, 43})  # GSA_AUTH; IKE_INTERMEDIATE, which proves nothing more (RFC 9242)

INVALID_KE_PAYLOAD, AUTHENTICATION_FAILED, COOKIE = 17, 24, 16390
_FRAGMENTATION_SUPPORTED = 16430
_LATE = frozenset({36, INFORMATIONAL, 44})  # CREATE_CHILD_SA, IKE_FOLLOWUP_KE
_LONGEST_DELAY_NS = 10**9


def read(
    index: SaIndex,
    live: Live,
    exchange: LoggedExchange,
    step: Step,
    datagram: Datagram,
    message: Message,
    inside: Inside | None,
) -> About:
    """Take in one message seen for the first time.

    Returns what its SA payload is about. A new IKE SA is the caller's to follow from here on.
    """
    about = NOTHING
    if inside is not None:
        note_deletes(index, live, step, datagram, inside.payloads)
        about = children.read_ikev2(live, exchange, step, inside.payloads)
        _read_payloads(live, exchange, step, inside.payloads, about.child)
    elif exchange.exchange_type == INIT and not message.encrypted:
        _read_payloads(live, exchange, step, message.payloads, None)
        types = [n.notify_type for n in step.notifies]
        if NAT_SOURCE in types or NAT_DESTINATION in types:
            detect_nat(live, step.from_initiator, datagram, message)
        if _FRAGMENTATION_SUPPORTED in types and live.negotiation.fragmentation != "used":
            # the responder announces it only where the initiator did (RFC 7383 section 2.3)
            live.negotiation.fragmentation = "supported" if step.is_response else "offered"
    if step.fragment is not None:
        live.negotiation.fragmentation = "used"
    event = _event(live, exchange, step, inside)
    if event is not None:
        live.state = ikev2_states.after(live.state, event)
        if live.state in ("cookie-asked", "group-asked"):
            _remember_demand(live, step)
            index.asked_back(live, datagram.dst_ip, datagram.src_ip)
    return about


def tells(live: Live, message: Message, shape: Shape) -> bool:
    """Whether a message that keys did not open can change what is known of its SA.

    False for what most messages are: encrypted, of an exchange that an established SA is expected to have.
    """
    kind, flags = message.exchange_type, message.flags
    if kind not in _LATE or live.state not in SETTLED or not message.encrypted or shape[8] is not None:
        return True
    if kind != INFORMATIONAL or flags & (FLAG_INITIATOR | FLAG_RESPONSE) != FLAG_INITIATOR:
        return False
    last = live.exchange(live.last_auth)  # the initiator's INFORMATIONAL right behind IKE_AUTH may refuse the SA
    return last is not None and message.message_id == last.message_id + 1


def _read_payloads(live: Live, exchange: Exchange, step: Step, payloads: Iterable[Payload], child: int | None) -> None:
    """Payloads that mean the same in clear and decrypted.

    `child`: the child SA that an SA payload is about, None for the IKE SA.
    """
    n, frame, from_initiator = live.negotiation, step.frame_number, step.from_initiator
    for payload in payloads:
        body = payload.body
        if type(body) is Notify:
            continue  # the step has them
        if isinstance(body, SecurityAssociation):
            n.offers.append(Offer(frame, from_initiator, step.is_response, child, body))
            if step.is_response and exchange.exchange_type == INIT and n.suite is None and body.proposals:
                n.suite = ikev2_suite(body.proposals[0])
                n.chosen_frame = frame
        elif isinstance(body, Identification):
            n.identities.append(SeenIdentity(frame, payload.type == IDI, body.id_type, body.text))
        elif isinstance(body, Authentication):
            if from_initiator:
                n.auth_method_initiator = body.method
            else:
                n.auth_method_responder = body.method
        elif isinstance(body, Eap):
            eap.note(n, step, body)
        else:
            certificates.note(n, step, body)


def detect_nat(live: Live, from_initiator: bool, datagram: Datagram, message: Message) -> None:
    """NAT_DETECTION_SOURCE_IP and NAT_DETECTION_DESTINATION_IP against the datagram's addresses."""
    notifies = [p.body for p in message.payloads if type(p.body) is Notify]
    sources = [n.data for n in notifies if n.notify_type == NAT_SOURCE]
    destinations = [n.data for n in notifies if n.notify_type == NAT_DESTINATION]
    if sources or destinations:
        spis = bytes.fromhex(message.initiator_spi + message.responder_spi)
        source = ikev2_digest(spis, datagram.src_ip, datagram.src_port)
        destination = ikev2_digest(spis, datagram.dst_ip, datagram.dst_port)
        if live.nat is None:
            live.nat = NatFindings()
        live.nat.add(from_initiator, sources, destinations, source, destination)


def _remember_demand(live: Live, step: Step) -> None:
    for notify in step.notifies:
        if notify.notify_type == COOKIE:
            live.asked_cookie = notify.data
        elif notify.notify_type == INVALID_KE_PAYLOAD and len(notify.data) == 2:
            live.asked_group = int.from_bytes(notify.data, "big")


def _event(live: Live, exchange: LoggedExchange, step: Step, inside: Inside | None) -> str | None:
    """The event of the state table that this message is."""
    kind = exchange.exchange_type
    if not step.is_response and exchange.begins_with_answer:
        return None  # seen after its answer: nothing is waited for
    if kind in (INIT, RESUME):
        return readings.init_answer(kind, step) if step.is_response else "init-request"
    if (
        not step.encrypted
    ):  # only an error notify has a reason to be: of a peer that does not know the SA, or of anybody
        return "auth-error" if kind == IKE_AUTH and step.is_response and _errors(step) else None
    if kind == IKE_AUTH:
        if live.first_auth == NONE:
            live.first_auth = exchange.index
        live.last_auth = exchange.index
        if not step.is_response:
            return "auth-request"
        return readings.auth_by_payloads([step]) if inside is not None else _auth_by_length(live, exchange, step)
    if kind in _BEFORE_PROOF:
        return None
    return _informational_event(live, exchange, step, inside) if kind == INFORMATIONAL else "late-exchange"


def _errors(step: Step) -> bool:
    return any(s.notify_type < FIRST_STATUS for s in step.notifies)


def _auth_by_length(live: Live, exchange: Exchange, step: Step) -> str:
    """Without keys: what the response's length leaves room for (knowledge: lengths.py)."""
    suite, first = live.negotiation.suite, live.exchange(live.first_auth)
    pieces, whole = _pieces(exchange, step)
    first_round = first is None or exchange.message_id <= first.message_id
    event = readings.auth_by_length(suite, pieces, whole=whole, first_seen=first_round)
    if event == "auth-accepted" and whole:
        most = lengths.most_inside(suite, pieces) or 0
        children.infer_first(live, exchange, step, most, with_identity=first_round)
    return "auth-error" if event == "auth-short" else event  # or EAP-Success, if another request follows


def _pieces(exchange: Exchange, step: Step) -> tuple[list[Step], bool]:
    """The step, or all fragments so far of the message it is a fragment of; and whether that is the whole message."""
    total = 1 if step.fragment is None else step.fragment[1] or 0
    if step.fragment is None or total > FRAGMENTS_KEPT:
        return [step], total == 1
    pieces: dict[int, Step] = {}
    for s in islice(exchange.newest_steps(), 2 * total):
        if s.from_initiator == step.from_initiator and s.fragment is not None and s.fragment[1] == total:
            pieces.setdefault(s.fragment[0], s)
    return list(pieces.values()), len(pieces) == total


def _informational_event(live: Live, exchange: Exchange, step: Step, inside: Inside | None) -> str | None:
    """INFORMATIONAL proves an SA that is up, except the initiator's refusal of IKE_AUTH (RFC 7296 section 2.21.2)."""
    if live.state == "initiator-refused" and step.is_response:
        return None  # the refusal itself is acknowledged
    if not step.from_initiator or step.is_response or live.state not in ("established", "auth-continues"):
        return "late-exchange"
    if inside is not None:
        refused = any(s.notify_type == AUTHENTICATION_FAILED for s in step.notifies)
        return "refusal" if refused else "late-exchange"
    last, first = live.exchange(live.last_auth), live.exchange(live.first_auth)
    if last is None or first is None or last.response is None or exchange.message_id != last.message_id + 1:
        return "late-exchange"
    room = lengths.inner_bytes(live.negotiation.suite, step.length)
    if room is None or not room[0] <= lengths.NOTIFY_ONLY <= room[1]:
        return "late-exchange"
    if live.state == "auth-continues":
        return "refusal"  # between two rounds nothing else is due
    # Refusing takes the check of one proof; what the initiator did before took that path once and made keys as well.
    # Healthy SAs that scripts ended at once took longer than that in every recording
    took, before = _pause(last.response, step), _initiator_delay(live, first)
    at_once = took is not None and before is not None and 0 <= took <= 0.9 * before
    return "refusal" if at_once else "late-exchange"


def _initiator_delay(live: Live, auth: Exchange) -> int | None:
    """Time from the last message before the first IKE_AUTH request to it: what the initiator needs for its work.

    None where that took longer than any work does: it waited for something else, or the clock was set.
    """
    request = auth.request
    earlier = (s for e in live.negotiation.of_type("IKE_SA_INIT", "IKE_INTERMEDIATE") for s in e.steps)
    before = [s for s in earlier if request is not None and s.frame_number < request.frame_number and not s.duplicate]
    last = max(before, key=lambda s: s.frame_number, default=None)
    delay = _pause(last, request) if last is not None and not last.from_initiator else None
    return delay if delay is not None and delay <= _LONGEST_DELAY_NS else None


def _pause(before: Step | None, after: Step | None) -> int | None:
    if before is None or after is None or before.time_ns is None or after.time_ns is None:
        return None
    return after.time_ns - before.time_ns
