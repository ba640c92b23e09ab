"""The order of exchanges within an IKE SA, as tables: which exchange may begin when, and who may begin it.

RFC 7296 sections 1.2 and 1.4.1, RFC 9242 section 3.2, RFC 2409 section 5.

An event is the beginning of an exchange. What is easy to get wrong:

* A capture that begins late, or lacks one direction, shows exchanges without those that must have come before: leaps.
* An SA that was negotiated inside another one (RFC 7296 section 1.3.2) begins "under-way".
* The Delete of an IKE SA is visible with keys only. What is still under way when it is sent may end after it, so only
  an exchange that begins after the Delete was confirmed is out of order.
* IKEv1's INFORMATIONAL may come at any time, in clear before there are keys.
"""

from analyzer.isakmp.numbers import PayloadV2
from analyzer.negotiation.exchanges.table import Move, Moves, Table
from analyzer.negotiation.model import Exchange, Negotiation
from analyzer.vocabulary import ExchangeEvent

_INIT: ExchangeEvent = "init"
_AUTH: ExchangeEvent = "auth"
_EXCHANGES = "RFC 7296 1.2"
_LATER: dict[ExchangeEvent, str] = {
    "create-child": "RFC 7296 1.3",
    "informational": "RFC 7296 1.4",
    "followup": "RFC 9370 2.2.4",
    "group": "RFC 9838 2.3",
}


def _later(*unseen: ExchangeEvent) -> Moves:
    return {event: Move("under-way", reference, unseen) for event, reference in _LATER.items()}


IKEV2_ORDER = Table(
    "IKEV2-ORDER",
    "IKEv2: the order of exchanges",
    "RFC 7296 1.2",
    states={
        "start": "nothing seen",
        "initial": "IKE_SA_INIT has begun",
        "intermediate": "IKE_INTERMEDIATE has begun",
        "authenticating": "IKE_AUTH has begun",
        "under-way": "an exchange of an SA that is up has begun",
        "ended": "the Delete of the IKE SA is confirmed",
    },
    events={
        "init": "the initiator begins IKE_SA_INIT or IKE_SESSION_RESUME",
        "intermediate": "the initiator begins IKE_INTERMEDIATE",
        "auth": "the initiator begins IKE_AUTH or GSA_AUTH",
        "create-child": "CREATE_CHILD_SA begins",
        "followup": "IKE_FOLLOWUP_KE begins",
        "informational": "INFORMATIONAL begins",
        "group": "an exchange of group keying begins: GSA_REGISTRATION, GSA_REKEY, GSA_INBAND_REKEY",
        "delete": "INFORMATIONAL with the Delete of the IKE SA begins",
        "clear": "an unprotected message outside of any IKE SA",
        "foreign": "an exchange begins that these documents do not have",
        "reversed": "the responder begins an exchange that only the initiator begins",
        "after-delete": "an exchange begins after the Delete of the IKE SA was confirmed",
    },
    moves={
        "start": {
            "init": Move("initial", _EXCHANGES),
            "intermediate": Move("intermediate", "RFC 9242 3.2", (_INIT,)),
            "auth": Move("authenticating", _EXCHANGES, (_INIT,)),
            **_later(_INIT, _AUTH),
            "delete": Move("ended", "RFC 7296 1.4.1", (_INIT, _AUTH)),
            "clear": Move("start", "RFC 7296 1.5"),
            "foreign": Move("under-way", "IANA ikev2-parameters"),
        },
        "initial": {
            "init": Move("initial", "RFC 7296 2.6"),
            "intermediate": Move("intermediate", "RFC 9242 3.2"),
            "auth": Move("authenticating", _EXCHANGES),
            **_later(_AUTH),
            "delete": Move("ended", "RFC 7296 1.4.1", (_AUTH,)),
            "clear": Move("initial", "RFC 7296 1.5"),
            "foreign": Move("under-way", "IANA ikev2-parameters"),
        },
        "intermediate": {
            "intermediate": Move("intermediate", "RFC 9242 3.2"),
            "auth": Move("authenticating", "RFC 9242 3.2"),
            **_later(_AUTH),
            "delete": Move("ended", "RFC 7296 1.4.1", (_AUTH,)),
            "clear": Move("intermediate", "RFC 7296 1.5"),
            "foreign": Move("under-way", "IANA ikev2-parameters"),
        },
        "authenticating": {
            "auth": Move("authenticating", "RFC 7296 2.16"),
            **_later(),
            "delete": Move("ended", "RFC 7296 1.4.1"),
            "clear": Move("authenticating", "RFC 7296 1.5"),
            "foreign": Move("under-way", "IANA ikev2-parameters"),
        },
        "under-way": {
            **_later(),
            "delete": Move("ended", "RFC 7296 1.4.1"),
            "clear": Move("under-way", "RFC 7296 1.5"),
            "foreign": Move("under-way", "IANA ikev2-parameters"),
        },
        "ended": {
            # both sides may delete at once, and what crosses the Delete is answered (RFC 7296 section 2.25.2)
            **{event: Move("ended", "RFC 7296 2.25.2") for event in (*_LATER, "delete", "foreign")},
            "clear": Move("ended", "RFC 7296 1.5"),
        },
    },
)

_PHASE1 = "RFC 2409 5"

IKEV1_ORDER = Table(
    "IKEV1-ORDER",
    "IKEv1: the order of exchanges",
    "RFC 2409 5",
    states={
        "start": "nothing seen",
        "phase-1": "a first phase has begun",
        "under-way": "an exchange of the second phase has begun",
    },
    events={
        "phase-1": "main, aggressive or base mode begins",
        "phase-2": "quick mode, transaction, new group mode or GROUPKEY-PULL begins",
        "informational": "INFORMATIONAL",
        "foreign": "an exchange begins that these documents do not have",
    },
    moves={
        "start": {
            "phase-1": Move("phase-1", _PHASE1),
            "phase-2": Move("under-way", _PHASE1, ("phase-1",)),
            "informational": Move("start", "RFC 2409 5.7"),
            "foreign": Move("start", "RFC 2408 3.1"),
        },
        "phase-1": {
            "phase-2": Move("under-way", _PHASE1),
            "informational": Move("phase-1", "RFC 2409 5.7"),
            "foreign": Move("phase-1", "RFC 2408 3.1"),
        },
        "under-way": {
            "phase-2": Move("under-way", _PHASE1),
            "informational": Move("under-way", "RFC 2409 5.7"),
            "foreign": Move("under-way", "RFC 2408 3.1"),
        },
    },
)

_V1_EVENTS: dict[str, ExchangeEvent] = {
    **dict.fromkeys(("IDENTITY_PROTECTION", "AGGRESSIVE", "BASE"), "phase-1"),
    **dict.fromkeys(("QUICK_MODE", "TRANSACTION", "NEW_GROUP_MODE", "GROUPKEY_PULL"), "phase-2"),
    "INFORMATIONAL": "informational",
}
_V2_EVENTS: dict[str, ExchangeEvent] = {
    "IKE_SA_INIT": "init",
    "IKE_SESSION_RESUME": "init",
    "IKE_INTERMEDIATE": "intermediate",
    "IKE_AUTH": "auth",
    "GSA_AUTH": "auth",
    "CREATE_CHILD_SA": "create-child",
    "IKE_FOLLOWUP_KE": "followup",
    "INFORMATIONAL": "informational",
    **dict.fromkeys(("GSA_REGISTRATION", "GSA_REKEY", "GSA_INBAND_REKEY"), "group"),
}
_DELETE = int(PayloadV2.DELETE)
_INITIATORS: frozenset[ExchangeEvent] = frozenset({"init", "intermediate", "auth"})


def order_event(n: Negotiation, exchange: Exchange, ended: int | None) -> ExchangeEvent:
    """The event that the beginning of this exchange is. `ended`: frame that confirmed the Delete of the IKE SA."""
    if n.ike_version == 1:
        return _V1_EVENTS.get(exchange.exchange, "foreign")
    event = _V2_EVENTS.get(exchange.exchange, "foreign")
    if event in _INITIATORS:
        return event if exchange.begun_by_initiator else "reversed"
    if not exchange.figure.protected and not exchange.steps[0].encrypted:
        return "clear"
    if ended is not None and exchange.steps[0].frame_number > ended and not exchange.begins_with_answer:
        return "after-delete"
    deletes = n.deleted_at is not None and any(
        s.time_ns == n.deleted_at and _DELETE in (s.inner_types or ()) for s in exchange.steps
    )
    return "delete" if deletes else event
