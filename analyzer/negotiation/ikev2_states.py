"""IKEv2 as a table: what each message does to our knowledge of an IKE SA.

RFC 7296 sections 1.2-1.4, 2.6, 2.7, 2.16; RFC 5685; RFC 9242.

We watch, we do not take part: nothing is ever rejected. An event that the table does not list for a state leaves the
state as it is, and is a fact for the diagnoses. States name what the capture has shown so far; the last one decides the
outcome (outcome_ikev2.py). Three rules are easy to get wrong:

* An error in a clear IKE_SA_INIT response is unauthenticated: a later answer still brings the SA up, so "init-refused"
  is no dead end.
* A short IKE_AUTH response (no room for AUTH) ends the negotiation only if no further IKE_AUTH request follows:
  EAP-Success is as short as AUTHENTICATION_FAILED.
* Any exchange of an established SA (CREATE_CHILD_SA, INFORMATIONAL) proves what a lost IKE_AUTH response could not
  show: "late-exchange" leads to "established" from every authenticated state. From "auth-refused" it does not: the
  refused side may still send an INFORMATIONAL.
"""

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

_INIT = {
    "init-request": "init-sent",
    "init-answer": "init-done",
    "init-cookie": "cookie-asked",
    "init-invalid-ke": "group-asked",
    "init-redirect": "redirected",
    "init-error": "init-refused",
    "auth-request": "auth-sent",
}
_AUTH = {
    "auth-request": "auth-sent",
    "auth-accepted": "established",
    "auth-round": "auth-continues",
    "auth-error": "auth-refused",
    "auth-unknown": "auth-answered",
    "late-exchange": "established",
}
_DONE = {**_AUTH, "init-request": "init-done", "auth-error": "auth-refused"}

TRANSITIONS: dict[str, dict[str, str]] = {
    "start": {**_INIT, **_AUTH, "late-exchange": "midstream", "auth-accepted": "established"},
    "init-sent": {**_INIT, **_AUTH},
    "cookie-asked": _INIT,
    "group-asked": _INIT,
    "init-refused": _INIT,
    "redirected": _INIT,
    "init-done": _DONE,
    "auth-sent": _AUTH,
    "auth-continues": {**_AUTH, "refusal": "initiator-refused"},
    "auth-answered": _AUTH,
    "auth-refused": {"auth-request": "auth-sent", "auth-accepted": "established", "auth-round": "auth-continues"},
    "established": {"auth-request": "auth-sent", "refusal": "initiator-refused"},
    "initiator-refused": {"late-exchange": "established"},
    "midstream": {},
}


def after(state: str, event: str) -> str:
    """The state that `event` leads to; the same one where the table has no entry."""
    return TRANSITIONS[state].get(event, state)
