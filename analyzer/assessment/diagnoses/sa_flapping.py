"""SAs come and go."""

from analyzer.assessment.case import Case
from analyzer.assessment.model import Diagnosis, Explanation
from analyzer.assessment.scene import began, ended, first_step, pair

ABOUT = Explanation(
    id="sa-flapping",
    kind="diagnosis",
    needs=("established", "neighbours"),
    title="SAs of this pair come and go",
    precedence=90,
    note=True,
    what="The same two hosts set up one IKE SA after the other, each soon after the last.",
    why=(
        "Uniqueness rules that replace each other's SA, reauthentication at short intervals, dead peer "
        "detection that restarts, two tunnels configured for the same peer."
    ),
    wire="5 or more IKE SAs of one pair within 60 seconds, one after the other, none of them a rekey of another.",
    lookalikes="Many tunnels between the same hosts started at once: those overlap and are not counted.",
    advice=(
        "Let one side initiate only; check uniqueness settings (uniqueids), reauthentication and DPD actions on both."
    ),
    references=("RFC 7296 2.4, 2.8",),
)

LEAST = 5
WINDOW_S = 60


def diagnose(case: Case) -> Diagnosis | None:
    """Established SAs before and after this one that do not overlap each other."""
    n = case.n
    if not case.established or n.rekeyed_from is not None or len(case.scene.by_pair[pair(n)]) < LEAST:
        return None
    near = [n, *case.scene.neighbours(n, WINDOW_S, most=LEAST)]
    near = [o for o in near if o.outcome == "established" and o.rekeyed_from is None]
    near.sort(key=lambda o: (began(o) or 0, o.number))
    row, last = [], None
    for other in near:
        start, end = began(other), ended(other)
        if start is not None and end is not None and (last is None or start >= last):
            row.append(other)
            last = end
    if len(row) < LEAST:
        return None
    shown = tuple(s.frame_number for o in row if (s := first_step(o)) is not None)
    detail = (
        f"{len(row)} IKE SAs of {n.initiator_ip} and {n.responder_ip} one after the other within "
        f"{WINDOW_S} s around this one."
    )
    return case.diagnosis(ABOUT, "likely", shown, detail, "times of the negotiations of this pair")
