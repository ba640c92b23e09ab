"""An IKE SA was set up anew, and its child SA was not."""

from collections.abc import Iterator
from itertools import pairwise

from analyzer.assessment import lives
from analyzer.assessment.model import Explanation, Finding
from analyzer.assessment.scene import Scene, began
from analyzer.negotiation.life.streams import Joined
from analyzer.negotiation.model import Negotiation

ABOUT = Explanation(
    id="child-sa-not-renewed",
    kind="check",
    title="New IKE SA without a child SA, traffic one way on the old one",
    severity="low",
    what="A new IKE SA of the same hosts brought no child SA, and ESP or AH goes on one way on that of the one before.",
    why=(
        "The side that receives gave up the old child SA together with its IKE SA, the side that sends keeps it: until "
        "a new quick mode or CREATE_CHILD_SA traffic is lost."
    ),
    wire=(
        "An IKE SA that came up, after it no quick mode and no child SA, and packets with the SPI of the IKE SA before "
        "it later than the last packet of the other direction, which stopped before."
    ),
    lookalikes=(
        "IKEv1 keeps child SAs when phase 1 is renewed: traffic that goes both ways is healthy and no finding. "
        "Hosts that had nothing to answer."
    ),
    advice="See why no child SA was set up after the reauthentication; start it by hand, or let traffic trigger it.",
    references=("RFC 7296 2.8.3", "RFC 2409 4"),
    absence=True,
)

LONGER_NS = 5 * 10**9


def find_all(scene: Scene) -> Iterator[Finding]:
    """One finding for each SA whose traffic goes on one way."""
    for group in scene.by_pair.values():
        for (_, old), (start, new) in pairwise(group):
            if _brought_none(new) and old.outcome == "established" and new.rekeyed_from is None:
                yield from _left_behind(scene, old, new, start)


def _brought_none(n: Negotiation) -> bool:
    """It came up, and no message of it sets up a child SA."""
    return n.outcome == "established" and not n.children and not n.of_type("QUICK_MODE", "CREATE_CHILD_SA")


def _left_behind(scene: Scene, old: Negotiation, new: Negotiation, start: int) -> Iterator[Finding]:
    latest: dict[bool, Joined] = {}
    for joined in scene.streams_of.get(old.number, ()):
        if joined.to_initiator is None or joined.stream.last_time is None:
            continue
        known = latest.get(joined.to_initiator)
        if known is None or joined.stream.last_time > (known.stream.last_time or 0):
            latest[joined.to_initiator] = joined
    if len(latest) < 2 or began(new) is None:
        return
    stopped, goes_on = sorted(latest.values(), key=lambda joined: joined.stream.last_time or 0)
    last, since = goes_on.stream.last_time or 0, stopped.stream.last_time or 0
    if since > start or last - max(since, start) < LONGER_NS:
        return
    what = "quick mode" if new.ike_version == 1 else "child SA"
    detail = (
        f"No {what} in negotiation {new.number}, which began {(start - since) / 1e9:.1f} s after the last "
        f"{lives.protocol(stopped)} from {lives.direction(stopped)}. {lives.protocol(goes_on)} from "
        f"{lives.direction(goes_on)} still uses the old SPI {(last - start) / 1e9:.1f} s later: one direction only."
    )
    frames = (stopped.stream.last_frame, new.first_frame, goes_on.stream.last_frame)
    yield lives.finding(ABOUT, "likely", old.number, f"SPI {goes_on.stream.spi}", frames, detail)
