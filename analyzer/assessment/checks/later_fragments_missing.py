"""A capture filter by port drops IP fragments."""

from collections.abc import Iterator

from analyzer.assessment.diagnoses.capture_filter import KEEP_FRAGMENTS
from analyzer.assessment.model import Explanation, Finding
from analyzer.assessment.scene import Scene

ABOUT = Explanation(
    id="later-fragments-missing",
    kind="check",
    title="A capture filter by port drops IP fragments",
    severity="info",
    what="Of messages in IP fragments the first one is in the capture, and no later fragment of any datagram is.",
    why="The rest of these messages cannot be read, not even with keys: what is reported of them rests on lengths.",
    wire="First IP fragments alone. Only they hold the UDP ports that a filter such as udp port 500 looks at.",
    lookalikes="A path that drops later fragments before the capture point.",
    advice=f"Capture without a filter by port (host X), or with '{KEEP_FRAGMENTS}' added to it.",
    references=("RFC 791 3.2", "RFC 8200 4.5"),
)

SHOWN = 100


def find_all(scene: Scene) -> Iterator[Finding]:
    """One finding for the capture."""
    begun = sorted(scene.story.beginnings)
    if not begun or scene.story.later_fragments:
        return
    count = f"{len(begun)} message{'s' if len(begun) > 1 else ''}"
    yield Finding(
        ABOUT.id,
        ABOUT.title,
        ABOUT.severity or "info",
        "likely" if len(begun) > 1 else "possible",
        None,
        count,
        tuple(begun[:SHOWN]),
        None,
        None,
        f"Of {count} only the first IP fragment is in the capture. {ABOUT.advice}",
        None,
    )
