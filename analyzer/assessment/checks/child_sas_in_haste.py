"""Child SAs that are made one after the other, with little or no traffic between."""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterator

from analyzer.assessment import lives
from analyzer.assessment.model import Explanation, Finding
from analyzer.assessment.periods import duration, period
from analyzer.assessment.scene import Scene
from analyzer.negotiation.life.ends import child_sized
from analyzer.negotiation.model import Negotiation
from analyzer.negotiation.seen import ChildSa
from analyzer.vocabulary import Confidence

ABOUT = Explanation(
    id="child-sas-in-haste",
    kind="check",
    title="Child SAs made one after the other",
    severity="low",
    what="One side asks for a new child SA every few seconds, and gets it.",
    why=(
        "Two child SAs with the same selectors displace each other: each new one makes the peer delete the other, "
        "which is then asked for again. Or the lifetime is a few seconds, or counted in a few packets or bytes."
    ),
    wire=(
        "5 or more child SAs made by CREATE_CHILD_SA or quick mode under one IKE SA, with pauses of 0.2 to 10 s in the "
        "median, and less than 1,000 ESP or AH packets for each. Deletes of child SAs by the other side within 2 s are "
        "counted."
    ),
    lookalikes=(
        "Rekeying by volume under load is healthy: thousands of packets go between two rekeys. Many child SAs at once, "
        "when a tunnel for many networks comes up, have no pauses between."
    ),
    advice=(
        "Look for a second connection or policy with the same selectors on either side (also one that duplicates the "
        "first), and for lifetimes in seconds, bytes or packets that are far too small."
    ),
    references=("RFC 7296 2.8", "RFC 4301 4.4.2.1"),
)

MAKES_MORE = ("CREATE_CHILD_SA", "QUICK_MODE")
LEAST = 5
SHORTEST_NS, LONGEST_NS = 200_000_000, 10 * 10**9
MANY_PACKETS = 1_000  # for each child SA: traffic that a volume limit may end
AT_ONCE_NS = 2 * 10**9


def find_all(scene: Scene) -> Iterator[Finding]:
    """One finding for each IKE SA."""
    for n in scene.story.negotiations:
        made = [c for c in n.children if c.outcome == "established" and c.created_by in MAKES_MORE]
        found = _finding(scene, n, made) if n.outcome == "established" and len(made) >= LEAST else None
        if found is not None:
            yield found


def _finding(scene: Scene, n: Negotiation, made: list[ChildSa]) -> Finding | None:
    begun = {e.first_frame: e for e in n.of_type(*MAKES_MORE)}
    asked = [begun[c.frame_number] for c in made if c.frame_number in begun]
    times = sorted(e.first.time_ns for e in asked if e.first.time_ns is not None)
    pace = period(times, least_ns=SHORTEST_NS)
    if pace is None or pace.times < LEAST or pace.pause_ns > LONGEST_NS:
        return None
    streams = scene.streams_of.get(n.number, ())
    packets = sum(scene.story.packets_of(joined.stream) for joined in streams)
    if packets >= MANY_PACKETS * len(made):
        return None
    every = f"one every {duration(pace.pause_ns / 1e9)}" + ("" if pace.even else " in the median")
    detail = f"{pace.times:,} child SAs made in {duration((times[-1] - times[0]) / 1e9)}, {every}"
    detail += f", {packets:,} ESP or AH packets in all." if streams else "; none of their traffic is in the capture."
    gone: dict[bool, list[int]] = {True: [], False: []}  # True: by the initiator
    for step in child_sized(n):
        if step.time_ns is not None:
            insort(gone[step.from_initiator], step.time_ns)
    deletes = sum(_followed(gone[not e.begun_by_initiator], e.first.time_ns) for e in asked)
    if deletes > 1:
        detail += f" {deletes:,} times the other side deletes a child SA right after it."
    confidence: Confidence = "likely" if streams else "possible"
    frames = [e.first_frame for e in asked][: lives.FRAMES_KEPT]
    return lives.finding(ABOUT, confidence, n.number, "child SAs", frames, detail)


def _followed(gone: list[int], time: int | None) -> bool:
    """A message of the size of one child SA's Delete follows within two seconds. gone: their times, in order."""
    return time is not None and bisect_left(gone, time) < bisect_right(gone, time + AT_ONCE_NS)
