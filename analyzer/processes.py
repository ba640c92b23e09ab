"""Other processes of a run: how they begin, and what is worked out beside this one.

However a run ends, no process of it stays: this one ends them, and they end themselves when it is gone.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
import threading
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING, Any, Final, TypeVar

from analyzer import net

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from multiprocessing.connection import Connection

T = TypeVar("T")

# Elsewhere libraries of the system do not bear a fork: a worker begins from nothing, in a fifth of a second
START_METHOD: Final = "fork" if sys.platform == "linux" else "spawn"
_FAILED: Final = 4
_NUMBER: Final = 2


class LostError(Exception):
    """A process that worked beside this one has ended before it was done, or failed: what it did is to be done here."""


def cores() -> int:
    """How many processor cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class Channel:
    """One end of the way between two processes: what one sends the other receives, in order."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def send(self, value: Any) -> None:
        """LostError: the other process has ended."""
        import pickle  # noqa: PLC0415  (only who works with another process needs it)

        try:
            self._connection.send_bytes(pickle.dumps(value, pickle.HIGHEST_PROTOCOL))
        except OSError as error:
            raise LostError from error

    def receive(self) -> Any:
        """What the other process sent next, waited for. LostError: it has ended."""
        import pickle  # noqa: PLC0415

        try:
            return pickle.loads(self._connection.recv_bytes())  # noqa: S301  (a process of ours has packed it)
        except (EOFError, OSError) as error:
            raise LostError from error


@contextmanager
def beside(works: Sequence[Callable[[], T]], jobs: int) -> Iterator[Callable[[], list[T]]]:
    """Begin these functions beside this process, in up to so many less it; what to call for what they return, in order.

    That call does here what none has begun yet, and again what was lost with a process that was ended or in which a
    function raised: so what they raise is raised here. Some thousands at most; pickle must know what they return.
    """
    with ExitStack() as stack:
        channels: list[Channel] = []
        turns: Iterable[int] = range(len(works))
        if works and jobs > 1 and START_METHOD == "fork":
            with suppress(LostError, OSError):  # none can begin
                left = stack.enter_context(_numbers(len(works)))
                turns = _taken(left)
                helper = partial(_help, works=works, left=left)
                channels = stack.enter_context(forked([helper] * min(jobs - 1, len(works))))

        def rest() -> list[T]:
            made = {turn: works[turn]() for turn in turns}
            for channel in channels:
                with suppress(LostError):
                    theirs, faults = channel.receive()
                    made |= theirs
                    net.faults.update(faults)
            return [made[place] if place in made else work() for place, work in enumerate(works)]

        yield rest


def _help(channel: Channel, works: Sequence[Callable[[], object]], left: int) -> None:
    """A process beside another: sends what it made when nothing is left to be begun, for the other listens then."""
    channel.send(({turn: works[turn]() for turn in _taken(left)}, counted()))


@contextmanager
def _numbers(count: int) -> Iterator[int]:
    """A pipe with the numbers below count, _NUMBER bytes each. OSError: there is none to be had."""
    left, end = os.pipe()
    try:
        try:
            os.write(end, b"".join(number.to_bytes(_NUMBER) for number in range(count)))
        finally:
            os.close(end)
        yield left
    finally:
        os.close(left)


def _taken(left: int) -> Iterator[int]:
    """Numbers out of such a pipe until it is empty: each goes to one of the processes that take them."""
    while number := os.read(left, _NUMBER):
        yield int.from_bytes(number)


@contextmanager
def forked(works: Sequence[Callable[[Channel], None]]) -> Iterator[list[Channel]]:
    """Forks of this process, each with its work, on what this one holds; the ways to them.

    For the main process of START_METHOD "fork". LostError: none more can begin. When this ends, whatever they are at,
    they do too. What falls into the net there is counted here (`counted`).
    """
    from multiprocessing import get_context  # noqa: PLC0415  (small captures need none)

    context: Any = get_context("fork")
    begun: list[tuple[Any, Connection]] = []
    try:
        for work in works:
            try:
                begun.append(_forked(context, work, [one for _, one in begun]))
            except OSError as error:
                raise LostError from error
        yield [Channel(connection) for _, connection in begun]
    finally:
        with undisturbed():
            for process, connection in begun:
                process.kill()
                process.join()
                connection.close()


def _forked(context: Any, work: Callable[[Channel], None], others: list[Connection]) -> tuple[Any, Connection]:
    """One of them, and the connection to it. others: those to the others. OSError: it cannot begin."""
    connection, its_end = context.Pipe()
    process = context.Process(target=_serve, args=(work, its_end, [connection, *others]), daemon=True)
    try:
        with undisturbed():  # a signal would find a process that is not ready for it
            process.start()
    except BaseException:
        connection.close()
        raise
    finally:
        its_end.close()
    return process, connection


def counted() -> dict[str, int]:
    """What fell into the net of this process; to be sent home with the last result."""
    return dict(net.faults)


def _serve(work: Callable[[Channel], None], connection: Connection, others: list[Connection]) -> None:
    """A process beside another: what it raises is raised again where its work is done anew."""
    for other in others:
        other.close()
    begin()
    gc.freeze()  # what the other one holds is not searched here, which would make a copy of it
    net.faults.clear()
    try:
        work(Channel(connection))
    except BaseException as error:  # the other process sees that this one has ended
        net.log(error)
        os._exit(_FAILED)


def begin() -> None:
    """First of all in a process that works for another one: to end with it, and when it says so."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # it goes to all processes of a terminal: the parent ends us
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    from multiprocessing import parent_process  # noqa: PLC0415

    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(_FAILED)


@contextmanager
def undisturbed() -> Iterator[None]:
    """Hold SIGINT and SIGTERM back until this ends: for what must not be left half done."""
    if threading.current_thread() is not threading.main_thread():  # no interrupt comes there
        yield
        return
    held: list[int] = []
    before: dict[int, Any] = {}
    try:
        for which in (signal.SIGINT, signal.SIGTERM):
            before[which] = signal.signal(which, lambda number, _: held.append(number))
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        for number in held[:1]:
            signal.raise_signal(number)
