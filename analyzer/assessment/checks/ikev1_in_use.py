"""IKEv1 in use."""

from collections.abc import Iterator

from analyzer.assessment.case import Case
from analyzer.assessment.model import Explanation, Finding
from analyzer.assessment.traits import Trait
from analyzer.vocabulary import Confidence

ABOUT = Explanation(
    id="ikev1-in-use",
    kind="check",
    title="IKEv1 in use",
    severity="medium",
    what="A responder accepted a phase 1 proposal, or an IKEv1 SA is in use whose beginning is not in the capture.",
    why=(
        "IKEv1 is deprecated (Historic since RFC 9395): no new algorithms, no protection of identities in "
        "aggressive mode, answers that amplify, and old, little tended code."
    ),
    wire="Major version 1 and an answer that chooses a proposal, or messages of an SA that is up.",
    lookalikes="A scanner's probe in IKEv1 that nobody answers is not reported here.",
    advice=(
        "Reconfigure both peers for IKEv2 with new algorithms (RFC 9395 3: not the old ones carried "
        "over), then switch IKEv1 off."
    ),
    references=("RFC 9395 3", "RFC 2409"),
)
NEEDS = (Trait.IKEV1,)


def find(case: Case) -> Iterator[Finding]:
    """At most one finding."""
    n = case.n
    if n.ike_version != 1:
        return
    frame: int
    confidence: Confidence
    first = n.first_exchange
    if n.chosen_frame is not None:
        frame, confidence, what = n.chosen_frame, "certain", f"IKEv1 {n.mode} mode"
    elif n.outcome == "established" and first is not None:
        frame, confidence, what = first.first_frame, n.outcome_confidence, "IKEv1 SA"
    else:
        return
    verdict = case.scene.policy.against_ikev1()
    detail = verdict.text if verdict else "RFC 9395 3: deprecated (Historic)."
    yield case.finding(ABOUT, what, (frame,), detail, verdict=verdict, confidence=confidence)
