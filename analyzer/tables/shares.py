"""The rows of many negotiations, which several processes share.

All of them hold the whole story; each judges and makes the rows of some negotiations, one after the other as they are
numbered, and this process puts the rows together in that order. What is carried from one negotiation to others is
worked out here, of what all of them show.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache, cached_property, partial
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple, TypeVar

from analyzer import net
from analyzer.processes import START_METHOD, Channel, LostError, counted, forked
from analyzer.tables import build
from analyzer.tables.attempt import attempt
from analyzer.tables.storage import Packed
from analyzer.tables.store import Tables

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from analyzer.assessment import Assessment, Judged, Judging
    from analyzer.assessment.fingerprint import Looks
    from analyzer.negotiation.model import Negotiation
    from analyzer.tables.run import Run

T = TypeVar("T")

LEAST: Final = 1000
"""Negotiations of a capture that are worth it: to fork and to send rows back costs as much as some hundred of them."""

REST: Final = 0.26
"""Of the work on all negotiations, how much it is once more to find what the capture as a whole shows: as measured."""

HOME: Final = 0.14
"""The same of what this process alone works out of all judgement: who answered, and what is carried."""


def finish(tables: Tables, wanted: Collection[str], run: Run, judging: Callable[[], Judging], jobs: int) -> None:
    """As `build.finish`, by up to so many processes. judging: of the run's story, the same that `run.judge` asks."""
    negotiations = run.story.negotiations
    shared = [name for name in wanted if tables[name].schema.by_negotiation]
    if jobs > 1 and START_METHOD == "fork" and shared and len(negotiations) >= max(LEAST, jobs):
        with attempt(tables, LostError):  # somebody has ended one of them: all of it is done here
            home = HOME if "responders" in wanted else 0.0
            rest = REST - home if "findings" in shared else 0.0
            _share(tables, wanted, shared, run, judging, _parts(negotiations, jobs, rest))
            return
    build.finish(tables, wanted, run)


def _parts(negotiations: Sequence[Negotiation], count: int, rest: float) -> list[Sequence[Negotiation]]:
    """As many parts, of about the same work. rest: what comes with the last one, in units of all negotiations."""
    share = len(negotiations) * (1 + rest) / count
    bounds = [min(len(negotiations), round(share * place)) for place in range(count)]
    return [negotiations[start:stop] for start, stop in pairwise([*bounds, len(negotiations)])]


def _share(
    tables: Tables,
    wanted: Collection[str],
    shared: Sequence[str],
    run: Run,
    judging: Callable[[], Judging],
    parts: Sequence[Sequence[Negotiation]],
) -> None:
    _ = run.life  # what all of them ask for
    keep = {name: tables[name].schema.names for name in shared}
    judged = "responders" in wanted  # made here, of what the judgement of all parts says
    work = partial(_apart, keep=keep, run=run, judging=judging, judged=judged)
    works = [partial(work, part=part, rest=False) for part in parts[1:-1]]
    works.append(partial(work, part=parts[-1], rest="findings" in shared))
    with forked(works) as channels:
        home = _Home(judging, parts[0], channels)
        build.finish(tables, wanted, replace(run, judge=home.judge, part=parts[0]))
        for channel in channels:
            rows = _received(channel, _Rows)
            for name, columns in rows.packed.items():
                tables[name].take(columns)
            net.faults.update(rows.faults)


class _Rows(NamedTuple):
    """What another process made: the columns of tables, and what fell into the net."""

    packed: Mapping[str, list[Packed]]
    faults: Mapping[str, int]


def _received(channel: Channel, kind: type[T]) -> T:
    """What the other process sent next. LostError: it is at something else than this one."""
    found = channel.receive()
    if not isinstance(found, kind):
        raise LostError
    return found


@dataclass(eq=False, repr=False)
class _Home:
    """The part of this process, and what comes from the others."""

    judging: Callable[[], Judging]
    part: Sequence[Negotiation]
    channels: Sequence[Channel]

    @cached_property
    def _judging(self) -> Judging:
        return self.judging()

    def judge(self) -> Assessment:
        """Of the own negotiations, with what others show of these; the others are sent the like."""
        own = self._judging.part(self.part)
        whole = self._judging.whole([own, *(_received(channel, type(own)) for channel in self.channels)])
        for channel in self.channels:
            channel.send(whole.implementations)
        return replace(_of(own, whole.implementations), responders=whole.responders)


def _apart(
    channel: Channel,
    keep: Mapping[str, Sequence[str]],
    run: Run,
    judging: Callable[[], Judging],
    judged: bool,
    part: Sequence[Negotiation],
    rest: bool,
) -> None:
    """A child: makes the rows of `part`. judged: the parent needs its judgement, whether or not these rows do.

    rest: also those of what the whole capture shows, which come last.
    """
    known = cache(judging)
    of_all = cache(lambda: _of(known().rest(), {}))

    def judge() -> Assessment:
        own = known().part(part)
        channel.send(replace(own, findings=[], diagnoses={}, mismatches=[], announced={}, rulings=[]))
        if rest:  # while others are at larger parts
            of_all()
        return _of(own, _received(channel, dict))

    own_run = replace(run, judge=judge, part=part)
    if judged:
        _ = own_run.assessment
    tables = Tables(keep)
    build.fill(tables, keep, own_run)
    if rest:
        build.fill(tables, ["findings"], replace(run, judge=of_all, part=()))
    channel.send(_Rows({name: tables[name].packed() for name in keep}, counted()))


def _of(judged: Judged, implementations: dict[int, Looks]) -> Assessment:
    from analyzer.assessment import Assessment  # noqa: PLC0415  (loaded: it was judged)

    return Assessment(
        judged.findings,
        judged.diagnoses,
        [],
        implementations,
        judged.mismatches,
        judged.announced,
        judged.rulings,
    )
