"""Enumeration of transforms."""

from collections.abc import Iterator

from analyzer.assessment.algorithms import of_sa
from analyzer.assessment.model import Explanation, Finding
from analyzer.assessment.scans import once_per_source, went_on
from analyzer.assessment.scene import Scene, began, first_step
from analyzer.assessment.windows import busiest
from analyzer.negotiation.model import Negotiation

ABOUT = Explanation(
    id="transform-enumeration",
    kind="check",
    title="Enumeration of transforms",
    severity="medium",
    what="One address tries one proposal after the other on a responder and continues with none.",
    why="It finds out which algorithms the responder accepts, weak ones first of all.",
    wire="8 or more different offers of one or two transforms within 60 seconds, each under a new SPI, none continued.",
    lookalikes=(
        "A misconfigured peer that walks through its profiles; it goes on once one is accepted. Where an SA of the two "
        "comes up within the minute after it nothing is reported."
    ),
    advice="Limit UDP 500 and 4500 to known peers; see what was accepted in the findings of these negotiations.",
    references=("ike-scan --trans",),
)

LEAST_OFFERS = 8
WINDOW_S = 60
MOST_TRANSFORMS = 2
FRAMES_KEPT = 10


def find_all(scene: Scene) -> Iterator[Finding]:
    """One finding for each source."""
    return once_per_source(_found(scene))


def _found(scene: Scene) -> Iterator[tuple[int, Finding]]:
    """For each source and responder, with how much was tried."""
    tries: dict[tuple[str, str], list[tuple[int, tuple[Negotiation, object]]]] = {}
    came_up: dict[tuple[str, str], list[int]] = {}
    for n in scene.story.negotiations:
        if n.outcome == "established":
            came_up.setdefault((n.initiator_ip, n.responder_ip), []).append(scene.began[n.number] or 0)
        if n.outcome in ("established", "redirected") or not n.offers or went_on(n):
            continue
        offer = n.offers[0]
        size = sum(len(p.transforms) for p in offer.sa.proposals)
        kinds = len({t.transform_type for p in offer.sa.proposals for t in p.transforms}) if size <= 16 else 0
        if offer.chosen or not kinds or size > MOST_TRANSFORMS * kinds:
            continue
        time = began(n)
        if time is None:
            continue
        what = tuple(of_sa(n.ike_version, offer.sa, child=False))
        tries.setdefault((n.initiator_ip, n.responder_ip), []).append((time, (n, what)))
    for (source, target), group in tries.items():
        window = busiest(group, WINDOW_S)
        distinct = len({what for _, what in window})
        begun = [scene.began[n.number] or 0 for n, _ in window]
        if distinct < LEAST_OFFERS or any(
            begun[0] <= time <= begun[-1] + WINDOW_S * 1e9 for time in came_up.get((source, target), ())
        ):
            continue
        frames = tuple(s.frame_number for n, _ in window[:FRAMES_KEPT] if (s := first_step(n)) is not None)
        accepted = sum(n.chosen_frame is not None for n, _ in window)
        detail = (
            f"{distinct} different small offers to {target} within {WINDOW_S} s; {accepted} of {len(window)} accepted."
        )
        found = Finding(ABOUT.id, ABOUT.title, "medium", "likely", None, source, frames, None, None, detail, None)
        yield distinct, found
