"""XAUTH on top of a shared group secret."""

from collections.abc import Iterator

from analyzer.assessment.case import Case
from analyzer.assessment.model import Explanation, Finding
from analyzer.isakmp import registry
from analyzer.isakmp.numbers import AuthMethodV1

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
    wire="Authentication method 65001 or 65002, followed by TRANSACTION exchanges.",
    lookalikes="Windows peers use 65001 for GSS-API; without a transaction exchange it is not reported.",
    advice="Use IKEv2 with EAP and a gateway certificate; until both sides can, IKEv1 hybrid authentication.",
    references=("draft-beaulieu-ike-xauth-02",),
)


def find(case: Case) -> Iterator[Finding]:
    """At most one finding."""
    suite = case.n.suite
    if suite is None or suite.auth_method not in (
        AuthMethodV1.XAUTH_INIT_PRE_SHARED,
        AuthMethodV1.XAUTH_RESP_PRE_SHARED,
    ):
        return
    rounds = case.n.of_type("TRANSACTION")
    if rounds:
        name = registry.name("ikev1-auth-methods", suite.auth_method)
        detail = f"Phase 1 with a pre-shared key, then {len(rounds)} TRANSACTION exchanges."
        yield case.finding(ABOUT, name, case.frames_of("TRANSACTION"), detail, confidence="likely")
