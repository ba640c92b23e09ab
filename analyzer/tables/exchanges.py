"""Rows of the table `exchanges`: requests and answers, their times, the last state, and what came out of place."""

from collections.abc import Iterator
from typing import Any, Final

from analyzer.negotiation.conclude.verdict import side
from analyzer.negotiation.exchanges.course import TABLES, Course, courses
from analyzer.negotiation.exchanges.numbers import Gap, gaps
from analyzer.negotiation.exchanges.timing import Window, ends, timing, windows
from analyzer.negotiation.model import Exchange, Negotiation, Step, Story

Row = tuple[Any, ...]
_NS = 1e9


def exchange_rows(story: Story) -> Iterator[Row]:
    """One row for each exchange, by negotiation and in order of the first frame."""
    for n in story.negotiations:
        found = courses(n)
        exchanges = [course.exchange for course in found]
        for course, window, gap in zip(found, windows(n, exchanges), gaps(n, exchanges), strict=True):
            yield _row(n, course, window, gap)


def _row(n: Negotiation, course: Course, window: Window | None, gap: Gap | None) -> Row:
    e = course.exchange
    times = timing(e)
    request, response = ends(e)
    outcome = "unrequested" if request is None else "unanswered" if response is None else "answered"
    repeated = sum(1 for s in e.steps if s.retransmission_of is not None and not s.duplicate)
    return (
        n.number, e.exchange, e.message_id, side(e.begun_by_initiator), request.frame_number if request else None,
        response.frame_number if response else None, _round_trip(e, response), repeated, outcome,
        course.state, _due(course), tuple(s.frame_number for s in course.surprises if s.unexpected),
        _missing(course, gap),
        times.pauses_ms, times.backoff, times.copies, times.fragments_missing, times.disorder,
        window.open if window else None, window.allowed if window else None,
    )  # fmt: skip


def _missing(course: Course, gap: Gap | None) -> tuple[str, ...]:
    """Frames, and what must have passed before each that the capture does not hold."""
    found = [f"{s.frame_number}: {', '.join(s.unseen)}" for s in course.surprises if s.unseen]
    if gap is not None:
        numbers = f"request {gap.first}" if gap.first == gap.last else f"requests {gap.first} to {gap.last}"
        found.append(f"{course.exchange.first_frame}: {numbers}")
    return tuple(found)


def _due(course: Course) -> tuple[str, ...]:
    """What could come next by the book, with its document."""
    if course.table is None or course.state is None:
        return ()
    return _DUE[course.table.title, course.state]


_DUE: Final = {
    (table.title, state): tuple(f"{event} ({move.reference})" for event, move in table.expected(state))
    for table in TABLES
    for state in table.states
}


def _round_trip(e: Exchange, response: Step | None) -> float | None:
    """Seconds from the request's last transmission before the answer to the answer."""
    if response is None or response.time_ns is None:
        return None
    sent = [
        s.time_ns
        for s in e.steps
        if s.from_initiator == e.begun_by_initiator and s.time_ns is not None and s.time_ns <= response.time_ns
    ]
    return (response.time_ns - max(sent)) / _NS if sent else None
