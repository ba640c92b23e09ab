"""The state of an IKE SA as a function of the states of its exchanges.

A rule names the state and, exchange by exchange, the states of their tables that make it; the first rule that fits
counts, and an exchange that a rule does not name may be in any state. So there is no second account of an SA: who wants
to know what is known of one asks how its exchanges stand. What is easy to get wrong:

* An error in a clear IKE_SA_INIT response is unauthenticated: a later answer still brings the SA up.
* A short IKE_AUTH response ends the negotiation only if no further IKE_AUTH request follows: EAP-Success is as short
  as AUTHENTICATION_FAILED.
* Any protected exchange of an SA that is up (CREATE_CHILD_SA, INFORMATIONAL) proves what a lost IKE_AUTH response could
  not show. It does not after a refusal: the refused side may still send an INFORMATIONAL.
* IKEv1, measured on real daemons: an encrypted INFORMATIONAL of the responder in place of main mode's sixth message is
  what a wrong pre-shared key looks like: the responder could not read the fifth. In aggressive mode the initiator finds
  out first and sends the INFORMATIONAL in place of the third.
* An IKE SA that was negotiated inside another one begins with IKE_AUTH "accepted": it needs none.
"""

from collections.abc import Mapping
from functools import cache
from typing import Final, Literal, NamedTuple, TypeAlias

from analyzer.vocabulary import ExchangeState, LaterExchanges, PhaseOneWord, PhaseTwo, SaState

Part: TypeAlias = Literal["IKE_SA_INIT", "IKE_INTERMEDIATE", "IKE_AUTH", "LATER", "PHASE-1", "PHASE-2", "WORD"]
PartState: TypeAlias = ExchangeState | LaterExchanges | PhaseTwo | PhaseOneWord


class Rule(NamedTuple):
    """A state of the SA, what it means, and the states of its exchanges that make it."""

    state: SaState
    meaning: str
    when: Mapping[Part, frozenset[PartState]]


class SaTable(NamedTuple):
    """Rules in order. parts: what they ask for that is no exchange's own table, and its values with their meaning."""

    title: str
    parts: Mapping[Part, Mapping[PartState, str]]
    rules: tuple[Rule, ...]


def _rule(state: SaState, meaning: str, when: Mapping[Part, tuple[PartState, ...]]) -> Rule:
    return Rule(state, meaning, {part: frozenset(states) for part, states in when.items()})


_UP = "both sides authenticated, as far as lengths or decrypted payloads show"
_MIDSTREAM = "the capture begins inside an SA that is up"

IKEV2_SA: Final = SaTable(
    "IKEv2: what is known of an IKE SA",
    {
        "LATER": {
            "none": "no exchange that only an SA that is up has",
            "under-way": "such an exchange, protected, but for the responses of a refused SA",
            "refused": "the newest request among them is the initiator's refusal of the responder's proof",
        }
    },
    (
        _rule(
            "initiator-refused",
            "the initiator refused the responder's proof (RFC 7296 2.21.2)",
            {"LATER": ("refused",)},
        ),
        _rule("established", _UP, {"IKE_AUTH": ("accepted",)}),
        _rule(
            "auth-refused",
            "the responder's IKE_AUTH answer carried or has room for an error only",
            {"IKE_AUTH": ("refused", "refused-in-clear", "short")},
        ),
        _rule(
            "established",
            _UP,
            {"IKE_AUTH": ("requested", "continues", "another-due", "answered"), "LATER": ("under-way",)},
        ),
        _rule("auth-sent", "IKE_AUTH request seen, not answered yet", {"IKE_AUTH": ("requested",)}),
        _rule(
            "auth-continues",
            "IKE_AUTH answered by a round that does not finish it (EAP, further authentication)",
            {"IKE_AUTH": ("continues", "another-due")},
        ),
        _rule(
            "auth-answered",
            "IKE_AUTH answered; the suite is unknown, so its length shows nothing",
            {"IKE_AUTH": ("answered",)},
        ),
        _rule(
            "established",
            _UP,
            {"IKE_SA_INIT": ("requested", "answered", "cookie-asked", "group-asked"), "LATER": ("under-way",)},
        ),
        _rule("midstream", _MIDSTREAM, {"IKE_SA_INIT": ("start",), "LATER": ("under-way",)}),
        _rule(
            "intermediate-sent", "IKE_INTERMEDIATE request seen, not answered yet", {"IKE_INTERMEDIATE": ("requested",)}
        ),
        _rule("intermediate-refused", "IKE_INTERMEDIATE answered with an error", {"IKE_INTERMEDIATE": ("refused",)}),
        _rule(
            "intermediate-done", "IKE_INTERMEDIATE is complete, IKE_AUTH is due", {"IKE_INTERMEDIATE": ("answered",)}
        ),
        _rule("init-done", "the responder chose a proposal; keys exist", {"IKE_SA_INIT": ("answered",)}),
        _rule("init-sent", "IKE_SA_INIT request seen", {"IKE_SA_INIT": ("requested",)}),
        _rule(
            "cookie-asked",
            "the responder wants its COOKIE back before it works (RFC 7296 2.6)",
            {"IKE_SA_INIT": ("cookie-asked",)},
        ),
        _rule(
            "group-asked",
            "the responder wants another key exchange method (INVALID_KE_PAYLOAD, RFC 7296 1.3)",
            {"IKE_SA_INIT": ("group-asked",)},
        ),
        _rule(
            "ticket-refused",
            "the responder does not take the session ticket (TICKET_NACK, RFC 5723 4.3.2)",
            {"IKE_SA_INIT": ("ticket-refused",)},
        ),
        _rule(
            "init-refused",
            "the responder answered IKE_SA_INIT with an error notify, in clear",
            {"IKE_SA_INIT": ("refused",)},
        ),
        _rule(
            "redirected",
            "the responder sent the initiator to another gateway (RFC 5685)",
            {"IKE_SA_INIT": ("redirected",)},
        ),
        _rule("start", "nothing seen", {"IKE_SA_INIT": ("start",)}),
    ),
)

IKEV1_SA: Final = SaTable(
    "IKEv1: what is known of an ISAKMP SA",
    {
        "PHASE-2": {
            "none": "no protected message of quick mode, transaction or new group mode",
            "seen": "one was seen: phase 1 ended well, whatever is missing of it in the capture",
        },
        "WORD": {
            "none": "no INFORMATIONAL that matters since phase 1 came this far",
            "clear-error": "an INFORMATIONAL with an error notify, in clear: anybody could have sent it",
            "initiator": "an encrypted INFORMATIONAL of the initiator",
            "responder": "an encrypted INFORMATIONAL of the responder",
        },
    },
    (
        _rule("established", "phase 1 is complete", {"PHASE-1": ("complete",)}),
        _rule("midstream", _MIDSTREAM, {"PHASE-1": ("start",), "PHASE-2": ("seen",)}),
        _rule("established", "phase 1 is complete", {"PHASE-2": ("seen",)}),
        _rule("midstream", _MIDSTREAM, {"PHASE-1": ("start",), "WORD": ("initiator", "responder")}),
        _rule(
            "auth-refused",
            "an INFORMATIONAL came where the responder's proof was due",
            {"PHASE-1": ("proved",), "WORD": ("clear-error", "responder")},
        ),
        _rule(
            "auth-refused",
            "an INFORMATIONAL came where the responder's proof was due",
            {"PHASE-1": ("keyed",), "WORD": ("clear-error",)},
        ),
        _rule(
            "initiator-refused",
            "the initiator sent an encrypted INFORMATIONAL where its own proof was due",
            {"PHASE-1": ("answered",), "WORD": ("initiator",)},
        ),
        _rule("refused", "an error in clear answers phase 1", {"WORD": ("clear-error",)}),
        _rule("offered", "first message seen: proposals", {"PHASE-1": ("offered",)}),
        _rule("chosen", "main or base mode: the responder chose a transform", {"PHASE-1": ("chosen",)}),
        _rule("keys-sent", "main mode: the initiator's key exchange seen", {"PHASE-1": ("keys-sent",)}),
        _rule("keyed", "main mode: both key exchanges seen", {"PHASE-1": ("keyed",)}),
        _rule("answered", "aggressive mode: the responder's message seen, with its proof", {"PHASE-1": ("answered",)}),
        _rule("auth-sent", "main or base mode: the initiator's identity and proof", {"PHASE-1": ("proved",)}),
        _rule("start", "nothing seen", {"PHASE-1": ("start",)}),
    ),
)

# States of both versions: in which an SA is up; in which a message with another responder's SPI may be of it; in
# which the responder has chosen and the initiator not gone on; in which the next request may come under another SPI;
# and in which nobody has proved anything yet
UP: Final[frozenset[SaState]] = frozenset({"established", "midstream"})
UNBOUND: Final[frozenset[SaState]] = frozenset(
    {
        "start",
        "init-sent",
        "cookie-asked",
        "group-asked",
        "ticket-refused",
        "init-refused",
        "redirected",
        "offered",
        "refused",
    }
)
CHOSEN: Final[frozenset[SaState]] = frozenset({"init-done", "chosen", "answered"})
ASKED_BACK: Final[frozenset[SaState]] = frozenset({"cookie-asked", "group-asked", "ticket-refused"})
BEFORE_AUTH: Final[frozenset[SaState]] = frozenset(
    {*UNBOUND, "init-done", "intermediate-sent", "intermediate-done", "intermediate-refused"}
)


@cache
def ikev2_state(
    init: ExchangeState, intermediate: ExchangeState, auth: ExchangeState, later: LaterExchanges
) -> SaState:
    """The state of an IKE SA by those of its exchanges."""
    parts: dict[Part, PartState] = {
        "IKE_SA_INIT": init,
        "IKE_INTERMEDIATE": intermediate,
        "IKE_AUTH": auth,
        "LATER": later,
    }
    return _first_that_fits(IKEV2_SA, parts)


@cache
def ikev1_state(phase1: ExchangeState, phase2: PhaseTwo, word: PhaseOneWord) -> SaState:
    """The state of an ISAKMP SA by those of its exchanges."""
    return _first_that_fits(IKEV1_SA, {"PHASE-1": phase1, "PHASE-2": phase2, "WORD": word})


def _first_that_fits(table: SaTable, parts: Mapping[Part, PartState]) -> SaState:
    return next(rule.state for rule in table.rules if all(parts[part] in states for part, states in rule.when.items()))
