"""Protected traffic whose SA was not negotiated in this capture."""

from collections.abc import Iterator

from analyzer.assessment import lives
from analyzer.assessment.model import Explanation, Finding
from analyzer.assessment.scene import Scene
from analyzer.negotiation.streams import Joined

ABOUT = Explanation(
    id="traffic-without-negotiation",
    kind="check",
    title="Protected traffic without a negotiation",
    severity="info",
    what="ESP or AH between two hosts that no negotiation of this capture made.",
    why="Nothing can be said of its algorithms and keys: what protects it was agreed before the capture, or elsewhere.",
    wire="An SPI that belongs to no child SA seen, while no IKE SA of the two hosts was up.",
    lookalikes="Manual keys; IKE on other paths or ports; a capture that began later; anything else on UDP 4500.",
    advice="Capture from before the tunnel is up, or bring it down and up.",
    references=("RFC 4301 4.5",),
)


def find_all(scene: Scene) -> Iterator[Finding]:
    """One finding for each pair of hosts."""
    groups: dict[tuple[str, ...], list[Joined]] = {}
    for joined in lives.streams(scene):
        if joined.negotiation is None:
            hosts = sorted((joined.stream.src_ip, joined.stream.dst_ip))
            groups.setdefault((lives.protocol(joined), *hosts), []).append(joined)
    for (protocol, one, other), group in groups.items():
        packets = sum(j.stream.packets for j in group)
        count = "1 SPI" if len(group) == 1 else f"{len(group)} SPIs"
        detail = f"{packets} {protocol} packets on {count}."
        frames = [j.stream.first_frame for j in group[: lives.FRAMES_KEPT]]
        yield lives.finding(ABOUT, "certain", None, f"{one} and {other}", frames, detail)
