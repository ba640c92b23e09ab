"""Processes that work on captures side by side, with results in the captures' order.

Each worker is given one capture after the other and sends back what was made of it. A worker that is ended by somebody,
or because its time was up, costs the capture it was at, which is named; another takes its place. Results that come
before their turn wait (`turns.py`). However the run ends, no worker stays: the parent ends them, and they end
themselves when the parent is gone.
"""

import gc
import pickle
import signal
from collections.abc import Generator, Iterator, Sequence
from contextlib import suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from typing import Any, Generic, TypeVar

from analyzer import net
from analyzer.batch.limits import large, late, limited
from analyzer.batch.turns import Turns
from analyzer.batch.work import Done, Job, Moved, Result, work
from analyzer.errors import AnalyzerError, InternalError, WorkerError
from analyzer.processes import START_METHOD, begin, undisturbed
from analyzer.reading.heard import Before

T = TypeVar("T")


def pooled(
    job: Job[T],
    captures: Sequence[str],
    jobs: int,
    total: int = 0,
    moved: Moved | None = None,
    done: Done | None = None,
) -> Generator[Result[T], None, None]:
    """The results of `jobs` processes. total: negotiations of captures before these. moved: as for `work`.

    done: hears of each capture when it is done. What `work` raises is raised here, in its turn. Close it where it is
    not read to its end.
    """
    at = 0
    while at < len(captures):
        pool: _Pool[T] = _Pool(job, captures[at:], min(jobs, len(captures) - at), total, (moved, done))
        try:
            for result, negotiations in pool:
                at += 1
                yield result
                if result.error is None:
                    total += negotiations
                elif negotiations:
                    break  # what comes behind it was numbered as if it were there: once more, without
        finally:
            pool.end()


class _Worker(Generic[T]):
    """One process, the connection to it, and the place of the capture it works on."""

    def __init__(self, job: Job[T], *, reports: bool) -> None:
        context: Any = get_context(START_METHOD)
        self.connection, its_end = context.Pipe()
        self.process = context.Process(target=serve, args=(its_end, job, reports), daemon=True)
        self.place: int | None = None
        with undisturbed():  # a signal would find a worker that is not ready for it
            self.process.start()
        its_end.close()

    def end(self) -> int | None:
        """End it, if it has not ended; its exit code."""
        self.process.kill()
        self.process.join()
        self.connection.close()
        code: int | None = self.process.exitcode
        return code


_Heard = tuple[Moved | None, Done | None]


class _Pool(Generic[T]):
    """Yields each result, and how many negotiations its capture was said to have."""

    def __init__(self, job: Job[T], captures: Sequence[str], jobs: int, total: int, heard: _Heard) -> None:
        self._job, self._captures = job, captures
        self._moved, self._done = heard
        self._turns = Turns(captures, through=job.through)
        self._counts: dict[int, int] = {}  # negotiations of captures, as far as known
        self._summed, self._total = 0, total  # negotiations of all captures before this place
        self._asking: dict[int, Connection] = {}  # by place, workers that wait for that sum
        self._workers: list[_Worker[T]] = []
        try:
            while len(self._workers) < jobs:
                self._workers.append(self._worker())
        except OSError:
            if not self._workers:
                raise

    def _worker(self) -> _Worker[T]:
        return _Worker(self._job, reports=self._moved is not None)

    def end(self) -> None:
        """End all workers, whatever they are at."""
        with undisturbed():
            while self._workers:
                self._workers.pop().end()

    def __iter__(self) -> Iterator[tuple[Result[T], int]]:
        for place in range(len(self._captures)):
            while not self._turns.is_done(place):
                self._hand_out()
                self._listen()
            packed = self._turns.take()
            self._hand_out()
            yield unpacked(packed), self._counts.pop(place)

    def _hand_out(self) -> None:
        for worker in self._workers:
            if worker.place is None and (place := self._turns.give()) is not None:
                worker.place = place
                with suppress(OSError):  # it has ended: that is heard next
                    worker.connection.send(self._captures[place])

    def _listen(self) -> None:
        """Wait until one worker at least has something to say."""
        busy = {worker.connection: worker for worker in self._workers if worker.place is not None}
        for connection in wait(list(busy)):
            worker = busy[connection]
            try:
                said = worker.connection.recv()
                packed = worker.connection.recv_bytes() if isinstance(said, bool) else b""
            except (EOFError, OSError):
                self._lose(worker)
                continue
            if isinstance(said, bool):
                self._note(worker, packed, failed=said)
            elif isinstance(said, tuple):
                if self._moved is not None:
                    self._moved(*said)
            elif worker.place is not None:
                self._counts[worker.place] = said
                self._asking[worker.place] = worker.connection
            self._tell()

    def _note(self, worker: _Worker[T], packed: bytes, *, failed: bool) -> None:
        """A worker is done with its capture."""
        place, worker.place = worker.place, None
        if place is not None:
            self._turns.done(place, packed)
            self._counts.setdefault(place, 0)
            if self._done is not None:
                self._done(self._captures[place], failed)

    def _lose(self, worker: _Worker[T]) -> None:
        """A worker has ended before it was done."""
        place, code = worker.place, worker.end()
        if place is not None:
            self._asking.pop(place, None)
            capture, up = self._captures[place], hasattr(signal, "SIGALRM") and code == -signal.SIGALRM
            error = late(capture, self._job.how) if up else WorkerError(capture, code)
            self._note(worker, pickle.dumps((Result(capture, error=error), None, {})), failed=True)
        self._workers.remove(worker)
        try:
            self._workers.append(self._worker())
        except OSError:
            if not self._workers:
                raise
        self._tell()

    def _tell(self) -> None:
        """Tell workers that ask how many negotiations there are before their capture, as far as that is known."""
        while self._summed in self._counts:
            asking = self._asking.pop(self._summed, None)
            if asking is not None:
                with suppress(OSError):  # it has ended: that is heard next
                    asking.send(self._total)
            self._total += self._counts[self._summed]
            self._summed += 1


def serve(connection: Connection, job: Job[Any], reports: bool = False) -> None:
    """A worker: captures in, results out, until the connection is closed. reports: how far it is too."""
    begin()
    gc.freeze()
    job = job._replace(how=job.how._replace(jobs=1))  # there are as many processes as there shall be

    def before(negotiations: int) -> int:
        connection.send(negotiations)
        total: int = connection.recv()
        return total

    def moved(*place: Any) -> None:
        connection.send(place)

    with suppress(EOFError, OSError):  # the parent is gone
        while True:
            capture = connection.recv()
            failed, packed = pack(job, capture, before, moved if reports else None)
            connection.send(failed)
            connection.send_bytes(packed)
            del packed
            gc.collect()  # what it left in circles: large, but too few objects to set the collector off


def pack(job: Job[Any], capture: str, before: Before | None = None, moved: Moved | None = None) -> tuple[bool, bytes]:
    """Whether there is nothing of a capture; the result, or what was raised, and what fell into the net, packed."""
    net.faults.clear()
    try:
        with limited(capture, job.how, ends=True):
            result = work(job, capture, before, moved)
            return result.error is not None, pickle.dumps((result, None, dict(net.faults)))
    except MemoryError:
        return True, pickle.dumps((Result(capture, error=large(capture, job.how)), None, dict(net.faults)))
    except (AnalyzerError, OSError) as error:
        return True, pickle.dumps((None, error, dict(net.faults)))
    except Exception as error:
        net.log(error)
        return True, pickle.dumps((Result(capture, error=InternalError(capture, error)), None, dict(net.faults)))


def unpacked(packed: bytes) -> Result[Any]:
    """The result that `pack` has packed; what fell into the net there is counted here. Raises what was raised there."""
    result, error, faults = pickle.loads(packed)  # noqa: S301  (a worker of ours has packed it)
    net.faults.update(faults)
    if error is not None:
        raise error
    known: Result[Any] = result
    return known
