"""Work in a thread that is not the main one can be ended from another thread: no signal comes there.

What is raised comes between two steps of Python, so that a call into a library, or into the system, is ended behind it.
"""

import ctypes
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from analyzer.batch.limits import TimeUpError

_STEPS: Final = 1000


class Interrupt:
    """Calling it raises TimeUpError in the thread that made it, until `end` was called there."""

    def __init__(self) -> None:
        self._thread = threading.get_ident()
        self._lock = threading.Lock()
        self._over = False

    def __call__(self) -> None:
        """From any other thread."""
        with self._lock:
            if not self._over:
                thread, error = ctypes.c_ulong(self._thread), ctypes.py_object(TimeUpError)
                ctypes.pythonapi.PyThreadState_SetAsyncExc(thread, error)

    def end(self) -> None:
        """None comes any more: one that is on its way comes in here.

        It is not taken back (NULL for PyThreadState_SetAsyncExc): CPython 3.11 would look for it at every step from
        then on, and never come on under a tracer.
        """
        while True:
            try:
                with self._lock:
                    self._over = True
                for _ in range(_STEPS):  # it comes between two of them
                    pass
            except TimeUpError:
                continue
            return


@contextmanager
def interruptible(seconds: int | None) -> Iterator[Callable[[], None]]:
    """Work in here until the time is up, without an end if that is None; what ends it earlier. Then TimeUpError."""
    interrupt = Interrupt()
    timer = threading.Timer(seconds, interrupt) if seconds is not None else None
    try:
        if timer is not None:
            timer.daemon = True
            timer.start()
        yield interrupt
    finally:
        interrupt.end()
        if timer is not None:
            timer.cancel()
