"""One capture read to its end: its messages placed, their rows in the tables, and numbers the last ones."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from analyzer.capture import CaptureReader, open_capture
from analyzer.capture.files import Progress
from analyzer.capture.placed_frame import texts_of
from analyzer.logs import listener
from analyzer.processes import LostError
from analyzer.reading import read
from analyzer.reading.heard import Before, Heard, How, NotApartError, gaps_of, may_be_apart
from analyzer.reading.single import Single
from analyzer.tables.attempt import attempt
from analyzer.tables.kinds import Need
from analyzer.tables.messages import MessageRows
from analyzer.tables.store import Tables

if TYPE_CHECKING:
    from collections.abc import Mapping

    from analyzer.negotiation.tracker import Tracker


def hear(
    how: How, tables: Tables, jobs: int, first: int, before: Before | None, progress: Progress | None
) -> tuple[Heard, int]:
    """Read a capture; also the number that the next SA has.

    jobs: how many processes may read it; first: number of its first SA; before: as of an Analysis, asked once also
    where reading begins anew.
    """
    if listener() is None and may_be_apart(how, tables, jobs):
        from analyzer.reading.apart import read_apart  # noqa: PLC0415  (small captures need none of it)

        before = before and cache(before)
        with attempt(tables, NotApartError, LostError):
            return read_apart(how, tables, jobs, first, before, progress)
    return _read_whole(how, tables, first, before, progress)


def _read_whole(
    how: How, tables: Tables, first: int, before: Before | None, progress: Progress | None
) -> tuple[Heard, int]:
    """Read it from its beginning to its end."""
    needs, most = how.needs, how.max_expansion
    asked = {"counts": Need.COUNTING in needs, "hashed": Need.HASHING in needs, "evidence": Need.EVIDENCE in needs}
    reader = open_capture(how.capture, how.ports, progress, max_expansion=most, **asked)
    with texts_of(reader.places):
        return _through(reader, how, tables, first, before)


def _through(reader: CaptureReader, how: How, tables: Tables, first: int, before: Before | None) -> tuple[Heard, int]:
    """The same, of a capture that is open."""
    needs, packed = how.needs, how.rows_of_floods
    seen = reader.seen if "messages" in how.wanted and Need.EVIDENCE in tables["messages"].schema.needs else None
    known = tables, how.capture, how.wanted, how.memory
    rows = MessageRows(*known, of_floods=packed, places=reader.places, seen=seen)
    starts = tables.lengths()
    tracker = _tracker(how, first, reader) if Need.PLACING in needs else None
    single = Single(rows, how.memory, tracker)
    read(reader.in_columns() if how.keys is None and listener() is None else iter(reader), single)
    if tracker is None:
        heard = Heard(reader, (), None, rows.count, rows.defects)
        return heard, first + (before(0) if before is not None else 0)
    _settle(tracker, single, tables, starts, first)
    following = tracker.next_number
    if before is not None:
        shift = before(following - first)
        tracker.renumber(shift.__add__)
        tables.renumber(shift, starts)
        following += shift
    counted = rows.count, rows.defects, tracker.settle(), tracker.defects, rows.count_of, rows.defects_of
    if Need.COUNTING not in needs:
        return Heard(reader, (), None, *counted), following
    gaps = gaps_of(reader, single.unread)
    parts = [tracker.said(reader.streams, reader.info.last_time, gaps)]
    return Heard(reader, parts, gaps, *counted), following


def _tracker(how: How, first: int, reader: CaptureReader) -> Tracker:
    """Who finds out to which SA each message belongs."""
    from analyzer.negotiation.tracker import Tracker as kind  # noqa: PLC0415, N813  (not every table needs it)

    if listener() is not None:
        from analyzer.reading.traced import Traced as kind  # noqa: PLC0415, N813  (for those who ask why)
    bound, reads = how.max_negotiations, Need.READING in how.needs
    tracker = kind(how.capture, how.keys, first, how.memory, most=bound, reads=reads)
    tracker.watch(reader.points)
    return tracker


def _settle(tracker: Tracker, single: Single, tables: Tables, starts: Mapping[str, int], first: int) -> None:
    """All messages are placed: floods are apart from negotiations now, and numbers are the last ones.

    starts: rows of each table that were there before this capture.
    """
    tracker.settle()
    if tracker.numbers is not None:
        from analyzer.tables.settle import settle  # noqa: PLC0415  (numpy, for what was packed)

        single.add_unpacked()
        settle(tables, starts, tracker.numbers, first, late=single.rows.late)
