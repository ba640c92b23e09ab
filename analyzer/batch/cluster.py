"""Workers of a Dask cluster that work on captures, with results in the captures' order.

Each capture is a task, and what a task does is what a process of the pool does with it (`pool.pack`). Which worker has
it, whether it is run again where a worker was lost, and the dashboard are Dask's. Workers see the same files under the
same names: they read captures and write reports, and only packed results come here, a bounded number of them
(`turns.py`). However the run ends, tasks that wait are taken back and those at work are ended.
"""

import asyncio
import gc
import logging
import os
import pickle
import time
from collections.abc import Callable, Collection, Generator, Iterator, Sequence
from contextlib import chdir, contextmanager, suppress
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar
from uuid import uuid4

from analyzer import __version__
from analyzer.batch.interrupt import interruptible
from analyzer.batch.limits import TimeUpError, late, seconds_for
from analyzer.batch.pool import pack, unpacked
from analyzer.batch.turns import Turns, is_file
from analyzer.batch.work import Done, Job, Result
from analyzer.capture.joining.glance import Glance
from analyzer.capture.joining.sources import Elsewhere, looks_at
from analyzer.errors import CaptureError, ClusterError, LimitError, WorkerError
from analyzer.processes import undisturbed

if TYPE_CHECKING:
    from distributed import Client, Future

T = TypeVar("T")

AT_ONCE: Final = 1000
"""Captures that are handed out at a time: more than a cluster has workers, so that none waits for the next one."""
_SHARES: Final = 4  # tasks for each worker, where captures are looked at: they end at about the same time
_PATIENCE: Final = 10  # seconds that a scheduler, and the end of work that is taken back, are waited for


@contextmanager
def connected(address: str) -> Iterator["Client"]:
    """A client of the scheduler at an address. ClusterError: Dask is not installed, or no scheduler answers there."""
    try:
        from distributed import Client  # noqa: PLC0415  (an extra)
    except ImportError:
        what = "A cluster needs Dask's distributed, which is not installed; do: pip install distributed"
        raise ClusterError(what) from None
    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # what it says of lost connections, we say
    try:
        client = Client(address, timeout=_PATIENCE, set_as_default=False)
    except (OSError, ValueError, TypeError) as error:
        why = str(error).partition("\n")[0][:200]
        advice = "Give the address that `dask scheduler` prints, such as tcp://192.0.2.1:8786"
        raise ClusterError(f"{address}: no Dask scheduler answers ({why}). {advice}") from error
    with client:
        yield client


def clustered(
    job: Job[T], captures: Sequence[str], client: "Client", done: Done | None = None
) -> Generator[Result[T], None, None]:
    """The results of a cluster's workers. done: as for `pooled`, and what is raised. Close it where it is not read on.

    The numbers of the job do not run through the captures. ClusterError: the workers are not fit, or the scheduler was
    lost.
    """
    run: _Run[T] = _Run(job, captures, client, done)
    try:
        yield from run
    finally:
        run.end()


class _Run(Generic[T]):
    """The tasks of one run, by their futures."""

    def __init__(self, job: Job[T], captures: Sequence[str], client: "Client", done: Done | None) -> None:
        from distributed import as_completed  # noqa: PLC0415

        self._captures, self._client, self._done = captures, client, done
        self._turns = Turns(captures)
        self._name = f"isakmp-analyzer-{uuid4().hex}"
        self._places: dict[Future[Any], int] = {}
        self._completed = as_completed(loop=client.loop)
        # a task too, so that it is made again where the worker that holds it was lost
        how = job.how._replace(jobs=1)
        self._job = client.submit(bytes, pickle.dumps(job._replace(how=how)), key=f"{self._name}-job")

    def __iter__(self) -> Iterator[Result[T]]:
        for place in range(len(self._captures)):
            while not self._turns.is_done(place):
                self._hand_out()
                self._take_in()
            packed = self._turns.take()
            self._hand_out()
            yield unpacked(packed)

    def _hand_out(self) -> None:
        while len(self._places) < AT_ONCE and (place := self._turns.give()) is not None:
            capture = self._captures[place]
            if not is_file(capture):
                self._note(place, *_failed(CaptureError(capture, "is no file, which a worker could read", _FILE)))
                continue
            about = pickle.dumps((capture, self._name, __version__, os.getcwd()))  # noqa: PTH109
            future = self._client.submit(_begun, self._job, about, key=(self._name, place), pure=False)
            self._places[future] = place
            self._completed.add(future)

    def _take_in(self) -> None:
        """Wait until one task at least is done."""
        for future in [next(self._completed), *self._completed.next_batch(block=False)]:
            place = self._places.pop(future)
            self._note(place, *self._result(future, self._captures[place]))

    def _note(self, place: int, failed: bool, packed: bytes) -> None:
        self._turns.done(place, packed)
        if self._done is not None:
            self._done(self._captures[place], failed)

    def _result(self, future: "Future[Any]", capture: str) -> tuple[bool, bytes]:
        from distributed import KilledWorker  # noqa: PLC0415

        try:
            with _told():
                found: tuple[bool, bytes] = future.result()
        except KilledWorker as lost:
            return _failed(WorkerError(capture, None, workers=lost.allowed_failures + 1))
        return found

    def end(self) -> None:
        """Take back what waits, and end what is at work; what a worker does not end within seconds goes on there."""
        if not self._places:
            return
        with undisturbed(), suppress(Exception):
            self._client.cancel(list(self._places), force=True)
            self._places.clear()
            self._client.run(stop, self._name, on_error="ignore")


_INSTALL: Final = "Install the same version of it for all workers"
_FILE: Final = "Write what it gives to a file first"
_at_work: dict[str, Callable[[], None]] = {}
"""By the name of its run, how the task that this worker is at can be ended."""
_stopped: set[str] = set()
"""Runs that are over: a task of theirs may begin late."""


def _sendable(name: str) -> Callable[..., Any]:
    """A function here as what is sent whole: the scheduler, which looks at it, need not have this package."""
    module = __name__

    def begun(*packed: bytes) -> Any:
        from importlib import import_module  # noqa: PLC0415  (on the worker)

        return getattr(import_module(module), name)(*packed)

    return begun


_begun: Final = _sendable("task")
_looked: Final = _sendable("look")


def looking(client: "Client") -> Elsewhere:
    """Have the workers look at captures, to find which belong together; each is read whole for that."""
    workers = len(client.scheduler_info()["workers"])
    return Elsewhere(max(1, workers) * _SHARES, partial(_looks, client))


def _looks(
    client: "Client", shares: list[list[str]], ports: Collection[int], max_expansion: int | None
) -> Iterator[dict[str, Glance]]:
    """Not those at which workers were lost. ClusterError: the workers are not fit, or the scheduler was lost."""
    from distributed import KilledWorker, as_completed  # noqa: PLC0415

    where = __version__, os.getcwd()  # noqa: PTH109
    packed = [pickle.dumps((share, tuple(ports), max_expansion, *where)) for share in shares]
    futures = client.map(_looked, packed, pure=False)
    try:
        for future in as_completed(futures):
            with suppress(KilledWorker), _told():
                found: dict[str, Glance] = pickle.loads(future.result())  # noqa: S301  (a worker of ours has packed it)
                yield found
    finally:
        with undisturbed(), suppress(Exception):
            client.cancel(futures, force=True)


def look(packed: bytes) -> bytes:
    """On a worker: a look at some captures. ClusterError: this worker is not fit."""
    captures, ports, max_expansion, version, folder = pickle.loads(packed)  # noqa: S301  (the run has packed it)
    _check(version, folder)
    with chdir(folder):
        return pickle.dumps(looks_at(captures, ports, max_expansion))


@contextmanager
def _told() -> Iterator[None]:
    """ClusterError of what Dask raises, but that workers were lost at a task."""
    from distributed import KilledWorker  # noqa: PLC0415

    try:
        yield
    except (KilledWorker, ClusterError):
        raise
    except ImportError as error:
        raise ClusterError(f"A worker cannot load isakmp-analyzer ({error}). {_INSTALL}") from error
    except Exception as error:
        why = str(error).partition("\n")[0][:200]
        raise ClusterError(f"The cluster failed ({type(error).__name__}: {why})") from error


def task(packed_job: bytes, about: bytes) -> tuple[bool, bytes]:
    """On a worker: as `pool.pack`. about: the capture, the name of its run, the version and folder that it has there.

    ClusterError: this worker is not fit.
    """
    capture, run, version, folder = pickle.loads(about)  # noqa: S301  (the run has packed it)
    _check(version, folder)
    job = _job(packed_job)
    try:
        with interruptible(seconds_for(capture, job.how)) as _at_work[run], chdir(folder):
            if run in _stopped:
                raise TimeUpError
            return pack(job, capture)
    except TimeUpError:
        return _failed(late(capture, job.how))
    finally:
        _at_work.pop(run, None)
        gc.collect()  # as a process of the pool


def _failed(error: CaptureError | WorkerError | LimitError) -> tuple[bool, bytes]:
    """As of `task`, of a capture of which there is nothing."""
    return True, pickle.dumps((Result(error.path, error=error), None, {}))


async def stop(run: str) -> None:
    """On a worker: end what it does for a run, and wait until it has."""
    _stopped.add(run)
    interrupt, until = _at_work.get(run), time.monotonic() + _PATIENCE
    if interrupt is not None:
        interrupt()
    while run in _at_work and time.monotonic() < until:
        await asyncio.sleep(0.01)


def _check(version: str, folder: str) -> None:
    from distributed import get_worker  # noqa: PLC0415

    worker: Any = get_worker()
    where = f"The worker {worker.address}"
    if version != __version__:
        raise ClusterError(f"{where} has isakmp-analyzer {__version__}, and this is {version}. {_INSTALL}")
    if worker.state.nthreads > 1:
        what = f"has {worker.state.nthreads} threads, and a process works on one capture at a time"
        raise ClusterError(f"{where} {what}. Begin workers with --nthreads 1, and more of them with --nworkers")
    if not os.path.isdir(folder):  # noqa: PTH112
        raise ClusterError(f"{where} does not see the folder {folder}. Workers need the same files as this process")


@lru_cache(maxsize=1)
def _job(packed: bytes) -> Job[Any]:
    """The job of a run, unpacked once."""
    job: Job[Any] = pickle.loads(packed)  # noqa: S301  (the run has packed it)
    gc.collect()
    gc.freeze()  # Dask's own objects, which would be searched after each capture: as long as the work on a small one
    return job
