import subprocess
import sys
import threading
import time

import pytest

from analyzer.batch.interrupt import Interrupt, interruptible
from analyzer.batch.limits import TimeUpError


def in_a_thread(work: object) -> list[object]:
    """What work did in a thread of its own: what it returned, or raised."""
    ended: list[object] = []

    def run() -> None:
        try:
            ended.append(work())  # type: ignore[operator]
        except BaseException as error:
            ended.append(type(error))

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(60)
    assert not thread.is_alive()
    return ended


def forever() -> None:
    while True:
        time.sleep(0.001)


def test_the_time_is_up() -> None:
    def work() -> None:
        with interruptible(1):
            forever()

    assert in_a_thread(work) == [TimeUpError]


def test_work_that_is_done_in_time_is_not_disturbed() -> None:
    def work() -> str:
        with interruptible(3600), interruptible(None):
            pass
        return "done"

    before = threading.active_count()
    assert in_a_thread(work) == ["done"]
    assert threading.active_count() <= before + 1, "no timer stays; one may be about to end"


def test_another_thread_ends_it() -> None:
    def work() -> None:
        with interruptible(None) as end:
            threading.Thread(target=end).start()
            forever()

    assert in_a_thread(work) == [TimeUpError]


def test_none_comes_when_it_is_over() -> None:
    """Also one that was called at the very end."""

    def work() -> str:
        for _ in range(200):
            interrupt = Interrupt()
            caller = threading.Thread(target=interrupt)
            try:
                caller.start()
            except TimeUpError:
                pass
            finally:
                interrupt.end()
        interrupt()
        return "done"

    ended = in_a_thread(work)
    assert set(ended) <= {"done", TimeUpError}


def test_an_interrupt_that_is_over_does_nothing() -> None:
    interrupt = Interrupt()
    interrupt.end()
    with pytest.raises(ZeroDivisionError):
        interrupt() or 1 / 0


def test_a_tracer_comes_on_afterwards() -> None:
    """Where an exception was taken back, CPython 3.11 stood still at the next traced step, for ever."""
    code = (
        "import sys, threading\n"
        "from analyzer.batch.interrupt import interruptible\n"
        "def work():\n"
        "    with interruptible(3600):\n"
        "        pass\n"
        "thread = threading.Thread(target=work)\n"
        "thread.start(); thread.join(); work()\n"
        "sys.settrace(lambda *_: None)\n"
        "(lambda: None)()\n"
    )
    subprocess.run([sys.executable, "-c", code], timeout=60, check=True)
