"""One capture read to its end: its messages placed, their rows in the tables, and numbers the last ones."""

from collections.abc import Mapping
from functools import cache

from analyzer.capture import CaptureReader, open_capture
from analyzer.capture.files import Progress
from analyzer.capture.placed_frame import texts_of
from analyzer.logs import listener
from analyzer.negotiation.tracker import Tracker
from analyzer.processes import LostError
from analyzer.reading import read
from analyzer.reading.heard import Before, Heard, How, NotApartError, gaps_of, may_be_apart
from analyzer.reading.single import Single
from analyzer.tables.attempt import attempt
from analyzer.tables.kinds import Need
from analyzer.tables.messages import MessageRows
from analyzer.tables.store import Tables


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
    needs, counts, packed = how.needs, Need.COUNTING in how.needs, how.rows_of_floods
    seen = reader.seen if "messages" in how.wanted and Need.EVIDENCE in tables["messages"].schema.needs else None
    known = tables, how.capture, how.wanted, how.memory
    rows = MessageRows(*known, of_floods=packed, places=reader.places, seen=seen)
    bound, reads = how.max_negotiations, Need.READING in needs
    kind = Tracker
    if listener() is not None:
        from analyzer.reading.traced import Traced as kind  # noqa: PLC0415, N813  (for those who ask why)
    tracker = kind(how.capture, how.keys, first, how.memory, most=bound, reads=reads)
    tracker.watch(reader.points)
    starts = {name: len(table) for name, table in tables.items()}
    single = Single(rows, how.memory, tracker if Need.PLACING in needs else None)
    read(reader.in_columns() if how.keys is None and kind is Tracker else iter(reader), single)
    _settle(tracker, single, tables, starts, first)
    following = tracker.next_number
    if before is not None:
        shift = before(following - first)
        tracker.renumber(shift.__add__)
        tables.renumber(shift, starts)
        following += shift
    gaps, floods = gaps_of(reader, single.unread), tracker.settle()
    parts = [tracker.said(reader.streams, reader.info.last_time, gaps)] if counts else []
    heard = Heard(
        reader, parts, gaps, rows.count, rows.defects, floods, tracker.defects, rows.count_of, rows.defects_of
    )
    return heard, following


def _settle(tracker: Tracker, single: Single, tables: Tables, starts: Mapping[str, int], first: int) -> None:
    """All messages are placed: floods are apart from negotiations now, and numbers are the last ones.

    starts: rows of each table that were there before this capture.
    """
    tracker.settle()
    if tracker.numbers is not None:
        from analyzer.tables.settle import settle  # noqa: PLC0415  (numpy, for what was packed)

        single.add_unpacked()
        settle(tables, starts, tracker.numbers, first, late=single.rows.late)
