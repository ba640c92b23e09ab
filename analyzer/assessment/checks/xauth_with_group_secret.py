"""XAUTH on top of a shared group secret."""

from collections.abc import Iterator

from analyzer.assessment.case import Case
from analyzer.assessment.model import Explanation, Finding
from analyzer.assessment.traits import Trait
from analyzer.isakmp import registry
from analyzer.isakmp.numbers import AuthMethodV1
from analyzer.negotiation.model import BEGINNINGS
from analyzer.vocabulary import Confidence

ABOUT = Explanation(
    id="xauth-with-group-secret",
    kind="check",
    title="XAUTH on top of a shared group secret",
    severity="medium",
    what=(
        "Users prove themselves by XAUTH inside a phase 1 that a pre-shared key protects, which all users "
        "of the group know."
    ),
    why="Anyone who knows the group secret can pose as the gateway and collect the passwords.",
    wire=(
        "Authentication method 65001 or 65002, followed by TRANSACTION exchanges. Or, only possible then, method 1 "
        "with the vendor ID of XAUTH and TRANSACTION exchanges."
    ),
    lookalikes=(
        "Windows peers use 65001 for GSS-API; without a transaction exchange it is not reported. With method 1 the "
        "exchange may be mode config alone, of sides that know XAUTH and do not use it."
    ),
    advice="Use IKEv2 with EAP and a gateway certificate; until both sides can, IKEv1 hybrid authentication.",
    references=("draft-beaulieu-ike-xauth-02",),
)
NEEDS = (Trait.TRANSACTION | Trait.SUITE,)

_XAUTH = (AuthMethodV1.XAUTH_INIT_PRE_SHARED, AuthMethodV1.XAUTH_RESP_PRE_SHARED)
_VENDOR_ID = bytes.fromhex("09002689dfd6b712")


def find(case: Case) -> Iterator[Finding]:
    """At most one finding."""
    suite = case.n.suite
    if suite is None or suite.auth_method not in (*_XAUTH, AuthMethodV1.PRE_SHARED_KEY):
        return
    rounds = case.n.of_type("TRANSACTION")
    named = suite.auth_method in _XAUTH
    if rounds and (named or _announced(case)):
        name = registry.name("ikev1-auth-methods", suite.auth_method)
        count = "1 TRANSACTION exchange" if len(rounds) == 1 else f"{len(rounds)} TRANSACTION exchanges"
        before = "Phase 1 with a pre-shared key" + ("" if named else " and the vendor ID of XAUTH")
        confidence: Confidence = "likely" if named else "possible"
        frames = case.frames_of("TRANSACTION")
        yield case.finding(ABOUT, name, frames, f"{before}, then {count}.", confidence=confidence)


def _announced(case: Case) -> bool:
    """A side sent the vendor ID of XAUTH."""
    exchanges = (e for e in case.n.of_type(*BEGINNINGS) if e.figure.vendor_ids)
    return any(_VENDOR_ID in step.vendor_ids for e in exchanges for step in e.steps)
