"""What fails again and again, and how regularly: the times of the requests that failed in an SA, and their pauses."""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from analyzer.negotiation.model import Negotiation

_EVEN = 0.15  # of the median: pauses that differ by no more are one period
_LEAST_NS = 10**9


class Period(NamedTuple):
    """How often something happened, and the pauses between: their median in ns, and whether they are alike."""

    times: int
    pause_ns: float
    even: bool


def median(values: Sequence[float]) -> float:
    """The middle one of at least one; of an even number, what lies between the two in the middle.

    The module `statistics` would bring exact fractions along, which take longer to load than all diagnoses.
    """
    ordered, half = sorted(values), len(values) // 2
    return ordered[half] if len(values) % 2 else (ordered[half - 1] + ordered[half]) / 2


def period(times: list[int], least_ns: int = _LEAST_NS) -> Period | None:
    """The period of these times (ns, ascending); None: there are none, or they are less than least_ns apart."""
    pauses = [b - a for a, b in pairwise(times)]
    middle = median(pauses) if pauses else 0
    if middle < least_ns:
        return None
    even = all(abs(pause - middle) <= _EVEN * middle for pause in pauses)
    return Period(len(times), middle, even)


def sentence(times: list[int]) -> str:
    """How often and how regularly something happened, to stand behind another sentence; "" where it did so once."""
    found = period(times)
    if found is None:
        return ""
    pause = duration(found.pause_ns / 1e9)
    if found.times == 2:
        return f" It happens twice between these hosts, {pause} apart."
    how = f"again every {pause}" if found.even else f"{pause} apart in the median"
    return f" It happens {found.times:,} times between these hosts, {how}."


def begun_again(times: list[int]) -> str:
    """How often an initiator began what ended in the same way, to stand behind another sentence; "" if once."""
    found = period(times)
    if found is None:
        return ""
    pause = duration(found.pause_ns / 1e9)
    uneven = f"{pause} apart" + ("" if found.times == 2 else " in the median")
    how = f"again every {pause}" if found.even and found.times > 2 else uneven
    return f" The initiator starts over: {found.times:,} such negotiations, {how}."


def failed_times(n: Negotiation) -> list[int]:
    """When the requests of an SA that failed where its verdict says so were first sent, in ns, ascending."""
    failed = {c.frame_number for c in n.children if c.outcome == "failed" and c.created_by == n.failed_at}
    tries = [e.first for e in n.exchanges if e.exchange == n.failed_at]
    kept = [s for s in tries if s.frame_number in failed] or tries[-1:]
    return sorted(s.time_ns for s in kept if s.time_ns is not None)


def refuser(n: Negotiation) -> str | None:
    """The address of the side that refused; None: nobody answered."""
    return {"initiator": n.initiator_ip, "responder": n.responder_ip}.get(n.failed_by or "")


def duration(seconds: float) -> str:
    """In whole units, as a period is spoken of: 30 s, 48 min, 3 h 5 min."""
    if seconds < 120:
        return f"{seconds:.3g} s"
    hours, minutes = divmod(round(seconds / 60), 60)
    return f"{minutes} min" if not hours else f"{hours} h" + (f" {minutes} min" if minutes else "")
