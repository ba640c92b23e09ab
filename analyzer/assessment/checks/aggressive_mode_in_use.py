"""IKEv1 aggressive mode, under a policy that speaks of it."""

from collections.abc import Iterator

from analyzer.assessment import judged
from analyzer.assessment.checks.aggressive_mode_psk import PRE_SHARED
from analyzer.assessment.model import Explanation, Finding
from analyzer.assessment.terms import Terms

ABOUT = Explanation(
    id="aggressive-mode-in-use",
    kind="check",
    title="Aggressive mode in use",
    severity="medium",
    what="A responder chose a proposal in aggressive mode. Reported only under a policy that speaks of it.",
    why="Aggressive mode shows identities, and with a pre-shared key a hash that keys can be tried against offline.",
    wire="Exchange type 4 and an answer that chooses a proposal.",
    lookalikes=(
        "What is exposed under every policy has findings of its own: aggressive-mode-psk, aggressive-identity-in-clear."
    ),
    advice="Use IKEv2; until both sides can, main mode.",
    references=("RFC 2409 5.4", "NIST SP 800-77r1 7.2.6"),
)


def find_terms(terms: Terms) -> Iterator[Finding]:
    """At most one finding."""
    if terms.version != 1 or terms.mode != "aggressive" or terms.chosen_frame is None:
        return
    psk = terms.suite is not None and terms.suite.auth_method in PRE_SHARED
    verdict = terms.policy.against_aggressive(psk=psk)
    if verdict is not None:
        found = terms.finding(ABOUT, "aggressive mode", (terms.chosen_frame,), verdict.text, verdict=verdict)
        yield found._replace(title=judged.titled(found.title, verdict.title))
