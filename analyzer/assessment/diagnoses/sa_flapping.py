"""SAs come and go."""

from collections.abc import Iterator
from itertools import pairwise

from analyzer.assessment.case import Case
from analyzer.assessment.model import Diagnosis, Explanation
from analyzer.assessment.periods import duration, median
from analyzer.assessment.repeats import Around
from analyzer.assessment.scene import began, ended, first_step, pair
from analyzer.assessment.traits import Trait
from analyzer.negotiation.model import Negotiation

ABOUT = Explanation(
    id="sa-flapping",
    kind="diagnosis",
    title="Tunnel is flapping",
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
NEEDS = (Trait.ESTABLISHED,)

LEAST = 5
WINDOW_S = 60
REPLACED_WITHIN_S = 300
AT_ONCE_NS = 1_000_000_000
MOST_SHOWN = 11


def diagnose(case: Case) -> Diagnosis | None:
    """Established SAs before and after this one that do not overlap, or that replace each other."""
    n, repeats = case.n, case.scene.repeats
    if not case.established or n.rekeyed_from is not None or len(case.scene.by_pair[pair(n)]) < LEAST:
        return None
    row, how = list(_apart(_near(case))), "one after the other"
    around, basis = repeats.of_pair(n, WINDOW_S), "times of the negotiations of this pair"
    if len(row) < LEAST:
        around, how = repeats.in_its_place(n, REPLACED_WITHIN_S), "each in the place of the one before"
        basis = "which SA takes whose place, by times and Deletes"
        if around is None or around.sas < LEAST:
            return None
        row = repeats.chain(n, REPLACED_WITHIN_S, MOST_SHOWN)
    if around is None:
        return None
    shown = tuple(s.frame_number for o in row if (s := first_step(o)) is not None)
    deleted = {0: "none of them deleted", around.sas: "all of them deleted"}.get(
        around.ended, f"{around.ended:,} of them deleted"
    )
    hosts = f"{n.initiator_ip} and {n.responder_ip}"
    detail = f"{around.sas:,} IKE SAs of {hosts} in {around.span_ns / 1e9:.1f} s, {how}, {deleted}.{_gaps(case, row)}"
    return case.diagnosis(ABOUT, "likely", shown, detail, basis, _advice(around))


def _gaps(case: Case, row: list[Negotiation]) -> str:
    """How often, and how long, no SA was up between the Delete of one and the beginning of the next."""
    ends, pauses = case.scene.lives.life.ends, []
    for old, new in pairwise(row):
        end, start = ends.get(old.number), began(new)
        if end is not None and end.time_ns is not None and start is not None and start > end.time_ns:
            pauses.append((start - end.time_ns) / 1e9)
    if len(pauses) < LEAST - 1:
        return ""
    return f" Between them no SA is up, for {duration(median(pauses))} in the median."


def _advice(around: Around) -> str | None:
    """What to look at where nobody replaces an SA and the next one is begun at once."""
    if around.ended or around.gap_ns > AT_ONCE_NS:
        return None
    pause = f"{around.gap_ns / 1e6:,.0f} ms"
    return (
        f"A new SA every {pause} and none deleted: the initiator gives up each SA at once and starts a new one. "
        f"Its log says what fails right after the SA is up. {ABOUT.advice}"
    )


def _near(case: Case) -> list[Negotiation]:
    """SAs of the pair that came up around this one, and it, in the order in which they began."""
    near = [case.n, *case.scene.neighbours(case.n, WINDOW_S, most=LEAST)]
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
