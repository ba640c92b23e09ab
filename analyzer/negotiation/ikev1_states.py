"""IKEv1 as a table: what each message does to our knowledge of an ISAKMP SA.

RFC 2409 sections 5.1-5.6, RFC 2408 section 4.

Main mode is six messages, aggressive mode three, base mode four; quick mode and transaction exchanges live under the
phase 1 SA. As for IKEv2 nothing is rejected and the last state decides. What the table knows beyond the RFC, measured
on real daemons:

* An encrypted INFORMATIONAL of the responder in place of main mode's sixth message is what a wrong pre-shared key looks
  like: the responder could not read the fifth. In aggressive mode the initiator finds out first and sends the
  INFORMATIONAL in place of the third.
* Clear-text errors are unauthenticated: a later answer still brings the SA up.
* QUICK_MODE and TRANSACTION messages prove that phase 1 ended well, whatever is missing of it in the capture.
"""

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

_PHASE2 = {"phase2": "established"}
_MAIN = {
    "choice": "chosen",
    "aggressive-answer": "answered",
    "initiator-keys": "keys-sent",
    "responder-keys": "keyed",
    "initiator-auth": "auth-sent",
    "responder-auth": "established",
    "initiator-proof": "established",
    **_PHASE2,
}

TRANSITIONS: dict[str, dict[str, str]] = {
    "start": {
        **_MAIN,
        "offer": "offered",
        "phase2": "midstream",
        "initiator-info": "midstream",
        "responder-info": "midstream",
        "clear-error": "refused",
    },
    "offered": {**_MAIN, "clear-error": "refused"},
    "chosen": {**_MAIN, "clear-error": "refused"},
    "keys-sent": {**_MAIN, "clear-error": "refused"},
    "keyed": {**_MAIN, "clear-error": "auth-refused"},
    "auth-sent": {**_MAIN, "clear-error": "auth-refused", "responder-info": "auth-refused"},
    "answered": {**_MAIN, "clear-error": "refused", "initiator-info": "initiator-refused"},
    "refused": {"offer": "offered", **_MAIN},
    "auth-refused": {"responder-auth": "established", **_PHASE2},
    "initiator-refused": {"initiator-proof": "established", **_PHASE2},
    "established": {},
    "midstream": {},
}


def after(state: str, event: str) -> str:
    """The state that `event` leads to; the same one where the table has no entry."""
    return TRANSITIONS[state].get(event, state)
