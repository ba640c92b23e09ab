"""Reading one IKEv1 message into its SA.

Proposals, keys, identities, quick modes.
"""

from __future__ import annotations

from itertools import islice

from analyzer.capture.datagram import Datagram
from analyzer.isakmp import Message, Payload
from analyzer.isakmp.numbers import (
    ConfigurationAttributeV1,
    Doi,
    EncapsulationMode,
    ExchangeV1,
    PayloadV1,
    Phase1Attribute,
    Phase2Attribute,
    ProtocolId,
)
from analyzer.isakmp.payloads.certificate import Certificate
from analyzer.isakmp.payloads.certificate_request import CertificateRequest
from analyzer.isakmp.payloads.configuration import Configuration
from analyzer.isakmp.payloads.identification import Identification
from analyzer.isakmp.payloads.ikev1.nat_detection import NatDetection
from analyzer.isakmp.payloads.key_exchange import KeyExchange
from analyzer.isakmp.payloads.sa import Proposal, SecurityAssociation
from analyzer.negotiation.follow.fragments import Inside
from analyzer.negotiation.follow.live import Live
from analyzer.negotiation.follow.nat import NatFindings, ikev1_digest, is_known
from analyzer.negotiation.follow.sa_index import SaIndex
from analyzer.negotiation.follow.sides import INFORMATIONAL, PHASE1
from analyzer.negotiation.follow.steps import agreed_group, values_in
from analyzer.negotiation.model import Exchange, Negotiation, Step
from analyzer.negotiation.read import certificates
from analyzer.negotiation.read.children import begin, child_of
from analyzer.negotiation.read.deletes import note_deletes
from analyzer.negotiation.read.proposals import (
    PROTO_ESP,
    RSA_ENCRYPTION,
    chosen_transform,
    ikev1_phase1_suite,
    ikev1_phase2_suite,
    is_choice,
)
from analyzer.negotiation.seen import ChildSa, Offer, SeenIdentity

KE = int(PayloadV1.KE)
_AUTH = int(Phase1Attribute.AUTHENTICATION_METHOD)
_GROUP, _CHILD_GROUP = int(Phase1Attribute.GROUP_DESCRIPTION), int(Phase2Attribute.GROUP_DESCRIPTION)
_TRANSACTION, _QUICK_MODE = int(ExchangeV1.TRANSACTION), int(ExchangeV1.QUICK_MODE)
_PROTOCOLS = {int(kind): kind.name for kind in (ProtocolId.AH, ProtocolId.ESP, ProtocolId.IPCOMP)}
_TUNNEL = {
    int(EncapsulationMode.TUNNEL): "tunnel",
    int(EncapsulationMode.TRANSPORT): "transport",
    int(EncapsulationMode.UDP_ENCAPSULATED_TUNNEL): "udp-tunnel",
    int(EncapsulationMode.UDP_ENCAPSULATED_TRANSPORT): "udp-transport",
    61443: "udp-tunnel",  # private numbers of the drafts before RFC 3947
    61444: "udp-transport",
}
_LOOKED_AT = 32  # offers: so many quick modes may be open at once
_READ = frozenset({SecurityAssociation, KeyExchange, Identification, Certificate, CertificateRequest})
_XAUTH_STATUS = int(ConfigurationAttributeV1.XAUTH_STATUS)


def read(
    index: SaIndex,
    live: Live,
    place: int,
    step: Step,
    datagram: Datagram,
    message: Message,
    inside: Inside | None,
    *,
    reads: bool,
) -> tuple[int | None, int | None]:
    """Take in one message seen for the first time; `message` is the whole one where `step` is its last fragment.

    place: of its exchange in the log. reads: whether more is asked for than placing takes. Returns the number of the
    child SA it is about, if it is about one, and the group of its KE payload, if more is asked for.
    """
    n = live.negotiation
    kind = n.log.exchange_type(place)
    if step.fragment is not None:
        n.fragmentation = "used"
    child = group = None
    payloads = inside.payloads if inside is not None else message.payloads
    if kind in PHASE1:
        if n.mode == "unknown":  # it comes behind others of its SA
            n.mode, n.starts_late = PHASE1[kind], False
        if payloads:
            group = _read_phase1(live, step, payloads, reads=reads)
        if reads and not message.encrypted:
            n.cut = n.cut or datagram.missing > 0
            detect_nat(live, step.from_initiator, datagram, message)
    elif kind == _QUICK_MODE and not n.gdoi:  # GROUPKEY-PULL makes no SA of two parties
        child = _read_quick(live, n.log.exchange(place), step, payloads)
        if any(p.type == KE for p in payloads):
            group = _child_group(live, child)
    elif kind == INFORMATIONAL and inside is not None:
        note_deletes(index, live, step, datagram, payloads)
    elif kind == _TRANSACTION:
        _read_transaction(live, payloads)
    return child.child if child is not None else None, group


def _read_phase1(live: Live, step: Step, payloads: tuple[Payload, ...], *, reads: bool) -> int | None:
    """Take in what phase 1 shows; the group of the message's KE payload, if it has one."""
    n, frame, from_initiator = live.negotiation, step.frame_number, step.from_initiator
    group = None
    for payload in payloads:
        body = payload.body
        if type(body) not in _READ:
            continue
        if isinstance(body, SecurityAssociation):
            n.gdoi = n.gdoi or body.doi == Doi.GDOI
            if reads:
                n.offers.append(Offer(frame, from_initiator, not from_initiator, None, body))
            if reads and from_initiator:
                _note_offer(live, None, body, _GROUP, _AUTH)
            chosen = chosen_transform(body) if not from_initiator else None
            if chosen is not None and n.suite is None:
                n.suite = ikev1_phase1_suite(chosen[1])
                n.chosen_frame = frame
        elif not reads:
            continue
        elif isinstance(body, KeyExchange):
            group = group_so_far(live)
        elif isinstance(body, Identification):
            if step.encrypted or not _sealed_to_peer(live):
                n.identities.append(SeenIdentity(frame, from_initiator, body.id_type, body.text, len(body.data)))
        else:
            certificates.note(n, step, body)
    return group


def _sealed_to_peer(live: Live) -> bool:
    """Bodies of ID payloads in messages in clear are encrypted: RSA encryption was chosen, or nothing else offered.

    As `is_only_of`, while messages still arrive: the offers are not read again for each.
    """
    suite = live.negotiation.suite
    methods = {suite.auth_method} if suite is not None else _proposed(live, None, _AUTH)
    return bool(methods) and methods <= RSA_ENCRYPTION


def is_only_of(n: Negotiation, methods: frozenset[int]) -> bool:
    """The authentication method chosen is one of these or, where the choice is not in the capture, all offered are."""
    if n.suite is not None:
        return n.suite.auth_method in methods
    offered = {transform.attribute(_AUTH) for _, _, transform in n.offered()}
    return bool(offered) and offered <= methods


def group_of(n: Negotiation) -> int | None:
    """The group of the KE payloads, which do not name it.

    As chosen, or as offered where all transforms agree (RFC 2409 section 5).
    """
    if n.suite is not None:
        return n.suite.ke_id
    return agreed_group({t.attribute(_GROUP) for _, _, t in n.offered()})


def group_so_far(live: Live) -> int | None:
    """What `group_of` says, while messages still arrive: the offers are not read again for each."""
    suite = live.negotiation.suite
    return suite.ke_id if suite is not None else agreed_group(_proposed(live, None, _GROUP))


def _child_group(live: Live, child: ChildSa) -> int | None:
    """The group of a quick mode's KE payloads (RFC 2409 section 5.5): as chosen, or as offered where all agree."""
    return child.suite.ke_id if child.suite is not None else agreed_group(_proposed(live, child.child, _CHILD_GROUP))


def _note_offer(live: Live, child: int | None, sa: SecurityAssociation, *attributes: int) -> None:
    """Note an offer for the IKE SA (None) or a child, of which nobody may ask for these attributes."""
    live.proposed = live.proposed if live.proposed is not None else {}
    for attribute in attributes:
        _, unread = live.proposed.setdefault((child, attribute), (set(), []))
        unread.append(sa)


def _proposed(live: Live, child: int | None, attribute: int) -> set[int | None]:
    """What the transforms offered for an SA have in this attribute."""
    found, unread = (live.proposed or {}).get((child, attribute), (set(), []))
    while unread:
        found |= values_in(unread.pop(), attribute)
    return found


def detect_nat(live: Live, from_initiator: bool, datagram: Datagram, message: Message) -> None:
    """The first NAT-D is the hash of the destination, the others of the source (RFC 3947 section 3.2)."""
    hashes = [p.body.data for p in message.payloads if isinstance(p.body, NatDetection)]
    if not hashes:
        return
    if live.nat is None:
        live.nat = NatFindings()
    cookies = bytes.fromhex(message.initiator_spi + message.responder_spi)
    ends = (datagram.src_ip, datagram.src_port), (datagram.dst_ip, datagram.dst_port)
    source, destination = (
        ikev1_digest(len(hashes[0]), cookies, ip, port) if is_known(ip) else None for ip, port in ends
    )
    live.nat.add(from_initiator, hashes[1:], hashes[:1], source, destination)


def _read_quick(live: Live, exchange: Exchange, step: Step, payloads: tuple[Payload, ...]) -> ChildSa:
    """Quick mode: one child an exchange; its payloads only if they could be read."""
    n = live.negotiation
    child = child_of(n, exchange) or begin(n, exchange, "inferred")
    answering = step.from_initiator != exchange.begun_by_initiator
    if answering and child.response_frame is None:
        child.response_frame = step.frame_number
    identities = []
    for payload in payloads:
        body = payload.body
        if isinstance(body, SecurityAssociation):
            chosen = answering and is_choice(body, _offered(n, child))
            n.offers.append(Offer(step.frame_number, step.from_initiator, chosen, child.child, body))
            _note_offer(live, child.child, body, _CHILD_GROUP)
            child.basis = "seen"
            for proposal in body.proposals:
                _read_phase2_proposal(live, child, step, proposal, chosen=chosen)
        elif isinstance(body, KeyExchange) and answering:
            child.pfs_ke_id = child.suite.ke_id if child.suite else None
        elif isinstance(body, Identification):
            identities.append(body.text)
    if len(identities) == 2:
        own, other = identities
        child.initiator_ts, child.responder_ts = ([own], [other]) if exchange.begun_by_initiator else ([other], [own])
    return child


def _offered(n: Negotiation, child: ChildSa) -> SecurityAssociation | None:
    """What was offered for a child whose answer comes: among the newest offers, if it could be read."""
    newest = islice(reversed(n.offers), _LOOKED_AT)
    return next((o.sa for o in newest if o.child == child.child and not o.chosen), None)


def _read_phase2_proposal(live: Live, child: ChildSa, step: Step, proposal: Proposal, *, chosen: bool) -> None:
    protocol_id = proposal.protocol_id
    protocol = _PROTOCOLS.get(protocol_id, str(protocol_id))
    if child.protocol in (None, protocol) or protocol_id == PROTO_ESP:  # of a bundle with AH or IPComp, the ESP part
        child.protocol = protocol
        live.receives(child, proposal.spi.hex(), initiator=step.from_initiator)
        if chosen and proposal.transforms:
            child.suite = ikev1_phase2_suite(protocol_id, proposal.transforms[0])
            child.mode = _TUNNEL.get(child.suite.encapsulation_mode or 0)


def _read_transaction(live: Live, payloads: tuple[Payload, ...]) -> None:
    """XAUTH's verdict on the user (draft-beaulieu-ike-xauth-02); a later OK takes back an earlier FAIL."""
    for payload in payloads:
        if isinstance(payload.body, Configuration):
            for attribute in payload.body.attributes:
                if attribute.attribute_type == _XAUTH_STATUS and attribute.value is not None:
                    live.negotiation.xauth_failed = attribute.value == 0
