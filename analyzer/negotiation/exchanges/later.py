"""IKEv2's exchanges of an IKE SA that is up, as tables: CREATE_CHILD_SA, IKE_FOLLOWUP_KE, INFORMATIONAL.

RFC 7296 sections 1.3, 1.4, 1.5, 2.8, 2.25; RFC 9370 section 2.2.4.

Either side may begin one. Each is a request and a response under one message ID. What is easy to get wrong:

* Without keys a CREATE_CHILD_SA request does not say what it asks for: a new child SA, the rekeying of one, or of the
  IKE SA. Nor does the answer, but its length says whether it has room for an SA at all.
* With additional key exchanges (RFC 9370) the answer of CREATE_CHILD_SA makes nothing yet: the SA exists after the last
  IKE_FOLLOWUP_KE. Both show the notify ADDITIONAL_KEY_EXCHANGE where more is to come.
* A refusal is not the end of the IKE SA. INVALID_KE_PAYLOAD asks for the same once more with another group, and
  TEMPORARY_FAILURE for patience: each try is an exchange of its own.
* An unprotected error comes as a response with the request's exchange type and message ID, from a peer that does not
  know the SA, or from anybody. It answers nothing.
"""

from analyzer.negotiation.exchanges.table import Move, Moves, Table
from analyzer.vocabulary import ExchangeEvent, ExchangeState

_OUTSIDE = "RFC 7296 1.5"
_MORE = "RFC 9370 2.2.4"
COMMON: dict[ExchangeEvent, str] = {
    "clear": "an unprotected message: it proves nothing",
    "other-request": "another request under the same message ID",
    "other-answer": "another response under the same message ID",
}
_PROTECTED: dict[ExchangeEvent, str] = {
    "bare": "an unprotected message where only protected ones are allowed",
    **COMMON,
}
_CLEAR = "RFC 7296 2.21.4"


def _answers(made: ExchangeState, made_reference: str) -> Moves:
    """What may answer a request that asks for an SA."""
    return {
        "made": Move(made, made_reference),
        "unfinished": Move("unfinished", _MORE),
        "error": Move("refused", "RFC 7296 2.21.3"),
        "answer": Move("answered", "RFC 7296 1.3"),
    }


def _asked(state: ExchangeState, made: ExchangeState, reference: str) -> Moves:
    return {**_answers(made, reference), "clear": Move(state, _CLEAR)}


def _only_clear(reference: str, *states: ExchangeState) -> dict[ExchangeState, Moves]:
    """Moves of states that only an unprotected message may still come in."""
    return {state: {"clear": Move(state, reference)} for state in states}


CREATE_CHILD_SA = Table(
    "CREATE_CHILD_SA",
    "IKEv2 CREATE_CHILD_SA",
    "RFC 7296 1.3 and 2.1",
    states={
        "start": "nothing seen",
        "requested": "a request whose purpose is not visible",
        "child-requested": "a new child SA is asked for",
        "rekey-requested": "the rekeying of a child SA is asked for",
        "ike-rekey-requested": "the rekeying of the IKE SA is asked for",
        "made": "an SA was made; which kind is not visible",
        "child-made": "a new child SA was made",
        "child-rekeyed": "a child SA was made in place of another",
        "ike-rekeyed": "an IKE SA was made in place of this one",
        "unfinished": "agreed, but for additional key exchanges: IKE_FOLLOWUP_KE is due",
        "answered": "answered; the suite is unknown, so the length shows nothing",
        "refused": "refused with an error notify, or the response has room for an error only",
    },
    events={
        "request": "a request that could not be read",
        "ask-child": "a request with SA and traffic selectors",
        "ask-rekey": "a request with REKEY_SA",
        "ask-ike-rekey": "a request with SA and without traffic selectors",
        "made": "a response with an SA payload, or with room for it",
        "unfinished": "a response with ADDITIONAL_KEY_EXCHANGE",
        "error": "a response with an error notify and no SA, or with room for an error only",
        "answer": "a response that could not be read, of an SA whose suite is unknown",
        **_PROTECTED,
    },
    moves={
        "start": {
            "request": Move("requested", "RFC 7296 1.3"),
            "ask-child": Move("child-requested", "RFC 7296 1.3.1"),
            "ask-rekey": Move("rekey-requested", "RFC 7296 1.3.3"),
            "ask-ike-rekey": Move("ike-rekey-requested", "RFC 7296 1.3.2"),
            **{e: m._replace(unseen=("request",)) for e, m in _answers("made", "RFC 7296 1.3").items()},
            "clear": Move("start", _CLEAR),
        },
        "requested": _asked("requested", "made", "RFC 7296 1.3"),
        "child-requested": _asked("child-requested", "child-made", "RFC 7296 1.3.1"),
        "rekey-requested": _asked("rekey-requested", "child-rekeyed", "RFC 7296 1.3.3"),
        "ike-rekey-requested": _asked("ike-rekey-requested", "ike-rekeyed", "RFC 7296 1.3.2"),
        **_only_clear(
            _CLEAR, "made", "child-made", "child-rekeyed", "ike-rekeyed", "unfinished", "answered", "refused"
        ),
    },
)

IKE_FOLLOWUP_KE = Table(
    "IKE_FOLLOWUP_KE",
    "IKEv2 IKE_FOLLOWUP_KE",
    "RFC 9370 2.2.4 and RFC 7296 2.1",
    states={
        "start": "nothing seen",
        "requested": "a request with the next key exchange",
        "unfinished": "answered, and another one is to follow",
        "answered": "answered: if it was the last one, the SA exists",
        "refused": "refused with an error notify",
    },
    events={
        "request": "a request",
        "answer": "a response",
        "unfinished": "a response with ADDITIONAL_KEY_EXCHANGE",
        "error": "a response with an error notify: STATE_NOT_FOUND and others",
        **_PROTECTED,
    },
    moves={
        "start": {
            "request": Move("requested", _MORE),
            "answer": Move("answered", _MORE, ("request",)),
            "unfinished": Move("unfinished", _MORE, ("request",)),
            "error": Move("refused", _MORE, ("request",)),
            "clear": Move("start", _CLEAR),
        },
        "requested": {
            "answer": Move("answered", _MORE),
            "unfinished": Move("unfinished", _MORE),
            "error": Move("refused", _MORE),
            "clear": Move("requested", _CLEAR),
        },
        **_only_clear(_CLEAR, "unfinished", "answered", "refused"),
    },
)

_DELETE, _ALIVE, _REFUSAL = "RFC 7296 1.4.1", "RFC 7296 2.4", "RFC 7296 2.21.2"

INFORMATIONAL = Table(
    "INFORMATIONAL",
    "IKEv2 INFORMATIONAL",
    "RFC 7296 1.4 and 2.1",
    states={
        "start": "nothing seen",
        "requested": "a request that could not be read, or with notifies or configuration",
        "liveness-asked": "an empty request: a liveness check",
        "delete-requested": "a request with Delete",
        "refusing": "the initiator refuses the responder's proof, and with it the IKE SA",
        "answered": "answered",
        "alive": "the liveness check is answered",
        "deleted": "the Delete is confirmed",
        "refused": "the refusal is confirmed",
        "sent-in-clear": "a message outside of any IKE SA, which is not answered: anybody could have sent it",
    },
    events={
        "request": "a request that could not be read, or with notifies or configuration",
        "ask-liveness": "an empty request",
        "ask-delete": "a request with Delete",
        "ask-refusal": "the initiator's AUTHENTICATION_FAILED behind IKE_AUTH, or a request of its size at once",
        "answer": "a response",
        **COMMON,
    },
    moves={
        "start": {
            "request": Move("requested", "RFC 7296 1.4"),
            "ask-liveness": Move("liveness-asked", _ALIVE),
            "ask-delete": Move("delete-requested", _DELETE),
            "ask-refusal": Move("refusing", _REFUSAL),
            "answer": Move("answered", "RFC 7296 1.4", ("request",)),
            "clear": Move("sent-in-clear", _OUTSIDE),
        },
        "requested": {"answer": Move("answered", "RFC 7296 1.4"), "clear": Move("requested", _OUTSIDE)},
        "liveness-asked": {"answer": Move("alive", _ALIVE), "clear": Move("liveness-asked", _OUTSIDE)},
        "delete-requested": {"answer": Move("deleted", _DELETE), "clear": Move("delete-requested", _OUTSIDE)},
        "refusing": {"answer": Move("refused", _REFUSAL), "clear": Move("refusing", _OUTSIDE)},
        **_only_clear(_OUTSIDE, "answered", "alive", "deleted", "refused"),
        "sent-in-clear": {
            "clear": Move("sent-in-clear", _OUTSIDE),
            "request": Move("requested", "RFC 7296 1.4"),
            "ask-liveness": Move("liveness-asked", _ALIVE),
            "ask-delete": Move("delete-requested", _DELETE),
            "ask-refusal": Move("refusing", _REFUSAL),
            "answer": Move("answered", "RFC 7296 1.4", ("request",)),
        },
    },
)
