"""Child SAs of IKEv2.

Read from decrypted payloads, or inferred from exchange order and message lengths (RFC 7296 sections 1.2, 1.3).
"""

from bisect import bisect_left, insort
from collections.abc import Sequence
from operator import attrgetter
from typing import NamedTuple

from analyzer.isakmp.chain import Payload
from analyzer.isakmp.numbers import NotifyV2, PayloadV2, ProtocolId
from analyzer.isakmp.payloads.ikev2.traffic_selectors import TrafficSelectors
from analyzer.isakmp.payloads.key_exchange import KeyExchange
from analyzer.isakmp.payloads.notify import Notify
from analyzer.isakmp.payloads.sa import Proposal, SecurityAssociation
from analyzer.isakmp.registry.tables import FIRST_STATUS
from analyzer.negotiation import lengths
from analyzer.negotiation.exchanges.account import Account
from analyzer.negotiation.exchanges.course import course
from analyzer.negotiation.exchanges.messages import inside, is_whole
from analyzer.negotiation.exchanges.rounds import Rounds
from analyzer.negotiation.follow.live import Live
from analyzer.negotiation.model import Exchange, Negotiation, Step
from analyzer.negotiation.read.proposals import ikev2_suite
from analyzer.negotiation.seen import ChildSa, Suite
from analyzer.vocabulary import Basis, ChildOutcome, ExchangeState

_TSI, _TSR = int(PayloadV2.TSI), int(PayloadV2.TSR)
_PROTOCOL_IKE = int(ProtocolId.IKE)
_PROTOCOLS = {int(kind): kind.name for kind in (ProtocolId.AH, ProtocolId.ESP)}
_USE_TRANSPORT_MODE, _REKEY_SA = int(NotifyV2.USE_TRANSPORT_MODE), int(NotifyV2.REKEY_SA)
_USE_BEET_MODE = int(NotifyV2.USE_BEET_MODE)  # strongSwan's; in 3GPP's use of the number it comes with data
# Of the table in exchanges/later.py
_BY_STATE: dict[ExchangeState | None, ChildOutcome] = {
    "made": "established",
    "child-made": "established",
    "child-rekeyed": "established",
    "refused": "failed",
}
_frame_number = attrgetter("frame_number")


class About(NamedTuple):
    """What a decrypted message's SA payload is about: a child by number, or a new IKE SA by its SPIs (answers only)."""

    child: int | None = None
    ike_spis: tuple[str, str] | None = None
    suite: Suite | None = None


NOTHING = About()


def begin(n: Negotiation, exchange: Exchange, basis: Basis) -> ChildSa:
    """A new child SA that this exchange makes or tries to make."""
    first = exchange.first_frame
    child = ChildSa(len(n.children) + 1, exchange.exchange, first, basis, "unknown")
    insort(n.children, child, key=_frame_number)
    return child


def child_of(n: Negotiation, exchange: Exchange) -> ChildSa | None:
    """The child that this exchange makes. Children stand in the order of their exchanges' first frames."""
    first = exchange.first_frame
    place = bisect_left(n.children, first, key=_frame_number)
    found = n.children[place] if place < len(n.children) else None
    return found if found is not None and found.frame_number == first else None


def read_ikev2(live: Live, exchange: Exchange, step: Step, payloads: Sequence[Payload]) -> About:
    """Take in a decrypted message: proposals, selectors, rekeyed SPIs."""
    bodies = [payload.body for payload in payloads]
    sa = next((b for b in bodies if isinstance(b, SecurityAssociation) and b.proposals), None)
    if exchange.exchange not in ("IKE_AUTH", "CREATE_CHILD_SA"):
        return NOTHING
    if sa is None:
        return _refused(live, exchange, step)
    proposal = sa.proposals[0]
    if proposal.protocol_id == _PROTOCOL_IKE:
        return _ike_rekey(live, exchange, step, proposal)
    child = _of_exchange(live, exchange) or begin(live.negotiation, _asking(live, exchange), "seen")
    _selectors(child, exchange, payloads)
    _notifies(live, child, exchange, step, bodies)
    child.protocol = _PROTOCOLS.get(proposal.protocol_id, str(proposal.protocol_id))
    live.receives(child, proposal.spi.hex(), initiator=step.from_initiator)
    if step.is_response:
        child.suite = ikev2_suite(proposal)
        child.response_frame = step.frame_number
        child.outcome = "established"
        child.pfs_ke_id = next((b.group for b in bodies if isinstance(b, KeyExchange)), None)
        if child.mode is None:
            child.mode = "tunnel"  # the default: no notify asked for transport mode (RFC 7296 section 1.3.1)
    return About(child.child)


def _of_exchange(live: Live, exchange: Exchange) -> ChildSa | None:
    """The child this exchange works on. IKE_AUTH makes one; with EAP its SA payloads stand in different exchanges."""
    if exchange.exchange == "IKE_AUTH":
        return next((c for c in live.negotiation.children if c.created_by == "IKE_AUTH"), None)
    return child_of(live.negotiation, exchange)


def _asking(live: Live, exchange: Exchange) -> Exchange:
    """Where the child is asked for: of several rounds of IKE_AUTH in the first, whatever could be read of it."""
    return live.negotiation.of_type("IKE_AUTH")[0] if exchange.exchange == "IKE_AUTH" else exchange


def _selectors(child: ChildSa, exchange: Exchange, payloads: Sequence[Payload]) -> None:
    """TSi belongs to the exchange's initiator, which may be the IKE SA's responder."""
    own, other = ([p.body for p in payloads if p.type == kind] for kind in (_TSI, _TSR))
    initiator, responder = map(_texts, (own, other) if exchange.begun_by_initiator else (other, own))
    child.initiator_ts = initiator or child.initiator_ts
    child.responder_ts = responder or child.responder_ts


def _texts(bodies: list[object]) -> list[str]:
    return [s.text for body in bodies if isinstance(body, TrafficSelectors) for s in body.selectors]


def _notifies(live: Live, child: ChildSa, exchange: Exchange, step: Step, bodies: list[object]) -> None:
    for body in bodies:
        if not isinstance(body, Notify):
            continue
        if body.notify_type == _USE_TRANSPORT_MODE and step.is_response:
            child.mode = "transport"
        elif body.notify_type == _USE_BEET_MODE and step.is_response and not body.data:
            child.mode = "BEET"
        elif body.notify_type == _REKEY_SA and not step.is_response:
            spi = body.spi.hex()
            child.rekeyed_spi = spi
            older = live.child_on(spi, initiator=exchange.begun_by_initiator)
            child.rekeys = None if older is None or older is child else older.child


def _refused(live: Live, exchange: Exchange, step: Step) -> About:
    """An answer without SA: with an error notify the child that was asked for failed."""
    errors = [s.notify_type for s in step.notifies if s.notify_type < FIRST_STATUS]
    child = _of_exchange(live, exchange) if step.is_response and errors else None
    if child is None and errors and step.is_response and PayloadV2.AUTH in (step.inner_types or ()):
        child = begin(live.negotiation, exchange, "seen")  # beside AUTH it refuses a child SA
    if child is None:
        return _sent_elsewhere(live, exchange, step)
    child.outcome = "failed"
    child.response_frame = step.frame_number
    return About(child.child)


def _sent_elsewhere(live: Live, exchange: Exchange, step: Step) -> About:
    """IKE_AUTH answered with REDIRECT in place of a child SA (RFC 5685 section 6): it is answered, and not refused."""
    child = _of_exchange(live, exchange) if step.is_response else None
    if child is None or all(s.notify_type != NotifyV2.REDIRECT for s in step.notifies):
        return NOTHING
    child.response_frame = step.frame_number
    return About(child.child)


def _ike_rekey(live: Live, exchange: Exchange, step: Step, proposal: Proposal) -> About:
    spi = proposal.spi
    first = exchange.first_frame
    live.offered_ike_spis = live.offered_ike_spis if live.offered_ike_spis is not None else {}
    if not step.is_response:
        live.offered_ike_spis[first] = spi
        return NOTHING
    asked = live.offered_ike_spis.pop(first, None)
    if asked is None or len(spi) != 8 or len(asked) != 8:
        return NOTHING
    live.claim(exchange)
    return About(ike_spis=(asked.hex(), spi.hex()), suite=ikev2_suite(proposal))


def infer_first(n: Negotiation, known: Account) -> None:
    """At the end, not decrypted: the first child, by whether the accepting IKE_AUTH response has room for it.

    It holds SA, TSi and TSr then. Of several rounds it is the last one that holds them, whatever proof came before.
    """
    suite, rounds = n.suite, known.rounds
    asked = next((c for c in n.children if c.created_by == "IKE_AUTH"), None)
    if suite is None or (asked is not None and not _lacks_answer(asked)):
        return
    for exchange, answer in known.accepted:
        if exchange.message_id != rounds.auth[-1].message_id or exchange.exchange != "IKE_AUTH":
            continue  # GSA_AUTH makes no SA of two parties
        if inside(answer) is not None or not is_whole(answer) or _is_childless(suite, rounds, exchange):
            continue
        child = asked or begin(n, rounds.auth[0], "inferred")
        child.basis = "inferred"
        child.response_frame = answer[-1].frame_number
        first = exchange.message_id <= rounds.auth[0].message_id
        needed = lengths.smallest_auth_answer(suite, with_identity=first, with_child=True)
        child.outcome = "established" if (lengths.most_inside(suite, answer) or 0) >= needed else "failed"
        return


def _is_childless(suite: Suite, rounds: Rounds, exchange: Exchange) -> bool:
    """The first round, by intention without a child: its request has no room to ask for one (RFC 6023)."""
    if exchange is not rounds.auth[0]:
        return False
    room = lengths.most_inside(suite, exchange.sent_by(initiator=True))
    return room is not None and room < lengths.smallest_auth_answer(suite, with_identity=True, with_child=True)


def infer_later(live: Live) -> None:
    """At the end, not decrypted: one child for each CREATE_CHILD_SA that made no IKE SA.

    Whether it came up is decided by the last state of its table: the answer has room for an SA, or has not.
    """
    n = live.negotiation
    known = {c.frame_number: c for c in n.children}
    for exchange in n.of_type("CREATE_CHILD_SA"):
        asked = known.get(exchange.first_frame)
        requests, answers = (exchange.sent_by(exchange.begun_by_initiator is by) for by in (True, False))
        if asked is None and (not requests or live.claimed(exchange) or _is_read(requests) or _holds_sa(answers)):
            continue
        if asked is not None and (not answers or _is_read(answers) or not _lacks_answer(asked)):
            continue
        child = asked or begin(live.negotiation, exchange, "inferred")
        child.basis = "inferred"
        if answers:
            child.response_frame = answers[0].frame_number
        child.outcome = _BY_STATE.get(course(n, exchange).state, "unknown")


def _lacks_answer(child: ChildSa) -> bool:
    """Its request was decrypted, and no answer to it."""
    return child.outcome == "unknown" and child.response_frame is None


def _is_read(steps: Sequence[Step]) -> bool:
    return any(step.inner_types is not None for step in steps)


def _holds_sa(answers: Sequence[Step]) -> bool:
    """Read, and no child's: it made an IKE SA whose request was not decrypted."""
    return any(PayloadV2.SA in (step.inner_types or ()) for step in answers)
