"""IKE on UDP 500."""

from collections.abc import Iterator

from analyzer.assessment.case import Case
from analyzer.assessment.model import Explanation, Finding

ABOUT = Explanation(
    id="ike-on-udp-500",
    kind="check",
    title="IKE on UDP 500",
    severity="high",
    what="The negotiation used UDP 500. Reported only under a policy that wants UDP 4500 alone.",
    why="ANSSI's IPsec DR profile allows IKE and ESP on UDP 4500 only.",
    wire="Messages without the non-ESP marker.",
    lookalikes=(
        "Any other client, or a scanner, that tries UDP 500 first: without an answer it does not show that the gateway "
        "listens there."
    ),
    advice="Configure both peers to begin on UDP 4500.",
    references=("ANSSI IPsec DR",),
)


def find(case: Case) -> Iterator[Finding]:
    """At most one finding."""
    required = case.scene.policy.requirement("transport", "4500")
    if required is None:
        return
    first = next((s for s in case.n.steps() if s.transport == "udp"), None)
    if first is not None:
        yield case.finding(ABOUT, "UDP 500", (first.frame_number,), required[1].text, verdict=required[1])
