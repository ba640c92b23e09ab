"""SA that moved to another address."""

from collections.abc import Iterator

from analyzer.assessment import lives
from analyzer.assessment.model import Explanation, Finding
from analyzer.assessment.scene import Scene
from analyzer.negotiation.conclude.verdict import times
from analyzer.vocabulary import side

ABOUT = Explanation(
    id="sa-moved",
    kind="check",
    title="SA that moved to another address",
    severity="info",
    what="An IKE SA that was up continued between other addresses or ports.",
    why=(
        "A client that changes networks, or a NAT that gave it another mapping. Whoever filters or counts by address "
        "sees two peers where there is one."
    ),
    wire=(
        "Messages of the same SPIs that are answered on another pair of addresses or ports. With keys "
        "UPDATE_SA_ADDRESSES proves MOBIKE. The step from port 500 to 4500 is no move."
    ),
    lookalikes=(
        "MOBIKE and a NAT that restarted look the same without keys. A request that tries several paths, and a capture "
        "on both sides of a NAT, are not taken for moves."
    ),
    advice="Nothing, if clients roam; where a peer that stands still moves, look at the NAT's timeouts and keepalives.",
    references=("RFC 4555 3.5", "RFC 7296 2.23"),
)


def find_all(scene: Scene) -> Iterator[Finding]:
    """One finding for each SA that moved."""
    for some in lives.events(scene, "moved").values():
        detail = f"Moved {times(len(some))}, first from {some[0].detail}; seen by {some[0].basis}."
        who = some[0].by_initiator
        subject = "both sides" if who is None else f"the {side(who)}"
        yield lives.of_events(ABOUT, subject, some, detail)
