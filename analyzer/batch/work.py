"""The one unit of work: a capture and options in, a result out, whichever process does it.

A result depends on the bytes of the capture and on the options alone. So captures may be worked on in any order, and a
run gives the same with one process or many (`pool.py`).
"""

import errno
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Generic, NamedTuple, TypeVar

from analyzer import net
from analyzer.analysis import Analysis
from analyzer.batch.limits import large
from analyzer.batch.reading import Reading, Wanted
from analyzer.errors import AnalyzerError, CaptureError, InternalError, LimitError, WorkerError
from analyzer.reading.heard import Before

T = TypeVar("T")
Failure = CaptureError | InternalError | WorkerError | LimitError
"""Why there is nothing of a capture."""
Moved = Callable[[str, int, int | None], None]
"""Is given a capture, how many of its bytes are read, and how many there are, if that is known."""
Done = Callable[[str, bool], None]
"""Is given a capture that is done, maybe before its turn, and whether there is nothing of it."""


class Job(NamedTuple, Generic[T]):
    """What is done with each capture of a run: `make` makes something of its Analysis, of which `wanted` is filled.

    With a filter, of the part that matches.

    make: a function of a module, or a `partial` of one: where processes are not forked it is sent to them. through:
    negotiation numbers run through all captures, as in one Analysis of them; otherwise each begins with 1. finish: the
    same kind of function, is given a result that nothing is wrong with - no file of it was unreadable, nothing fell
    into the net - where it was made, and gives what stands in its place.
    """

    how: Reading
    make: Callable[[str, Analysis], T]
    wanted: Wanted | None = None
    through: bool = False
    finish: "Callable[[Result[T]], Result[T]] | None" = None


class Result(NamedTuple, Generic[T]):
    """What became of a capture: what was made of it, or why it could not be read or worked on.

    stopped: which of its files were not read to their end, for `max_expansion`. unopened: those of which no packet
    could be read, with what their packets are. unread: why files of a set could not be read. broken: those that end
    early, in damage, and how.
    """

    capture: str
    value: T | None = None
    error: Failure | None = None
    stopped: tuple[str, ...] = ()
    unopened: tuple[tuple[str, str], ...] = ()
    unread: tuple[CaptureError, ...] = ()
    broken: tuple[tuple[str, str], ...] = ()


def work(job: Job[T], capture: str, before: Before | None = None, moved: Moved | None = None) -> Result[T]:
    """Read one capture into an Analysis of its own, and make of it what the job says; the Analysis is given up.

    before: is told how many negotiations this capture has, and tells how many those before it have; asked where
    numbers run through. moved: is given how far reading is. What a mistake of the caller raises, and what is not about
    this capture, is raised here too.
    """
    analysis, faults = job.how.analysis(job.wanted, before if job.through else None), net.faults.total()
    try:
        with read_from(capture):
            analysis.add(capture, progress=None if moved is None else partial(moved, capture))
        part = analysis if job.how.where is None else analysis.where(job.how.where)
        known = tuple(analysis.stopped), tuple(analysis.unopened.items()), tuple(analysis.unread)
        result = Result(capture, job.make(capture, part), None, *known, tuple(analysis.broken.items()))
        sound = not result.unread and net.faults.total() == faults
        return result if job.finish is None or not sound else job.finish(result)
    except CaptureError as error:
        return Result(capture, error=error, stopped=tuple(analysis.stopped))
    except MemoryError:
        return Result(capture, error=large(capture, job.how))
    except (AnalyzerError, OSError):
        raise
    except Exception as error:
        net.log(error)
        return Result(capture, error=InternalError(capture, error), stopped=tuple(analysis.stopped))


@contextmanager
def read_from(capture: str) -> Iterator[None]:
    """Read a capture in here, and write nothing. CaptureError: the system fails at it in a way nobody expected.

    MemoryError: it has no memory for it.
    """
    try:
        yield
    except OSError as error:
        if error.errno == errno.ENOMEM:
            raise MemoryError from error
        raise CaptureError(capture, f"cannot be read ({error.strerror or error})") from error
