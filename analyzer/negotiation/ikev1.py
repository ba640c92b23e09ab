"""Reading one IKEv1 message into its SA.

Proposals, keys, identities, quick modes, and which event of the state table it is.
"""

from __future__ import annotations

from analyzer.capture.datagram import Datagram
from analyzer.isakmp import Message, Payload
from analyzer.isakmp.payloads.configuration import Configuration
from analyzer.isakmp.payloads.delete import Delete
from analyzer.isakmp.payloads.identification import Identification
from analyzer.isakmp.payloads.ikev1.nat_detection import NatDetection
from analyzer.isakmp.payloads.key_exchange import KeyExchange
from analyzer.isakmp.payloads.sa import Proposal, SecurityAssociation
from analyzer.isakmp.payloads.vendor_id import VendorID
from analyzer.negotiation import ikev1_states
from analyzer.negotiation.children import begin
from analyzer.negotiation.live import Ikev1Secrets, Live
from analyzer.negotiation.model import ChildSa, Exchange, Negotiation, Offer, SeenIdentity, Step
from analyzer.negotiation.nat import ikev1_digest
from analyzer.negotiation.opening import CISCO_FRAGMENT, Inside
from analyzer.negotiation.proposals import PROTO_ESP, chosen_transform, ikev1_phase1_suite, ikev1_phase2_suite

SA, KE = 1, 4
_GROUP = 4  # phase 1 attribute, RFC 2409 appendix A
BASE, MAIN, AGGRESSIVE, INFORMATIONAL, TRANSACTION, QUICK_MODE = 1, 2, 4, 5, 6, 32
_PHASE1 = (BASE, MAIN, AGGRESSIVE)
_PHASE2 = (TRANSACTION, QUICK_MODE, 33)  # 33: new group mode
_PROTOCOLS = {2: "AH", 3: "ESP", 4: "IPCOMP"}
_TUNNEL = {
    1: "tunnel",
    2: "transport",
    3: "udp-tunnel",
    4: "udp-transport",
    61443: "udp-tunnel",
    61444: "udp-transport",
}
_FIRST_STATUS = 16384
_XAUTH_STATUS = 16527


def read(
    live: Live, exchange: Exchange, step: Step, datagram: Datagram, message: Message, inside: Inside | None
) -> int | None:
    """Take in one message seen for the first time.

    Returns the number of the child SA its SA payload is about, if it is about one.
    """
    fragment = message.first(CISCO_FRAGMENT) is not None
    if fragment or step.fragment is not None:
        live.negotiation.fragmentation = "used"
    child = None
    payloads = inside.payloads if inside is not None else message.payloads
    if exchange.exchange_type in _PHASE1:
        _read_phase1(live, step, payloads)
        if not message.encrypted:
            _detect_nat(live, step, datagram, message)
    elif exchange.exchange_type == QUICK_MODE:
        child = _read_quick(live, exchange, step, payloads)
    elif exchange.exchange_type == INFORMATIONAL and inside is not None:
        _read_deletes(live, step, payloads)
    elif exchange.exchange_type == TRANSACTION:
        _read_transaction(live, payloads)
    if not fragment:
        event = _event(exchange, step, message.encrypted)
        if event is not None:
            live.state = ikev1_states.after(live.state, event)
    return child


def _read_phase1(live: Live, step: Step, payloads: tuple[Payload, ...]) -> None:
    n = live.negotiation
    for payload in payloads:
        body = payload.body
        if isinstance(body, SecurityAssociation):
            n.offers.append(Offer(step.frame_number, step.from_initiator, not step.from_initiator, None, body))
            chosen = chosen_transform(body) if not step.from_initiator else None
            if chosen is not None and n.suite is None:
                n.suite = ikev1_phase1_suite(chosen[1])
                n.chosen_frame = step.frame_number
        elif isinstance(body, KeyExchange):
            n.ke_groups.append((step.frame_number, step.from_initiator, group_of(n), len(body.data)))
            _keep_ke(live, step.from_initiator, body.data)
        elif isinstance(body, VendorID):
            n.vendor_ids.append((step.frame_number, step.from_initiator, body.data))
        elif isinstance(body, Identification):
            n.identities.append(SeenIdentity(step.frame_number, step.from_initiator, body.id_type, body.text))


def group_of(n: Negotiation) -> int | None:
    """The group of the KE payloads, which do not name it.

    As chosen, or as offered where all transforms agree (RFC 2409 section 5).
    """
    if n.suite is not None:
        return n.suite.ke_id
    groups = {t.attribute(_GROUP) for _, _, t in n.offered()}
    return groups.pop() if len(groups) == 1 else None


def _keep_ke(live: Live, from_initiator: bool, data: bytes) -> None:
    """Both public values make the first IV (RFC 2409 appendix B)."""
    if live.secrets is None:
        live.secrets = Ikev1Secrets()
    if from_initiator:
        live.secrets.ke_initiator = live.secrets.ke_initiator or data
    else:
        live.secrets.ke_responder = live.secrets.ke_responder or data


def _detect_nat(live: Live, step: Step, datagram: Datagram, message: Message) -> None:
    """The first NAT-D is the hash of the destination, the others of the source (RFC 3947 section 3.2)."""
    suite = live.negotiation.suite
    hashes = [p.body.data for p in message.payloads if isinstance(p.body, NatDetection)]
    if not hashes or suite is None or suite.integrity_id is None:
        return
    cookies = bytes.fromhex(message.initiator_spi + message.responder_spi)
    source = ikev1_digest(suite.integrity_id, cookies, datagram.src_ip, datagram.src_port)
    destination = ikev1_digest(suite.integrity_id, cookies, datagram.dst_ip, datagram.dst_port)
    live.nat.add(step.from_initiator, hashes[1:], hashes[:1], source, destination)


def _read_quick(live: Live, exchange: Exchange, step: Step, payloads: tuple[Payload, ...]) -> int:
    """Quick mode: one child an exchange; its payloads only if they could be read."""
    n = live.negotiation
    first = exchange.steps[0].frame_number
    child = next((c for c in n.children if c.frame_number == first and c.created_by == "QUICK_MODE"), None)
    if child is None:
        child = begin(n, exchange, first, "inferred")
    answering = step.from_initiator != exchange.begun_by_initiator
    if answering and child.response_frame is None:
        child.response_frame = step.frame_number
    identities = []
    for payload in payloads:
        body = payload.body
        if isinstance(body, SecurityAssociation):
            n.offers.append(Offer(step.frame_number, step.from_initiator, answering, child.child, body))
            child.basis = "seen"
            for proposal in body.proposals:
                _read_phase2_proposal(child, step, answering, proposal)
        elif isinstance(body, KeyExchange) and answering:
            child.pfs_ke_id = child.suite.ke_id if child.suite else None
        elif isinstance(body, Identification):
            identities.append(body.text)
    if len(identities) == 2:
        own, other = identities
        child.initiator_ts, child.responder_ts = ([own], [other]) if exchange.begun_by_initiator else ([other], [own])
    return child.child


def _read_phase2_proposal(child: ChildSa, step: Step, answering: bool, proposal: Proposal) -> None:
    protocol_id, spi = proposal.protocol_id, proposal.spi
    if child.protocol is None or protocol_id == PROTO_ESP:
        child.protocol = _PROTOCOLS.get(protocol_id, str(protocol_id))
        if step.from_initiator:
            child.initiator_spi_in = spi.hex() or None
        else:
            child.responder_spi_in = spi.hex() or None
        if answering and proposal.transforms:
            child.suite = ikev1_phase2_suite(protocol_id, proposal.transforms[0])
            child.mode = _TUNNEL.get(child.suite.encapsulation_mode or 0)


def _read_transaction(live: Live, payloads: tuple[Payload, ...]) -> None:
    """XAUTH's verdict on the user (draft-beaulieu-ike-xauth-02 section 6.3); a later OK takes back an earlier FAIL."""
    for payload in payloads:
        if isinstance(payload.body, Configuration):
            for attribute in payload.body.attributes:
                if attribute.attribute_type == _XAUTH_STATUS and attribute.value is not None:
                    live.negotiation.xauth_failed = attribute.value == 0


def _read_deletes(live: Live, step: Step, payloads: tuple[Payload, ...]) -> None:
    n = live.negotiation
    held_by = "initiator_spi_in" if step.from_initiator else "responder_spi_in"
    for payload in payloads:
        if not isinstance(payload.body, Delete):
            continue
        if payload.body.protocol_id == 1:
            n.deleted_at, n.deleted_by_initiator = step.time_ns, step.from_initiator
        spis = {spi.hex() for spi in payload.body.spis}
        for child in n.children:
            if getattr(child, held_by) in spis and child.deleted_at is None:
                child.deleted_at = step.time_ns


def _event(exchange: Exchange, step: Step, encrypted: bool) -> str | None:
    """The event of the state table that this message is."""
    kind = exchange.exchange_type
    if kind == MAIN:
        return _main_event(step, encrypted)
    if kind == AGGRESSIVE and step.from_initiator:
        return "offer" if SA in step.payload_types else "initiator-proof"
    if kind == AGGRESSIVE:
        return "aggressive-answer"
    if kind == BASE:
        events = ("offer", "choice") if SA in step.payload_types else ("initiator-keys", "responder-auth")
        return events[0] if step.from_initiator else events[1]
    if kind != INFORMATIONAL:
        return "phase2" if kind in _PHASE2 else None
    if encrypted:
        return "initiator-info" if step.from_initiator else "responder-info"
    return "clear-error" if any(s.notify_type < _FIRST_STATUS for s in step.notifies) else None


def _main_event(step: Step, encrypted: bool) -> str | None:
    """Main mode's messages by their content: SA, then KE, then encrypted."""
    if encrypted:
        return "initiator-auth" if step.from_initiator else "responder-auth"
    if SA in step.payload_types:
        return "offer" if step.from_initiator else "choice"
    if KE in step.payload_types:
        return "initiator-keys" if step.from_initiator else "responder-keys"
    return None
