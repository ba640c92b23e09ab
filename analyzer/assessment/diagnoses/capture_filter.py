"""The capture filter drops IP fragments."""

from analyzer.assessment.case import Case, frames
from analyzer.assessment.model import Diagnosis, Explanation
from analyzer.assessment.pieces import all_alone, beginnings
from analyzer.negotiation.conclude.verdict import times
from analyzer.vocabulary import Confidence

KEEP_FRAGMENTS = "or (ip[6:2] & 0x1fff != 0) or (ip6[6] == 44)"

ABOUT = Explanation(
    id="capture-filter",
    kind="diagnosis",
    title="The capture filter drops IP fragments",
    what="Of messages in IP fragments the first fragment is in the capture, and no later one of any datagram is.",
    why=(
        "Only the first IP fragment holds the UDP ports: a capture filter by port (udp port 500) drops all others. "
        "What arrived is then not in the capture."
    ),
    wire="First IP fragments alone, of both directions and in each transmission.",
    lookalikes=(
        "A path that drops later fragments before the capture point (path-mtu, fragment-lost): where one host's own "
        "fragments are missing at that host, it is the filter."
    ),
    advice=f"Capture without a filter by port (host X), or with '{KEEP_FRAGMENTS}' added to it.",
    references=("RFC 791 3.2", "RFC 8200 4.5"),
)


def diagnose(case: Case) -> Diagnosis | None:
    """The message whose fate is open began, and later fragments are nowhere."""
    begun = beginnings(case) if case.troubled and all_alone(case) else []
    if not begun:
        return None
    exchange, last = begun[-1]
    detail = (
        f"{exchange.exchange} of {last.length} bytes was sent in IP fragments {times(len(begun))}; of all such "
        "messages of this capture only the first fragment is there, as a capture filter by port leaves it."
    )
    basis = "no later IP fragment in the whole capture"
    confidence: Confidence = "likely" if len(case.scene.story.beginnings) > 1 else "possible"
    return case.diagnosis(ABOUT, confidence, frames(*(step for _, step in begun)), detail, basis)
