"""IKEv1's second phase as tables: quick mode, transaction (mode config and XAUTH), new group mode, informational.

RFC 2409 sections 5.5 to 5.7. Transactions are those of two drafts that expired, draft-dukes-ike-mode-cfg-02 and
draft-beaulieu-ike-xauth-02; what is said of them here is what recorded daemons do, and no text of the drafts was at
hand to hold it against.

Everything here lives under an ISAKMP SA and is encrypted, so without keys only the sender and the order of messages is
seen. "Own" is the side that began the exchange, "peer" the other one. What is easy to get wrong:

* Quick mode's third message belongs to the side that began: whoever sends a second message has read an answer, also
  if that answer is not in the capture.
* With the commit bit the side that answered has the last word, CONNECTED. It belongs into an INFORMATIONAL with the
  message ID of the quick mode (RFC 2408 section 3.1); some send it as a fourth message.
* A quick mode that is refused ends without another message. The refusal is an INFORMATIONAL, with a message ID of its
  own.
* XAUTH is several transactions in a row begun by the responder, each with its own message ID: one that asks (REQUEST,
  REPLY), one that says how it went (SET, ACK). Mode config is one, begun by either side. To the table all are pairs,
  and a message ID that is used for the next pair too is nothing to wonder at.
* An informational exchange is one message. Nothing answers it: R-U-THERE and its ACK (RFC 3706) are two exchanges. An
  unprotected one is worth nothing as proof.
"""

from analyzer.negotiation.exchanges.table import Move, Table, chain
from analyzer.vocabulary import ExchangeEvent

_SIDES: dict[ExchangeEvent, str] = {
    "own": "a message of the side that began the exchange",
    "peer": "a message of the other side",
}

QUICK_MODE = Table(
    "QUICK_MODE",
    "IKEv1 quick mode",
    "RFC 2409 5.5",
    states={
        "start": "nothing seen",
        "proposed": "first message: HASH(1), SA, Ni and what goes with it",
        "answered": "second message: HASH(2), SA, Nr: the child SA can be used by the side that answered",
        "complete": "third message: HASH(3): both sides have the child SA",
        "connected": "fourth message: CONNECTED, for which the commit bit asked",
    },
    events=_SIDES,
    moves={
        "start": {
            "own": Move("proposed", "RFC 2409 5.5"),
            "peer": Move("answered", "RFC 2409 5.5", ("own",)),
        },
        "proposed": {
            "peer": Move("answered", "RFC 2409 5.5"),
            "own": Move("complete", "RFC 2409 5.5", ("peer",)),
        },
        "answered": {"own": Move("complete", "RFC 2409 5.5"), "peer": Move("connected", "RFC 2408 3.1", ("own",))},
        "complete": {"peer": Move("connected", "RFC 2408 3.1")},
        "connected": {},
    },
)

TRANSACTION = Table(
    "TRANSACTION",
    "IKEv1 transaction: mode config and XAUTH",
    "draft-dukes-ike-mode-cfg-02",
    states={
        "start": "nothing seen",
        "asked": "REQUEST or SET",
        "answered": "REPLY or ACK",
    },
    events=_SIDES,
    moves={
        **chain("draft-dukes-ike-mode-cfg-02", ("own", "asked"), ("peer", "answered")),
        "answered": {"own": Move("asked", "draft-beaulieu-ike-xauth-02")},
    },
)

NEW_GROUP_MODE = Table(
    "NEW_GROUP_MODE",
    "IKEv1 new group mode",
    "RFC 2409 5.6",
    states={
        "start": "nothing seen",
        "proposed": "a group was proposed",
        "answered": "the group was accepted, or refused",
    },
    events=_SIDES,
    moves=chain("RFC 2409 5.6", ("own", "proposed"), ("peer", "answered")),
)

INFORMATIONAL_V1 = Table(
    "INFORMATIONAL",
    "IKEv1 informational",
    "RFC 2409 5.7",
    states={
        "start": "nothing seen",
        "sent": "one protected message: a notification or a Delete",
        "sent-in-clear": "a notification that nothing protects: anybody could have sent it",
    },
    events={
        "protected": "an encrypted message",
        "clear": "a message in clear",
    },
    moves={
        "start": {
            "protected": Move("sent", "RFC 2409 5.7"),
            "clear": Move("sent-in-clear", "RFC 2408 4.8"),
        },
        # Message IDs are to be unique, but errors of the first phase all go by ID 0 (RFC 2408 section 3.1)
        "sent": {"protected": Move("sent", "RFC 2408 4.8"), "clear": Move("sent", "RFC 2408 4.8")},
        "sent-in-clear": {"protected": Move("sent", "RFC 2409 5.7"), "clear": Move("sent-in-clear", "RFC 2408 4.8")},
    },
)
