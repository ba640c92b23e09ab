"""Flood of half-open negotiations."""

from collections.abc import Iterator

from analyzer.assessment import flooded
from analyzer.assessment.model import Explanation, Finding
from analyzer.assessment.scene import Scene, began, first_step
from analyzer.assessment.windows import busiest
from analyzer.isakmp.numbers import NotifyV2
from analyzer.negotiation.model import Negotiation
from analyzer.negotiation.story import WINDOW_S
from analyzer.vocabulary import Confidence, Severity

ABOUT = Explanation(
    id="half-open-flood",
    kind="check",
    title="Flood of half-open negotiations",
    severity="high",
    what="Many negotiations with one responder were begun within seconds and none continued.",
    why="Each costs the responder state and computation; enough of them keep real peers out.",
    wire=(
        "30 or more initiator SPIs within 10 seconds to one address, without a message after the first "
        "exchange. 30 is strongSwan's default threshold for COOKIE. Very many without an answer are rows of the table "
        "floods (kind half-open), and are counted there."
    ),
    lookalikes=(
        "A responder that is down while many peers reconnect: who repeats a request that nobody answers waits for an "
        "SA and is not counted; where fewer than 30 were answered it is only possible, and medium. A scan for "
        "transforms. What the responder refused holds no state and is not counted; a demand for COOKIE costs it none: "
        "medium."
    ),
    advice=(
        "See that the responder demands COOKIEs under load (RFC 7296 2.6, RFC 8019) and limits half-open "
        "SAs for each source."
    ),
    references=("RFC 8019", "RFC 7296 2.6"),
)

THRESHOLD = 30
FRAMES_KEPT = 10


def find_all(scene: Scene) -> Iterator[Finding]:
    """One finding for each responder, about its worst ten seconds; of those in the table floods one for each flood."""
    folded = [flood for flood in scene.story.floods if flood.window >= THRESHOLD]
    targets = {flood.target_ip for flood in folded}
    half_open: dict[str, list[tuple[int, Negotiation]]] = {}
    for n in scene.story.negotiations:
        refused = n.outcome == "failed" and n.failed_by != "initiator"
        if not refused and n.outcome not in ("established", "redirected", "probe") and _half_open(n):
            time = began(n)
            if time is not None:
                half_open.setdefault(n.responder_ip, []).append((time, n))
    for ip, group in half_open.items():
        window = busiest(group, WINDOW_S)
        spis = {n.initiator_spi for n in window}
        if len(spis) < THRESHOLD or ip in targets:
            continue
        sources = len({n.initiator_ip for n in window})
        answered = sum(any(False in e.figure.senders for e in n.exchanges) for n in window)
        frames = tuple(s.frame_number for n in window[:FRAMES_KEPT] if (s := first_step(n)) is not None)
        demands = sum(map(_demands_cookie, window))
        detail = (
            f"{len(spis)} initiator SPIs from {sources} address{'es' if sources > 1 else ''} within {WINDOW_S} s, "
            f"{answered} of them answered; none continued."
        )
        # What was answered is known to have cost it state, but for demands
        weight: tuple[Severity, Confidence] = "high" if answered - demands >= THRESHOLD else "medium", "likely"
        if answered < THRESHOLD:
            detail += " A responder that is down, and peers that reconnect to it, look the same."
            weight = "medium", "possible"
        elif demands:
            detail += f" {demands} of the answers demand COOKIE, which costs the responder no state."
        yield Finding(ABOUT.id, ABOUT.title, *weight, None, ip, frames, None, None, detail, None)
    for flood in folded:
        detail = (
            f"{flood.window:,} initiator SPIs within {WINDOW_S} s. {flooded.detail(flood)} The table floods has them, "
            "and the table negotiations does not."
        )
        where = flood.target_ip or "many addresses"
        yield Finding(
            ABOUT.id, ABOUT.title, "high", flood.confidence, None, where, flood.samples, None, None, detail, None
        )


def _demands_cookie(n: Negotiation) -> bool:
    """The responder's first answer does."""
    answers = (s for e in n.exchanges if e.figure.notifies for s in e.steps if not s.from_initiator)
    first = next(answers, None)
    return n.ike_version == 2 and first is not None and any(s.notify_type == NotifyV2.COOKIE for s in first.notifies)


def _half_open(n: Negotiation) -> bool:
    """Nothing by the initiator after its first exchange."""
    first, *later = n.exchanges
    if any(True in e.figure.senders for e in later):
        return False
    if first.figure.from_initiator > 1 and not any(False in e.figure.senders for e in n.exchanges):
        return False  # it waits for an answer, as peers do
    return first.begun_by_initiator and first.figure.fresh[0] == 1
