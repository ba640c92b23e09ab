"""Captures one after the other, or side by side: the same results in the same order either way."""

import gc
import stat
from collections.abc import Generator, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

from analyzer.batch.limits import TimeUpError, late, limited
from analyzer.batch.turns import is_file
from analyzer.batch.work import Done, Job, Moved, Result, work
from analyzer.capture.sets import files_of
from analyzer.reading.heard import Before

if TYPE_CHECKING:
    from distributed import Client

T = TypeVar("T")

SMALL: Final = 1 << 20  # bytes of a capture that is read in no time

# Generations of the garbage collector: what came since it last looked, which is all that a small capture leaves; and
# with it what is kept of each capture before, more with each
_YOUNG: Final = 1
_ALL: Final = 2


def each(
    job: Job[T],
    captures: Sequence[str],
    jobs: int,
    moved: Moved | None = None,
    done: Done | None = None,
    client: "Client | None" = None,
) -> Generator[Result[T], None, None]:
    """What becomes of each capture, in order, by up to `jobs` processes; by this one alone if that is 1.

    Also if one of them is no file: standard input and pipes are read here, one after the other. A small first capture
    is worked on here too: what it loads, every worker then has. moved: as for `work`. done: hears from who works
    beside this process. client: workers of its cluster do it all. Close it where it is not read to its end.
    """
    if client is not None:
        from analyzer.batch.cluster import clustered  # noqa: PLC0415  (an extra)

        with closing(clustered(job, captures, client, done)) as results:
            yield from results
        return
    total = counted = 0

    def before(negotiations: int) -> int:
        nonlocal counted
        counted = negotiations
        return total

    here = captures[: _read_here(captures, jobs)]
    try:
        for place, capture in enumerate(here):
            if place:  # what the one before left in circles: large, but too few objects to set the collector off
                gc.collect(_YOUNG if is_small(here[place - 1]) else _ALL)
            if place == 1:  # what is loaded by now stays, and is not searched each time
                gc.freeze()
            counted = 0
            result = _worked(job, capture, before, moved)
            total += counted if result.error is None else 0
            yield result
            del result
    finally:
        gc.unfreeze()
    if len(here) < len(captures):
        from analyzer.batch.pool import pooled  # noqa: PLC0415  (one process needs none of it)

        with closing(pooled(job, captures[len(here) :], jobs, total, moved, done)) as results:
            yield from results


def _worked(job: Job[T], capture: str, before: Before, moved: Moved | None) -> Result[T]:
    try:
        with limited(capture, job.how, ends=False):
            return work(job, capture, before, moved)
    except TimeUpError:
        return Result(capture, error=late(capture, job.how))


def _read_here(captures: Sequence[str], jobs: int) -> int:
    """How many captures, the first ones, this process reads itself."""
    first = 1 if captures and is_small(captures[0]) else 0
    several = min(jobs, len(captures) - first) > 1 and all(map(is_file, captures))
    return first if several else len(captures)


def is_small(capture: str) -> bool:
    """Whether a capture is a file that is read in no time."""
    sizes = 0
    try:
        for path in files_of([capture]):
            status = Path(path).stat()
            sizes += status.st_size if stat.S_ISREG(status.st_mode) else SMALL
    except (OSError, ValueError):  # standard input, or reported by whoever reads it
        return False
    return sizes < SMALL
