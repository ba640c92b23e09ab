"""One large capture read by several processes, each the messages of one shard (shards.py), and put together again.

Every process goes through the file, which is quick, and reads only its own messages: into a tracker, log and tables of
its own. When all have come, SAs are numbered by their first frames, verdicts are passed where the SAs are, and rows
go to the places of their frames. What is asked of all SAs of a capture is asked of the story that comes of it.
"""

from __future__ import annotations

import copyreg
from functools import partial
from struct import Struct
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from analyzer import net
from analyzer.capture import open_capture
from analyzer.capture.scan import WINDOW
from analyzer.negotiation.conclude.closing import Said
from analyzer.negotiation.follow import esp_answers, malformed, windows
from analyzer.negotiation.follow.half_open import MOST
from analyzer.negotiation.follow.recent import GivenPace
from analyzer.negotiation.tracker import Tracker
from analyzer.processes import Channel, counted, forked
from analyzer.reading import read
from analyzer.reading.heard import Before, Heard, How, NotApartError, gaps_of
from analyzer.reading.shards import Shards, Survey
from analyzer.reading.single import Single
from analyzer.tables.kinds import Need
from analyzer.tables.messages import DEFECT_LIMIT, MessageRows
from analyzer.tables.settle import in_order, settle
from analyzer.tables.storage import Packed
from analyzer.tables.store import Tables

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from analyzer.capture.columns import Datagrams
    from analyzer.capture.files import Progress
    from analyzer.capture.open import CaptureReader
    from analyzer.negotiation.conclude.closing import Gaps
    from analyzer.reading.single import Item

LEAST_SHARE: Final = 4  # of its bytes a fourth is IKE: where most is not, going through the file is most of the work


def read_apart(
    how: How, tables: Tables, jobs: int, first: int, before: Before | None, progress: Progress | None
) -> tuple[Heard, int]:
    """Read a capture by so many processes; also the number that the next SA has.

    first: that of the first one; before: as of an Analysis.

    NotApartError, LostError: it is to be read by one process. Rows and faults of the attempt may be left; the caller
    removes them.
    """
    reader, shards = _surveyed(how, jobs)
    starts = tables.lengths()
    keep = {name: tables[name].schema.names for name in how.wanted}
    known: dict[str, Any] = {"how": how, "reader": reader, "shards": shards, "jobs": jobs, "keep": keep}
    works = [partial(_beside, shard=shard, **known) for shard in range(1, jobs)]
    with forked(works) as channels:
        own = _Part(how, tables, shards, 0, jobs)
        own.read(reader, progress)
        begun = [own.tracker.begun, *(channel.receive() for channel in channels)]
        if any(some is None for some in begun):
            raise NotApartError
        total = sum(map(len, begun))
        first += before(total) if before is not None else 0
        numbers = _numbers(begun, first)
        for channel, some in zip(channels, numbers[1:], strict=True):
            channel.send(some)
        own.settle(numbers[0], starts)
        count, defects = own.rows.count, own.rows.defects
        for channel in channels:
            rows: _Rows = channel.receive()
            count, defects = count + rows.messages, defects + rows.defects
            for name, columns in rows.packed.items():
                tables[name].take(columns)
        parts = [own.said(reader)]
        for channel in channels:
            said, faults = channel.receive()
            parts.append(said)
            net.faults.update(faults)
    full = sum(len(part.esp_answers) for part in parts) >= esp_answers.MOST
    full = full or sum(part.watched for part in parts) >= malformed.MOST
    full = full or sum(len(part.authip) for part in parts) >= windows.MOST
    if full or starts["defects"] + defects >= DEFECT_LIMIT:
        raise NotApartError
    in_order(tables, starts)
    return Heard(reader, parts, own.gaps(reader), count, defects), first + total


copyreg.pickle(Struct, lambda form: (Struct, (form.format,)))  # the form of a log's rows


class _Rows(NamedTuple):
    """What another process sends home first, and works on: the rows of its messages, and how many these are."""

    packed: Mapping[str, list[Packed]]
    messages: int
    defects: int


def _beside(
    channel: Channel,
    how: How,
    reader: CaptureReader,
    shards: Shards,
    shard: int,
    jobs: int,
    keep: Mapping[str, Sequence[str]],
) -> None:
    """A process beside the one that reads shard 0."""
    tables = Tables(keep)
    part = _Part(how, tables, shards, shard, jobs)
    try:
        part.read(reader, None)
    except NotApartError:
        channel.send(None)
        return
    channel.send(part.tracker.begun)
    part.settle(channel.receive(), dict.fromkeys(tables, 0))
    packed = {name: tables[name].packed() for name in how.wanted if len(tables[name])}
    channel.send(_Rows(packed, part.rows.count, part.rows.defects))
    said = part.said(reader)
    for negotiation in said.negotiations:
        negotiation.kept = None  # quicker made again of the log than sent
    for log in {id(n.log): n.log for n in said.negotiations}.values():
        log.pack()
    channel.send((said, counted()))


class _Part:
    """The messages of one shard."""

    def __init__(self, how: How, tables: Tables, shards: Shards, shard: int, jobs: int) -> None:
        memory = how.memory
        self._how, self._tables, self._shards, self._shard = how, tables, shards, shard
        self.rows = MessageRows(tables, how.capture, how.wanted, memory, of_floods=how.rows_of_floods)
        most = (MOST if how.max_negotiations is None else how.max_negotiations) // jobs
        self.tracker = Tracker(how.capture, None, 1, memory, most=most, reads=Need.READING in how.needs)
        self.tracker.pace = GivenPace(self.tracker.pace.memories, shards.aged)
        self._single = Single(self.rows, memory, self.tracker)

    def read(self, known: CaptureReader, progress: Progress | None) -> None:
        """Read them. NotApartError: there are floods, or the file is not as it was when it was `known`."""
        reader = open_capture(self._how.capture, self._how.ports, progress, counts=False)
        self.tracker.watch(reader.points)
        read(self._checked(self._shards.part(reader.in_columns(), self._shard)), self._single)
        self._check()
        if self._single.unread.is_full:
            raise NotApartError
        if (reader.info.packets, reader.info.size_bytes) != (known.info.packets, known.info.size_bytes):
            raise NotApartError

    def _checked(self, items: Iterator[Item | Datagrams]) -> Iterator[Item | Datagrams]:
        for item in items:
            self._check()
            yield item

    def _check(self) -> None:
        if self.tracker.half_open.in_use:  # which of all first messages are beyond the bound is not known here
            raise NotApartError

    def settle(self, numbers: list[int], starts: Mapping[str, int]) -> None:
        """Give its SAs, and their rows, their numbers among all of the capture; in order."""
        self.tracker.renumber(lambda number: numbers[number - 1])
        settle(self._tables, starts, np.array(numbers, np.int64), 1, late=False)

    def said(self, reader: CaptureReader) -> Said:
        """Their story."""
        return self.tracker.said(reader.streams, reader.info.last_time, self.gaps(reader))

    def gaps(self, reader: CaptureReader) -> Gaps:
        """What the capture lacks, and what of these messages was not read."""
        return gaps_of(reader, self._single.unread)


def _surveyed(how: How, jobs: int) -> tuple[CaptureReader, Shards]:
    """The capture looked through. NotApartError: it is not worth it."""
    survey = Survey()

    def worth(done: int, _total: int | None) -> None:
        if done > 2 * WINDOW and survey.size * LEAST_SHARE < done - 2 * WINDOW:
            raise NotApartError

    reader = open_capture(how.capture, how.ports, worth, hashed=Need.HASHING in how.needs)
    if reader.compressed:
        raise NotApartError  # to expand it is work, too
    for item in reader.in_columns():
        survey.add(item)
    if survey.size * LEAST_SHARE < reader.info.size_bytes:
        raise NotApartError
    return reader, survey.shards(jobs)


def _numbers(begun: Sequence[Any], first: int) -> list[list[int]]:
    """The numbers of the SAs of each part, by the frames with which they begin."""
    frames = np.concatenate([np.frombuffer(some, np.int64) for some in begun])
    numbers = np.empty(len(frames), np.int64)
    numbers[np.argsort(frames, kind="stable")] = np.arange(first, first + len(frames))
    ends = np.cumsum([len(some) for some in begun])
    return [some.tolist() for some in np.split(numbers, ends[:-1])]
