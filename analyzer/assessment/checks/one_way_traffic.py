"""Traffic in one direction only."""

from collections.abc import Iterator
from ipaddress import ip_address

from analyzer.assessment import lives
from analyzer.assessment.model import Explanation, Finding
from analyzer.assessment.scene import Scene
from analyzer.negotiation.life.ends import may_be_end
from analyzer.negotiation.life.streams import Joined
from analyzer.negotiation.model import Negotiation
from analyzer.vocabulary import Confidence

ABOUT = Explanation(
    id="one-way-traffic",
    kind="check",
    title="Traffic in one direction only",
    severity="low",
    what="ESP or AH packets of a child SA go one way, and none come back.",
    why=(
        "The tunnel is up and does not work: wrong routes or filters behind one gateway, selectors that do not fit the "
        "answers, a firewall that lets ESP out but not in, or one side that dropped the SA."
    ),
    wire=(
        "10 or more packets on an SPI, and no packet the other way for the same child SA, or for the same hosts. 3 are "
        "enough where they are all that an SA carried from its beginning to its Delete, or to a last request that may "
        "be one by its length."
    ),
    lookalikes=(
        "A capture that holds one direction only, or another path for the way back: less likely where IKE messages of "
        "both sides are in it. Traffic that wants no answer (logging, multicast)."
    ),
    advice="Look for the answers behind the receiver: whether they arrive there, and whether they enter the tunnel.",
    references=("RFC 4301 4.1",),
    absence=True,
)

LEAST_PACKETS = 10
LEAST_IN_A_LIFE = 3  # of an SA that began and was deleted in the capture
LEAST_SPAN_NS = 2 * 10**9  # a burst at the end of an SA may go without an answer
BEHIND_NAT = (
    " The SA is IKEv1 behind NAT: for L2TP over IPsec (transport mode) see that the server takes the NAT's address, "
    "and that the client may use a server behind NAT."
)


def find_all(scene: Scene) -> Iterator[Finding]:
    """One finding for each negotiation, or pair of hosts without one."""
    groups: dict[tuple[object, ...], list[Joined]] = {}
    for joined in lives.streams(scene):
        stream = joined.stream
        if joined.returned is False and not ip_address(stream.dst_ip).is_multicast:  # a group does not answer
            key = (joined.negotiation, joined.child) if joined.negotiation else (stream.src_ip, stream.dst_ip)
            groups.setdefault(key, []).append(joined)
    known = {group[0].negotiation for group in groups.values()} - {None}
    heard = {n.number for n in scene.story.negotiations if n.number in known and _both_sides(n)}
    for group in groups.values():
        packets = sum(lives.packets_sent(scene, j.stream) for j in group)
        first = group[0]
        if packets < LEAST_PACKETS and not (packets >= LEAST_IN_A_LIFE and _whole_life(scene, group)):
            continue
        confidence: Confidence = "likely" if first.negotiation in heard else "possible"
        detail = f"{packets} {lives.protocol(first)} packets from {lives.direction(first)}, none came back."
        detail += _hint(scene, first)
        if confidence == "possible":
            detail += " Nothing shows that this capture holds both directions."
        frames = [f for j in group[: lives.FRAMES_KEPT // 2] for f in (j.stream.first_frame, j.stream.last_frame)]
        yield lives.finding(ABOUT, confidence, first.negotiation, f"SPI {first.stream.spi}", frames, detail)


def _whole_life(scene: Scene, group: list[Joined]) -> bool:
    """The packets are all that an SA carried from its beginning to its Delete, or what may be one, over some time."""
    number, child = group[0].negotiation, group[0].child
    times = [t for j in group for t in (j.stream.first_time, j.stream.last_time)]
    known = [t for t in times if t is not None]
    if number is None or len(known) < len(times) or max(known) - min(known) < LEAST_SPAN_NS:
        return False
    life, n = scene.lives.life, scene.by_number[number]
    end = life.ends.get(number) or (life.child_end((number, child)) if child is not None else None)
    ended = may_be_end(n) if end is None else end
    return ended is not None and ended.time_ns is not None and ended.time_ns >= max(known) and not n.starts_late


def _hint(scene: Scene, joined: Joined) -> str:
    """What an IKEv1 SA behind NAT suggests."""
    n = scene.by_number[joined.negotiation] if joined.negotiation is not None else None
    return BEHIND_NAT if n is not None and n.ike_version == 1 and n.nat not in (None, "none") else ""


def _both_sides(n: Negotiation) -> bool:
    """IKE messages of both sides are in the capture."""
    return len({s.from_initiator for s in n.steps()}) == 2
