"""Exchanges of group keying as tables: those of G-IKEv2 (RFC 9838) and of GDOI (RFC 6407, RFC 8263).

A member registers with a key server as one peer with another: GSA_AUTH is its IKE_AUTH (initial.py), GDOI's first phase
is IKEv1's (phase1.py). What is easy to get wrong:

* GSA_REKEY and GROUPKEY-PUSH go to all members at once, under an SPI pair that was handed out at registration and that
  no exchange of the capture need have made. Nobody answers, and the key server repeats them to be sure.
* All GROUPKEY-PUSH messages have message ID 0; what orders them is inside encryption.
* GROUPKEY-PUSH-ACK goes from a member to the key server, one message, only where the key server asked for it.
* GSA_INBAND_REKEY goes over the member's own SA, and is answered.
* GROUPKEY-PULL has IKEv1's number for quick mode, and a message more.
"""

from analyzer.negotiation.exchanges.later import COMMON
from analyzer.negotiation.exchanges.table import Move, Table
from analyzer.vocabulary import ExchangeState

_REGISTERS, _REKEYS, _CLEAR = "RFC 9838 2.3", "RFC 9838 2.4", "RFC 7296 2.21.4"
_PULL, _PUSH, _ACK = "RFC 6407 3.2", "RFC 6407 4", "RFC 8263 3"
_PROTECTED = {"bare": "an unprotected message where only protected ones are allowed", **COMMON}


def _pair(name: str, title: str, reference: str, asked: str, answered: str) -> Table:
    """A request and a response over an SA that is up."""
    return Table(
        name,
        title,
        f"{reference} and RFC 7296 2.1",
        states={
            "start": "nothing seen",
            "requested": asked,
            "answered": answered,
            "refused": "refused with an error notify",
        },
        events={
            "request": "a request",
            "answer": "a response",
            "error": "a response with an error notify",
            **_PROTECTED,
        },
        moves={
            "start": {
                "request": Move("requested", reference),
                "answer": Move("answered", reference, ("request",)),
                "error": Move("refused", reference, ("request",)),
                "clear": Move("start", _CLEAR),
            },
            "requested": {
                "answer": Move("answered", reference),
                "error": Move("refused", reference),
                "clear": Move("requested", _CLEAR),
            },
            **{state: {"clear": Move(state, _CLEAR)} for state in ("answered", "refused")},
        },
    )


GSA_REGISTRATION = _pair(
    "GSA_REGISTRATION",
    "G-IKEv2 GSA_REGISTRATION",
    _REGISTERS,
    "a member asks to join a group",
    "the key server answered with the group's SAs and keys",
)
GSA_INBAND_REKEY = _pair(
    "GSA_INBAND_REKEY",
    "G-IKEv2 GSA_INBAND_REKEY",
    _REKEYS,
    "the key server sends new keys to one member",
    "the member confirms them",
)


def _one_way(name: str, title: str, reference: str, state: ExchangeState, meaning: str, event: str) -> Table:
    """Messages that nobody answers, and that may be repeated."""
    return Table(
        name,
        title,
        reference,
        states={"start": "nothing seen", state: meaning},
        events={"own": event, "peer": "an answer, which this exchange does not have"},
        moves={"start": {"own": Move(state, reference)}, state: {"own": Move(state, reference)}},
    )


GSA_REKEY = _one_way(
    "GSA_REKEY",
    "G-IKEv2 GSA_REKEY",
    _REKEYS,
    "sent",
    "the key server sent new keys to the group: no answer is due",
    "a message of the key server, or another one under the same message ID",
)
GROUPKEY_PUSH = _one_way(
    "GROUPKEY_PUSH",
    "GDOI GROUPKEY-PUSH",
    _PUSH,
    "sent",
    "the key server sent new keys to the group: no answer is due but GROUPKEY-PUSH-ACK",
    "a message of the key server",
)
GROUPKEY_PUSH_ACK = _one_way(
    "GROUPKEY_PUSH_ACK",
    "GDOI GROUPKEY-PUSH-ACK",
    _ACK,
    "acknowledged",
    "members confirmed what the key server sent",
    "a message of a member",
)

GROUPKEY_PULL = Table(
    "GROUPKEY_PULL",
    "GDOI GROUPKEY-PULL",
    _PULL,
    states={
        "start": "nothing seen",
        "asked": "first message: HASH(1), Ni, and the group that a member asks for",
        "offered": "second message: HASH(2), Nr, SA: the policies of the group",
        "accepted": "third message: HASH(3): the member takes them",
        "complete": "fourth message: HASH(4), KD: the member has the keys",
    },
    events={"own": "a message of the member", "peer": "a message of the key server"},
    moves={
        "start": {"own": Move("asked", _PULL), "peer": Move("offered", _PULL, ("own",))},
        "asked": {"peer": Move("offered", _PULL), "own": Move("accepted", _PULL, ("peer",))},
        "offered": {"own": Move("accepted", _PULL), "peer": Move("complete", _PULL, ("own",))},
        "accepted": {"peer": Move("complete", _PULL)},
        "complete": {},
    },
)
