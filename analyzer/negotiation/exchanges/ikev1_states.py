"""IKEv1 as a table: what each message does to our knowledge of an ISAKMP SA.

RFC 2409 sections 5.1-5.6, RFC 2408 section 4.

Main mode is six messages, aggressive mode three, base mode four; quick mode and transaction exchanges live under the
phase 1 SA, each with a table of its own in exchanges/. As for IKEv2 nothing is rejected and the last state decides.
What the table knows beyond the RFC, measured on real daemons:

* An encrypted INFORMATIONAL of the responder in place of main mode's sixth message is what a wrong pre-shared key looks
  like: the responder could not read the fifth. In aggressive mode the initiator finds out first and sends the
  INFORMATIONAL in place of the third.
* Clear-text errors are unauthenticated: a later answer still brings the SA up.
* QUICK_MODE and TRANSACTION messages prove that phase 1 ended well, whatever is missing of it in the capture.
"""

from analyzer.negotiation.exchanges.table import Move, Table

STATES: dict[str, str] = {
    "start": "nothing seen",
    "offered": "first message seen: proposals",
    "chosen": "main or base mode: the responder chose a transform",
    "keys-sent": "main mode: the initiator's key exchange seen",
    "keyed": "main mode: both key exchanges seen",
    "auth-sent": "main mode: the initiator's identity and proof, encrypted",
    "answered": "aggressive mode: the responder's message seen, with its choice, key exchange and proof",
    "refused": "the responder answered with an error in clear",
    "auth-refused": "an encrypted INFORMATIONAL came where the responder's proof was due",
    "initiator-refused": "the initiator sent an encrypted INFORMATIONAL where its own proof was due",
    "established": "phase 1 is complete",
    "midstream": "the capture begins inside an established SA",
}

EVENTS: dict[str, str] = {
    "offer": "first message of phase 1",
    "choice": "the responder's first message, main or base mode",
    "aggressive-answer": "the responder's message of aggressive mode",
    "initiator-keys": "main mode's third message",
    "responder-keys": "main mode's fourth message",
    "initiator-auth": "main mode's fifth message",
    "responder-auth": "main mode's sixth message, or base mode's fourth",
    "initiator-proof": "aggressive mode's third message",
    "clear-error": "INFORMATIONAL with an error notify, in clear",
    "initiator-info": "encrypted INFORMATIONAL of the initiator",
    "responder-info": "encrypted INFORMATIONAL of the responder",
    "phase2": "QUICK_MODE or TRANSACTION message",
}

_MAIN, _AGGRESSIVE, _ERROR, _QUICK = "RFC 2408 4.5", "RFC 2408 4.7", "RFC 2409 5.7", "RFC 2409 5.5"
_LEADS = {
    "choice": Move("chosen", _MAIN),
    "aggressive-answer": Move("answered", _AGGRESSIVE),
    "initiator-keys": Move("keys-sent", _MAIN),
    "responder-keys": Move("keyed", _MAIN),
    "initiator-auth": Move("auth-sent", _MAIN),
    "responder-auth": Move("established", _MAIN),
    "initiator-proof": Move("established", _AGGRESSIVE),
    "phase2": Move("established", _QUICK),
}
_CLEAR = {"clear-error": Move("refused", _ERROR)}
_FIRST = {"offer": Move("offered", _MAIN)}


def _next(*due: str, missing: str) -> dict[str, Move]:
    """All that leads on: what is due by the book, anything else with messages missing before it."""
    return {event: m if event in due else m._replace(unseen=(missing,)) for event, m in _LEADS.items()}


TABLE = Table(
    "IKEV1-SA",
    "IKEv1: what is known of an ISAKMP SA",
    "RFC 2409 5",
    STATES,
    EVENTS,
    moves={
        "start": {
            **_next(missing="offer"),
            **_FIRST,
            "phase2": Move("midstream", _QUICK, ("offer",)),
            "initiator-info": Move("midstream", _ERROR, ("offer",)),
            "responder-info": Move("midstream", _ERROR, ("offer",)),
            "clear-error": Move("refused", _ERROR, ("offer",)),
        },
        "offered": {**_next("choice", "aggressive-answer", missing="choice"), **_CLEAR},
        "chosen": {**_next("initiator-keys", missing="initiator-keys"), **_CLEAR},
        "keys-sent": {**_next("responder-keys", "responder-auth", missing="responder-keys"), **_CLEAR},
        "keyed": {**_next("initiator-auth", missing="initiator-auth"), "clear-error": Move("auth-refused", _ERROR)},
        "auth-sent": {
            **_next("responder-auth", missing="responder-auth"),
            "clear-error": Move("auth-refused", _ERROR),
            "responder-info": Move("auth-refused", _ERROR),
        },
        "answered": {
            **_next("initiator-proof", missing="initiator-proof"),
            **_CLEAR,
            "initiator-info": Move("initiator-refused", _ERROR),
        },
        "refused": {**_FIRST, **_LEADS},
        "auth-refused": {"responder-auth": Move("established", _MAIN), "phase2": Move("established", _QUICK)},
        "initiator-refused": {
            "initiator-proof": Move("established", _AGGRESSIVE),
            "phase2": Move("established", _QUICK),
        },
        "established": {},
        "midstream": {},
    },
)

TRANSITIONS: dict[str, dict[str, str]] = {
    state: {event: move.to for event, move in row.items()} for state, row in TABLE.moves.items()
}


def after(state: str, event: str) -> str:
    """The state that `event` leads to; the same one where the table has no entry."""
    return TRANSITIONS[state].get(event, state)
