"""Weaker algorithms chosen than the offer allowed."""

from collections.abc import Iterator

from analyzer.assessment.case import Case
from analyzer.assessment.model import SEVERITIES, Explanation, Finding
from analyzer.assessment.verdicts import NO_OBJECTION

ABOUT = Explanation(
    id="downgrade-accepted",
    kind="check",
    needs=("chosen:objection",),
    title="Weaker algorithms chosen than the offer allowed",
    severity="medium",
    what=(
        "The responder chose an algorithm that the policy objects to, or a cipher with 64-bit blocks such as 3DES, "
        "although the same offer held a combination with none, or with milder objections."
    ),
    why="The responder's order of preference is wrong, or it does not know the better algorithms.",
    wire="The chosen proposal against all proposals of the initiator's SA payload, judged by the policy.",
    lookalikes="A responder that lacks the better algorithms has no choice: compare what it chose elsewhere.",
    advice="Put the strong proposals first in the responder's configuration and remove the weak ones.",
    references=("RFC 7296 2.7",),
)

MILD = SEVERITIES.index("low")


def find(case: Case) -> Iterator[Finding]:
    """At most one finding."""
    n = case.n
    if n.suite is None or n.chosen_frame is None or n.outcome == "probe":
        return
    verdicts, offers = case.scene.verdicts, case.ike_offers()
    facts = verdicts.suite(n.ike_version, n.suite)
    if not facts.algorithms or not offers or facts.best_rank >= MILD:
        return
    worst, chosen = min(facts.algorithms, key=verdicts.rank), facts.best_rank
    best = max(verdicts.sa(n.ike_version, o.sa, child=False).best_rank for o in offers)
    if best > chosen:
        left = "none that the policy objects to" if best == NO_OBJECTION else f"at worst {SEVERITIES[best]}"
        detail = f"Chosen: {worst.subject} ({SEVERITIES[chosen]}). The offer held a combination with {left}."
        frames = (*(o.frame_number for o in offers), n.chosen_frame)
        yield case.finding(ABOUT, worst.subject, frames, detail)
