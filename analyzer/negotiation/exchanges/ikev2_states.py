"""IKEv2 as a table: what each message does to our knowledge of an IKE SA.

RFC 7296 sections 1.2-1.4, 2.6, 2.7, 2.16; RFC 5685; RFC 9242.

This is what is known of the SA while its messages arrive; what became of each exchange is told by the tables in
exchanges/ at the end. We watch, we do not take part: nothing is ever rejected. An event that the table does not list
for a state leaves the state as it is, and is a fact for the diagnoses. States name what the capture has shown so far;
the last one decides the outcome (outcome_ikev2.py). Three rules are easy to get wrong:

* An error in a clear IKE_SA_INIT response is unauthenticated: a later answer still brings the SA up, so "init-refused"
  is no dead end.
* A short IKE_AUTH response (no room for AUTH) ends the negotiation only if no further IKE_AUTH request follows:
  EAP-Success is as short as AUTHENTICATION_FAILED.
* Any exchange of an established SA (CREATE_CHILD_SA, INFORMATIONAL) proves what a lost IKE_AUTH response could not
  show: "late-exchange" leads to "established" from every authenticated state. From "auth-refused" it does not: the
  refused side may still send an INFORMATIONAL.
"""

from analyzer.negotiation.exchanges.table import Move, Table

STATES: dict[str, str] = {
    "start": "nothing seen",
    "init-sent": "IKE_SA_INIT request seen",
    "cookie-asked": "the responder wants its COOKIE back before it works (RFC 7296 2.6)",
    "group-asked": "the responder wants another key exchange method (INVALID_KE_PAYLOAD, RFC 7296 1.3)",
    "init-refused": "the responder answered IKE_SA_INIT with an error notify, in clear",
    "redirected": "the responder sent the initiator to another gateway (RFC 5685)",
    "init-done": "the responder chose a proposal; keys exist",
    "auth-sent": "IKE_AUTH request seen, not answered yet",
    "auth-continues": "IKE_AUTH answered by a round that does not finish it (EAP, further authentication)",
    "auth-answered": "IKE_AUTH answered; the suite is unknown, so its length tells nothing",
    "auth-refused": "the responder's IKE_AUTH answer carried or has room for an error only",
    "established": "both sides authenticated, as far as lengths or decrypted payloads show",
    "initiator-refused": "the initiator answered an IKE_AUTH response with an error (RFC 7296 2.21.2)",
    "midstream": "the capture begins inside an established SA",
}

EVENTS: dict[str, str] = {
    "init-request": "IKE_SA_INIT request",
    "init-answer": "IKE_SA_INIT response with the chosen SA",
    "init-cookie": "IKE_SA_INIT response with COOKIE",
    "init-invalid-ke": "IKE_SA_INIT response with INVALID_KE_PAYLOAD",
    "init-redirect": "IKE_SA_INIT response with REDIRECT",
    "init-error": "IKE_SA_INIT response with another error notify",
    "auth-request": "IKE_AUTH request",
    "auth-accepted": "IKE_AUTH response with AUTH, or with room for it",
    "auth-round": "IKE_AUTH response that continues: EAP payload, or too long for an error and too short for the end",
    "auth-error": "IKE_AUTH response with an error and no AUTH, or with room for one Notify or EAP code only",
    "auth-unknown": "IKE_AUTH response of an SA whose suite is unknown",
    "late-exchange": "CREATE_CHILD_SA, INFORMATIONAL, IKE_FOLLOWUP_KE or another exchange of an established SA",
    "refusal": "INFORMATIONAL request of the initiator with an authentication error, or of that size at once",
}

_BASIC, _COOKIE, _UNPROVEN, _EAP, _ERROR = (f"RFC 7296 {s}" for s in ("1.2", "2.6", "2.21.1", "2.16", "2.21.2"))
_LATER = "RFC 7296 1.3, 1.4"

_INIT = {
    "init-request": Move("init-sent", _BASIC),
    "init-answer": Move("init-done", _BASIC),
    "init-cookie": Move("cookie-asked", _COOKIE),
    "init-invalid-ke": Move("group-asked", "RFC 7296 1.2"),
    "init-redirect": Move("redirected", "RFC 5685 3"),
    "init-error": Move("init-refused", _UNPROVEN),
    "auth-request": Move("auth-sent", _BASIC, ("init-answer",)),
}
_AUTH = {
    "auth-request": Move("auth-sent", _BASIC),
    "auth-accepted": Move("established", _BASIC),
    "auth-round": Move("auth-continues", _EAP),
    "auth-error": Move("auth-refused", _ERROR),
    "auth-unknown": Move("auth-answered", _BASIC),
    "late-exchange": Move("established", _LATER, ("auth-accepted",)),
}


def _unseen(moves: dict[str, Move], *events: str) -> dict[str, Move]:
    """The same moves from a state in which these events are still to come: what is not among them leaps over them."""
    return {event: m if event in events else m._replace(unseen=(*events, *m.unseen)) for event, m in moves.items()}


TABLE = Table(
    "IKEV2-SA",
    "IKEv2: what is known of an IKE SA",
    "RFC 7296 1.2",
    STATES,
    EVENTS,
    moves={
        "start": {
            **_unseen(_INIT, "init-request"),
            **_unseen(_AUTH, "init-request", "init-answer"),
            "late-exchange": Move(
                "midstream", _LATER, ("init-request", "init-answer", "auth-request", "auth-accepted")
            ),
        },
        "init-sent": {**_INIT, **_unseen(_AUTH, "init-answer")},
        "cookie-asked": _INIT,
        "group-asked": _INIT,
        "init-refused": _INIT,
        "redirected": _INIT,
        "init-done": {
            **_unseen(_AUTH, "auth-request"),
            "init-request": Move("init-done", _COOKIE),
        },
        "auth-sent": _AUTH,
        "auth-continues": {**_unseen(_AUTH, "auth-request"), "refusal": Move("initiator-refused", _ERROR)},
        "auth-answered": {**_unseen(_AUTH, "auth-request"), "late-exchange": Move("established", _LATER)},
        "auth-refused": {
            "auth-request": Move("auth-sent", _EAP),
            "auth-accepted": Move("established", _UNPROVEN),
            "auth-round": Move("auth-continues", _EAP, ("auth-request",)),
        },
        "established": {"auth-request": Move("auth-sent", _EAP), "refusal": Move("initiator-refused", _ERROR)},
        "initiator-refused": {"late-exchange": Move("established", _LATER)},
        "midstream": {},
    },
)

TRANSITIONS: dict[str, dict[str, str]] = {
    state: {event: move.to for event, move in row.items()} for state, row in TABLE.moves.items()
}


def after(state: str, event: str) -> str:
    """The state that `event` leads to; the same one where the table has no entry."""
    return TRANSITIONS[state].get(event, state)
