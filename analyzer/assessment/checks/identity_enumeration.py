"""Enumeration of identities."""

from collections.abc import Iterator

from analyzer.assessment.model import Explanation, Finding
from analyzer.assessment.scans import once_per_source, went_on
from analyzer.assessment.scene import Scene, began, first_step
from analyzer.assessment.windows import busiest
from analyzer.negotiation.model import Negotiation

ABOUT = Explanation(
    id="identity-enumeration",
    kind="check",
    title="Enumeration of identities",
    severity="medium",
    what="One address tries one group name or user after the other in aggressive mode.",
    why=(
        "Responders that answer known names only give the list away, and with each answer a hash of the pre-shared key."
    ),
    wire="5 or more different identities in first messages of aggressive mode within 60 seconds, none continued.",
    lookalikes="Many users behind one address; their negotiations would continue.",
    advice="Switch aggressive mode off.",
    references=("CVE-2010-4354",),
)

LEAST_IDENTITIES = 5
WINDOW_S = 60
FRAMES_KEPT = 10


def find_all(scene: Scene) -> Iterator[Finding]:
    """One finding for each source."""
    return once_per_source(_found(scene))


def _found(scene: Scene) -> Iterator[tuple[int, Finding]]:
    """For each source and responder, with how much was tried."""
    tries: dict[tuple[str, str], list[tuple[int, tuple[Negotiation, str]]]] = {}
    for n in scene.story.negotiations:
        if n.mode != "aggressive" or n.outcome == "established" or went_on(n):
            continue
        identity, time = next((i.text for i in n.identities if i.from_initiator), None), began(n)
        if identity is not None and time is not None:
            tries.setdefault((n.initiator_ip, n.responder_ip), []).append((time, (n, identity)))
    for (source, target), group in tries.items():
        window = busiest(group, WINDOW_S)
        distinct = len({identity for _, identity in window})
        if distinct < LEAST_IDENTITIES:
            continue
        frames = tuple(s.frame_number for n, _ in window[:FRAMES_KEPT] if (s := first_step(n)) is not None)
        chosen = sum(n.chosen_frame is not None for n, _ in window)
        detail = f"{distinct} identities tried on {target} within {WINDOW_S} s; "
        detail += f"a proposal was chosen in {chosen} of {len(window)} tries."
        found = Finding(ABOUT.id, ABOUT.title, "medium", "likely", None, source, frames, None, None, detail, None)
        yield distinct, found
