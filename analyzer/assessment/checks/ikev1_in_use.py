"""IKEv1 in use."""

from collections.abc import Iterator

from analyzer.assessment.model import Explanation, Finding
from analyzer.assessment.terms import Terms

ABOUT = Explanation(
    id="ikev1-in-use",
    kind="check",
    title="IKEv1 in use",
    severity="medium",
    what="A responder accepted a phase 1 proposal: it still speaks IKEv1.",
    why=(
        "IKEv1 is deprecated (Historic since RFC 9395): no new algorithms, no protection of identities in "
        "aggressive mode, answers that amplify, and old, little tended code."
    ),
    wire="Major version 1 and an answer that chooses a proposal.",
    lookalikes="A scanner's probe in IKEv1 that nobody answers is not reported here.",
    advice=(
        "Reconfigure both peers for IKEv2 with new algorithms (RFC 9395 3: not the old ones carried "
        "over), then switch IKEv1 off."
    ),
    references=("RFC 9395 3", "RFC 2409"),
)


def find_terms(terms: Terms) -> Iterator[Finding]:
    """At most one finding."""
    if terms.version != 1 or terms.chosen_frame is None:
        return
    verdict = terms.policy.against_ikev1()
    detail = verdict.text if verdict else "RFC 9395 3: deprecated (Historic)."
    yield terms.finding(ABOUT, f"IKEv1 {terms.mode} mode", (terms.chosen_frame,), detail, verdict=verdict)
