"""Flood of answers that nobody asked for."""

from collections.abc import Iterator

from analyzer.assessment import flooded
from analyzer.assessment.model import Explanation, Finding
from analyzer.assessment.scene import Scene

ABOUT = Explanation(
    id="reflection-flood",
    kind="check",
    title="Flood of unsolicited answers",
    severity="high",
    what="Many responders send answers to an address that asked none of them: it is the target of a reflection.",
    why="The answers take the target's bandwidth, and hide who sends them. Responders that retransmit answers amplify.",
    wire="As the diagnosis unsolicited-answers says; one finding for each target, where a reflection is likely.",
    lookalikes=(
        "A capture of one direction, and a scan of which only the answers were recorded: see unsolicited-answers."
    ),
    advice=(
        "Have the provider filter UDP 500 and 4500 to the target but for known peers, and inform the owners of the "
        "sources."
    ),
    references=("CVE-2016-5361",),
)


def find_all(scene: Scene) -> Iterator[Finding]:
    """One finding for each target."""
    for flood in scene.story.floods:
        if flood.kind == "unsolicited-answers" and flood.confidence == "likely":
            kind, severity = ABOUT.id, ABOUT.severity or "info"
            detail = flooded.detail(flood)
            fixed = (kind, ABOUT.title, severity, flood.confidence, None, flood.target_ip or "")
            yield Finding(*fixed, flood.samples, None, None, detail, None)
