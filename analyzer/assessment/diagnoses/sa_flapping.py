"""SAs come and go."""

from collections.abc import Iterator

from analyzer.assessment.case import Case
from analyzer.assessment.model import Diagnosis, Explanation
from analyzer.assessment.scene import began, ended, first_step, pair
from analyzer.negotiation.model import Negotiation

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
    wire=(
        "5 or more IKE SAs of one pair, none of them a rekey of another: within 60 seconds of this one and one after "
        "the other, or within 300 seconds and each in the place of the one before (reauthenticated, stopped and "
        "started, or left behind), whether the two overlap or not."
    ),
    lookalikes=(
        "Many tunnels between the same hosts started at once: those overlap, none replaces another, and they are not "
        "counted. One reauthentication, or rekeying however often, is healthy."
    ),
    advice=(
        "Let one side initiate only; check uniqueness settings (uniqueids), reauthentication and DPD actions on both."
    ),
    references=("RFC 7296 2.4, 2.8",),
)

LEAST = 5
WINDOW_S = 60
REPLACED_WITHIN_S = 300


def diagnose(case: Case) -> Diagnosis | None:
    """Established SAs before and after this one that do not overlap, or that replace each other."""
    n = case.n
    if not case.established or n.rekeyed_from is not None or len(case.scene.by_pair[pair(n)]) < LEAST:
        return None
    row, how, within = list(_apart(_near(case, WINDOW_S))), "one after the other", WINDOW_S
    basis = "times of the negotiations of this pair"
    if len(row) < LEAST:
        row, how, within = _replaced(case), "each in the place of the one before", REPLACED_WITHIN_S
        basis = "which SA takes whose place, by times and Deletes"
    if len(row) < LEAST:
        return None
    shown = tuple(s.frame_number for o in row if (s := first_step(o)) is not None)
    detail = f"{len(row)} IKE SAs of {n.initiator_ip} and {n.responder_ip} {how} within {within} s around this one."
    return case.diagnosis(ABOUT, "likely", shown, detail, basis)


def _near(case: Case, within_s: int) -> list[Negotiation]:
    """SAs of the pair that came up around this one, and it, in the order in which they began."""
    near = [case.n, *case.scene.neighbours(case.n, within_s, most=LEAST)]
    near = [o for o in near if o.outcome == "established" and o.rekeyed_from is None]
    return sorted(near, key=lambda o: (began(o) or 0, o.number))


def _apart(near: list[Negotiation]) -> Iterator[Negotiation]:
    """SAs of which each begins when the one before is over."""
    last = None
    for other in near:
        start, end = began(other), ended(other)
        if start is not None and end is not None and (last is None or start >= last):
            yield other
            last = end


def _replaced(case: Case) -> list[Negotiation]:
    """The SAs that this one took the place of, it, and those that took its place, one of another."""
    near = {o.number: o for o in _near(case, REPLACED_WITHIN_S)}
    after = {old: new for old in near if (new := case.scene.lives.life.successors.get(old)) in near}
    before = {new: old for old, new in after.items()}
    row = [case.n.number]
    while row[0] in before and len(row) <= 2 * LEAST:
        row.insert(0, before[row[0]])
    while row[-1] in after and len(row) <= 2 * LEAST:
        row.append(after[row[-1]])
    return [near[number] for number in row]
