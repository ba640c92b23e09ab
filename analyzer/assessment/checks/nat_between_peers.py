"""NAT between the peers."""

from collections.abc import Iterator

from analyzer.assessment import lives
from analyzer.assessment.model import Explanation, Finding
from analyzer.assessment.scene import Scene
from analyzer.negotiation.follow.nat import Intervals, interval_of, keepalive_intervals
from analyzer.negotiation.life.moves import endpoint, paths
from analyzer.negotiation.model import Negotiation

ABOUT = Explanation(
    id="nat-between-peers",
    kind="check",
    title="NAT between the peers",
    severity="info",
    what="NAT detection hashes do not fit the addresses or ports that the messages arrived from.",
    why=(
        "ESP then travels in UDP 4500, the side behind the NAT has to send keepalives or lose its mapping, and the "
        "addresses of this capture are the NAT's, not the peer's."
    ),
    wire=(
        "NAT_DETECTION_SOURCE_IP or NAT_DETECTION_DESTINATION_IP (IKEv1: NAT-D) that differ from the hash of SPIs, "
        "address and port; then port 4500, and one byte 0xFF from the side behind the NAT."
    ),
    lookalikes=(
        "A peer that sends false hashes on purpose to force encapsulation in UDP. A capture on the far side of the NAT "
        "sees the address that the NAT gave, one on the near side the peer's own."
    ),
    advice="Keep the keepalive interval below the NAT's timeout for UDP; 20 s is common, some NATs forget after 30 s.",
    references=("RFC 7296 2.23", "RFC 3947 3", "RFC 3948 4"),
)


SIDES = {"initiator": ("initiator",), "responder": ("responder",), "both": ("initiator", "responder")}


def find_all(scene: Scene) -> Iterator[Finding]:
    """One finding for each negotiation through a NAT."""
    intervals = keepalive_intervals(scene.story.flows)
    for n in scene.story.negotiations:
        if n.nat in SIDES:
            first = n.first_exchange
            frames = [frame for frame in first.ends if frame is not None] if first else []
            subject = "both sides" if n.nat == "both" else f"the {n.nat}"
            yield lives.finding(ABOUT, "likely", n.number, subject, frames, _detail(n, SIDES[n.nat], intervals))


def _detail(n: Negotiation, sides: tuple[str, ...], intervals: Intervals) -> str:
    seen = paths(n)
    parts = []
    for side in sides:
        places = dict.fromkeys(endpoint(path, initiator=side == "initiator") for path in seen)
        parts.append(f"the {side} is seen as {', then '.join(places)}")
    interval = interval_of(n, intervals)
    if interval is not None:
        parts.append(f"keepalives at least {interval / 1e9:.1f} s apart")
    text = "; ".join(parts)
    return f"{text[0].upper()}{text[1:]}."
