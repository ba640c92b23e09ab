"""Protected traffic whose SA was not negotiated in this capture."""

from collections.abc import Iterator

from analyzer.assessment import lives
from analyzer.assessment.model import Explanation, Finding
from analyzer.assessment.scene import Scene
from analyzer.negotiation.life.streams import Joined
from analyzer.negotiation.model import Negotiation

MOST_PAIRS = 20  # listed one by one: on an uplink, thousands are the ordinary case

ABOUT = Explanation(
    id="traffic-without-negotiation",
    kind="check",
    title="Protected traffic without a negotiation in this capture",
    severity="info",
    what="ESP or AH between two hosts that no negotiation of this capture made.",
    why="Nothing can be said of its algorithms and keys: what protects it was agreed before the capture, or elsewhere.",
    wire="An SPI that belongs to no child SA seen, while no IKE SA of the two hosts was up.",
    lookalikes="Manual keys; IKE on other paths or ports; a capture that began later; anything else on UDP 4500.",
    advice="Capture from before the tunnel is up, or bring it down and up.",
    references=("RFC 4301 4.5",),
)


def find_all(scene: Scene) -> Iterator[Finding]:
    """One finding for each pair of hosts, those of most packets if there are many; one for all others together.

    Messages that nobody could read may have made it: of a negotiation, or of none that is known. An SA of one of the
    two whose SPIs were not read may have moved there, or its times may be wrong: beside one nothing is certain.
    """
    half_read = {tuple(sorted((n.initiator_ip, n.responder_ip))) for n in scene.story.negotiations if n.unread}
    groups: dict[tuple[str, ...], list[Joined]] = {}
    for joined in lives.streams(scene):
        pair = tuple(sorted((joined.stream.src_ip, joined.stream.dst_ip)))
        if joined.negotiation is None and pair not in half_read:
            groups.setdefault((lives.protocol(joined), *pair), []).append(joined)
    if not groups:
        return
    unsure = {
        host for n in scene.story.negotiations if _has_unknown_spis(n) for host in (n.initiator_ip, n.responder_ip)
    }
    listed = set(sorted(groups, key=lambda pair: -_packets(scene, groups[pair]))[:MOST_PAIRS])
    for (protocol, one, other), group in groups.items():
        if (protocol, one, other) in listed:
            sure = not scene.story.unread and unsure.isdisjoint((one, other))
            yield _finding(scene, f"{one} and {other}", group, protocol, sure=sure)
    others = [joined for key, group in groups.items() if key not in listed for joined in group]
    if others:
        pairs = len(groups) - len(listed)
        sure = not scene.story.unread and unsure.isdisjoint(
            host for j in others for host in (j.stream.src_ip, j.stream.dst_ip)
        )
        yield _finding(scene, f"{pairs} other pair{'' if pairs == 1 else 's'} of hosts", others, "ESP or AH", sure=sure)


def _has_unknown_spis(n: Negotiation) -> bool:
    """It was up, and has child SAs, or may have, whose SPIs were not read."""
    known = bool(n.children) and all(c.initiator_spi_in and c.responder_spi_in for c in n.children)
    return (n.outcome == "established" or n.starts_late) and not known


def _packets(scene: Scene, group: list[Joined]) -> int:
    return sum(scene.story.packets_of(joined.stream) for joined in group)


def _finding(scene: Scene, subject: str, group: list[Joined], protocol: str, *, sure: bool) -> Finding:
    count = "1 SPI" if len(group) == 1 else f"{len(group)} SPIs"
    detail = f"{_packets(scene, group)} {protocol} packets on {count}."
    frames = [j.stream.first_frame for j in group[: lives.FRAMES_KEPT]]
    return lives.finding(ABOUT, "certain" if sure else "likely", None, subject, frames, detail)
