"""Liveness check answered late."""

from collections.abc import Iterator

from analyzer.assessment import lives
from analyzer.assessment.model import Explanation, Finding
from analyzer.assessment.scene import Scene
from analyzer.vocabulary import side

ABOUT = Explanation(
    id="liveness-answered-late",
    kind="check",
    title="Liveness check answered late",
    severity="info",
    what="A liveness check was sent several times before the answer came.",
    why="A few more losses and the SA would have been given up: the path or the peer was away for a while.",
    wire=(
        "An empty INFORMATIONAL request retransmitted, then answered; in IKEv1 several R-U-THERE before an "
        "R-U-THERE-ACK. Without keys known by length and order."
    ),
    lookalikes="Answers that only the capture lost.",
    advice="Look at the path and the peer at that time, before dead peer detection gives the SA up.",
    references=("RFC 7296 2.4", "RFC 3706"),
)


def find_all(scene: Scene) -> Iterator[Finding]:
    """One finding for each SA."""
    for some in lives.events(scene, "liveness-missed").values():
        who = some[0].by_initiator
        asker = "one side" if who is None else f"the {side(who)}"
        subject = "peer" if who is None else f"the {side(not who)}"
        times = "" if len(some) == 1 else f" {len(some)} such checks in all."
        yield lives.of_events(ABOUT, subject, some, f"By {asker}: {some[0].detail}.{times}")
