"""IKEv2's exchanges before an IKE SA is up, as tables: IKE_SA_INIT, IKE_INTERMEDIATE, IKE_AUTH.

RFC 7296 sections 1.2, 2.6, 2.7, 2.16, 2.21; RFC 5685, RFC 5723, RFC 9242, RFC 4739, RFC 9838.

One run goes over all exchanges of its kind in a negotiation: a request that brings a COOKIE back, or the next round of
EAP, goes on where the exchange before it ended. What is easy to get wrong:

* Answers of IKE_SA_INIT are not authenticated. Refusals, demands and redirections are no end as long as an answer with
  a choice can still come (section 2.21.1).
* A responder under load keeps no state. It may answer a request and then meet the repetition of it with COOKIE, and
  the initiator may take up a COOKIE that came late: demand and choice can cross (section 2.6).
* Without keys only the length of an IKE_AUTH response is seen. Room for one Notify is room for EAP-Success too, so
  "short" is no refusal before it is clear that no request follows. Room for AUTH is no end either: with EAP and with
  several authentications (RFC 4739) the responder proves itself in the first round.
* IKE_SA_INIT with two different requests under one message ID is two exchanges. Everywhere else a request is repeated
  bit by bit, fragmented or in other fragments (RFC 7296 section 2.1, RFC 7383 section 2.5.2), or it breaks the rule.
"""

from analyzer.negotiation.exchanges.table import Move, Moves, Table
from analyzer.vocabulary import ExchangeEvent

_REQUEST: tuple[ExchangeEvent, ...] = ("init-request",)
_TICKET = "RFC 5723 4.3.2"
_BASIC, _COOKIE, _UNPROVEN, _REDIRECT = "RFC 7296 1.2", "RFC 7296 2.6", "RFC 7296 2.21.1", "RFC 5685 3"

# What a responder may say to an initiator that waits; and what may still come after it said something unproven
_ANSWERS: Moves = {
    "init-answer": Move("answered", _BASIC),
    "init-cookie": Move("cookie-asked", _COOKIE),
    "init-invalid-ke": Move("group-asked", "RFC 7296 1.2"),
    "init-redirect": Move("redirected", _REDIRECT),
    "init-error": Move("refused", _UNPROVEN),
    "init-ticket-refused": Move("ticket-refused", _TICKET),
}
_LATER: Moves = {
    "init-answer": Move("answered", _UNPROVEN),
    "init-cookie": Move("cookie-asked", _COOKIE),
    "init-invalid-ke": Move("group-asked", "RFC 7296 2.6.1"),
    "init-redirect": Move("redirected", _REDIRECT),
    "init-error": Move("refused", _UNPROVEN),
    "init-ticket-refused": Move("ticket-refused", _TICKET),
}
_RETRY: Moves = {
    "init-request": Move("requested", "RFC 7296 2.6.1"),
    "init-request-with-cookie": Move("requested", _COOKIE),
}

IKE_SA_INIT = Table(
    "IKE_SA_INIT",
    "IKEv2 IKE_SA_INIT and IKE_SESSION_RESUME",
    "RFC 7296 1.2 and 2.1",
    states={
        "start": "nothing seen",
        "requested": "a request, not answered yet",
        "cookie-asked": "the responder wants its COOKIE back before it works",
        "group-asked": "the responder wants another key exchange method",
        "ticket-refused": "the responder does not take the session ticket: a full IKE_SA_INIT is due",
        "redirected": "the responder sent the initiator to another gateway",
        "refused": "the responder answered with an error, in clear",
        "answered": "the responder chose: keys exist",
    },
    events={
        "init-request": "a request without COOKIE",
        "init-request-with-cookie": "a request that brings a COOKIE back",
        "init-answer": "a response with the chosen SA (IKE_SESSION_RESUME: with its nonce)",
        "init-cookie": "a response with COOKIE",
        "init-invalid-ke": "a response with INVALID_KE_PAYLOAD",
        "init-redirect": "a response with REDIRECT",
        "init-ticket-refused": "a response of IKE_SESSION_RESUME with TICKET_NACK",
        "init-error": "a response with another error notify",
        "init-nothing": "a response with neither a choice nor an error",
    },
    moves={
        "start": {
            "init-request": Move("requested", _BASIC),
            "init-request-with-cookie": Move("requested", _COOKIE, ("init-request", "init-cookie")),
            **{event: move._replace(unseen=_REQUEST) for event, move in _ANSWERS.items()},
        },
        "requested": {
            **_ANSWERS,
            "init-request-with-cookie": Move("requested", _COOKIE),
            "init-request": Move("requested", "RFC 7296 1.2", ("init-invalid-ke",)),
        },
        "cookie-asked": {**_LATER, "init-request-with-cookie": Move("requested", _COOKIE)},
        "group-asked": {**_LATER, **_RETRY},
        "ticket-refused": {**_LATER, **_RETRY},
        "redirected": {"init-answer": Move("answered", _UNPROVEN), "init-redirect": Move("redirected", _REDIRECT)},
        "refused": {**_LATER, "init-request": Move("requested", _UNPROVEN), **_RETRY},
        "answered": {
            "init-cookie": Move("answered", _COOKIE),
            "init-error": Move("answered", _UNPROVEN),
            "init-invalid-ke": Move("answered", _UNPROVEN),
            "init-redirect": Move("answered", _UNPROVEN),
            "init-ticket-refused": Move("answered", _UNPROVEN),
            "init-request-with-cookie": Move("requested", _COOKIE),
        },
    },
)

_MIDDLE = "RFC 9242 3.2"

IKE_INTERMEDIATE = Table(
    "IKE_INTERMEDIATE",
    "IKEv2 IKE_INTERMEDIATE",
    "RFC 9242 3.2 and RFC 7296 2.1",
    states={
        "start": "nothing seen",
        "requested": "a request, not answered yet",
        "answered": "a round is complete: another one or IKE_AUTH may follow",
        "refused": "a round was answered with an error",
    },
    events={
        "request": "a request",
        "answer": "a response",
        "error": "a response with an error notify",
        "clear": "an unprotected response with an error: it proves nothing",
        "bare": "an unprotected message where only protected ones are allowed",
        "other-request": "another request under the same message ID",
        "other-answer": "another response under the same message ID",
    },
    moves={
        "start": {
            "request": Move("requested", _MIDDLE),
            "answer": Move("answered", _MIDDLE, ("request",)),
            "error": Move("refused", "RFC 9242 3.4", ("request",)),
            "clear": Move("start", "RFC 7296 2.21.4"),
        },
        "requested": {
            "answer": Move("answered", _MIDDLE),
            "error": Move("refused", "RFC 9242 3.4"),
            "request": Move("requested", _MIDDLE, ("answer",)),
            "clear": Move("requested", "RFC 7296 2.21.4"),
        },
        "answered": {
            "request": Move("requested", _MIDDLE),
            "answer": Move("answered", _MIDDLE, ("request",)),
            "error": Move("refused", "RFC 9242 3.4", ("request",)),
            "clear": Move("answered", "RFC 7296 2.21.4"),
        },
        "refused": {"clear": Move("refused", "RFC 7296 2.21.4")},
    },
)

_ROUND, _FAILED, _SEVERAL = "RFC 7296 2.16", "RFC 7296 2.21.2", "RFC 4739 2.1"
_NEXT: tuple[ExchangeEvent, ...] = ("auth-request",)
_PROOFS: Moves = {
    "auth-accepted": Move("accepted", _BASIC),
    "auth-round": Move("continues", _ROUND),
    "auth-another": Move("another-due", _SEVERAL),
    "auth-short": Move("short", _FAILED),
    "auth-error": Move("refused", _FAILED),
    "auth-unknown": Move("answered", _BASIC),
}
_UNSEEN_REQUEST: Moves = {event: move._replace(unseen=_NEXT) for event, move in _PROOFS.items()}
_CLEAR = "RFC 7296 2.21.4"
_TAKEN_BACK: Moves = {"other-accepted": Move("accepted", _UNPROVEN, due=False)}

IKE_AUTH = Table(
    "IKE_AUTH",
    "IKEv2 IKE_AUTH",
    "RFC 7296 1.2, 2.1 and 2.16",
    states={
        "start": "nothing seen",
        "requested": "a request, not answered yet",
        "continues": "a round of EAP is answered: the initiator's next message is due",
        "another-due": "one authentication is complete, another one follows",
        "short": "the response has room for one Notify or EAP code: an error, or EAP-Success if a request follows",
        "answered": "answered; the suite is unknown, so the length shows nothing",
        "refused": "the responder answered with an error",
        "refused-in-clear": "an unprotected error answers: anybody could have sent it",
        "accepted": "the responder proved itself: by its AUTH payload, or the response has room for it",
    },
    events={
        "auth-request": "a request",
        "auth-accepted": "a response with AUTH, or with room for it",
        "auth-round": "a response that continues: EAP, or too long for an error and too short for AUTH",
        "auth-another": "a response with AUTH and ANOTHER_AUTH_FOLLOWS, or to a request with it",
        "auth-short": "a response with room for one Notify or EAP code only",
        "auth-error": "a response with an error and no AUTH, or in the first round with room for an error only",
        "auth-unknown": "a response of an SA whose suite is unknown",
        "clear": "an unprotected response with an error: it proves nothing",
        "bare": "an unprotected message where only protected ones are allowed",
        "other-request": "another request under the same message ID",
        "other-answer": "another response under the same message ID",
        "other-accepted": "another response under the same message ID, with AUTH or room for it",
    },
    moves={
        "start": {
            "auth-request": Move("requested", _BASIC),
            **_UNSEEN_REQUEST,
            "clear": Move("refused-in-clear", _CLEAR, _NEXT),
        },
        "requested": {
            **_PROOFS,
            "clear": Move("refused-in-clear", _CLEAR),
            "auth-request": Move("requested", _ROUND, ("auth-round",)),
        },
        "continues": {"auth-request": Move("requested", _ROUND), **_UNSEEN_REQUEST},
        "another-due": {"auth-request": Move("requested", _SEVERAL), **_UNSEEN_REQUEST},
        "short": {"auth-request": Move("requested", _ROUND), **_UNSEEN_REQUEST, **_TAKEN_BACK},
        "answered": {"auth-request": Move("requested", _ROUND), **_UNSEEN_REQUEST},
        "refused": _TAKEN_BACK,
        "refused-in-clear": {
            **_PROOFS,
            "auth-request": Move("requested", _CLEAR),
            "clear": Move("refused-in-clear", _CLEAR),
        },
        "accepted": {
            "auth-request": Move("requested", _SEVERAL),
            **_UNSEEN_REQUEST,
            "clear": Move("accepted", _CLEAR),
        },
    },
)
