import os
import resource
import signal
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from analyzer.analysis import Analysis
from analyzer.batch import limits
from analyzer.batch.each import each
from analyzer.batch.limits import HOUR, TimeUpError, limited, seconds_for
from analyzer.batch.pool import pooled
from analyzer.batch.work import Job, Result
from analyzer.capture.sets import CaptureSet
from analyzer.errors import LimitError
from tests.batch.jobs import HOW
from tests.cli.running import FAILED, HEALTHY, WEAK

CAPTURES = [str(FAILED), str(HEALTHY), str(WEAK)]
Run = Callable[[Job[str]], list[Result[str]]]


def here(job: Job[str]) -> list[Result[str]]:
    return list(each(job, CAPTURES, 1))


def beside(job: Job[str]) -> list[Result[str]]:
    return list(pooled(job, CAPTURES, 2))


def hangs(capture: str, _analysis: Analysis, *, at: str) -> str:
    while capture == at:
        time.sleep(0.01)
    return capture


def hungry(capture: str, _analysis: Analysis, *, at: str) -> str:
    return capture + str(bytearray(1 << 30))[:0] if capture == at else capture


@pytest.mark.parametrize("run", [here, beside])
def test_a_capture_whose_time_is_up_costs_itself(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "seconds_for", lambda capture, how: 0.2 if capture == CAPTURES[1] else 60)
    first, second, third = run(Job(HOW, partial(hangs, at=CAPTURES[1]), {}))
    assert [first.value, second.value, third.value] == [CAPTURES[0], None, CAPTURES[2]]
    assert isinstance(second.error, LimitError)
    assert str(second.error).startswith(f"{CAPTURES[1]}: was not done after ")
    assert signal.getitimer(signal.ITIMER_REAL) == (0, 0)
    assert signal.getsignal(signal.SIGALRM) is signal.SIG_DFL


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere memory is not bounded")
@pytest.mark.parametrize("run", [here, beside])
def test_a_capture_that_takes_too_much_memory_costs_itself(run: Run) -> None:
    before = resource.getrlimit(resource.RLIMIT_AS)
    job = Job(HOW._replace(memory_limit=512), partial(hungry, at=CAPTURES[1]), {})
    first, second, third = run(job)
    assert [first.value, second.value, third.value] == [CAPTURES[0], None, CAPTURES[2]]
    assert str(second.error) == (f"{CAPTURES[1]}: took more than 512 MiB of memory. --memory-limit N gives it more")
    assert resource.getrlimit(resource.RLIMIT_AS) == before, "the bound is for captures"


@pytest.mark.parametrize("run", [here, beside])
def test_without_a_limit_there_may_be_too_little_memory_too(run: Run) -> None:
    results = run(Job(HOW, partial(greedy, at=CAPTURES[1]), {}))
    assert [result.value for result in results] == [CAPTURES[0], None, CAPTURES[2]]
    assert str(results[1].error).startswith(f"{CAPTURES[1]}: there was not enough memory for it. Try it alone")


def greedy(capture: str, _analysis: Analysis, *, at: str) -> str:
    if capture == at:
        raise MemoryError
    return capture


def test_large_captures_have_more_time(tmp_path: Path) -> None:
    large = tmp_path / "large.pcap"
    with large.open("wb") as file:
        file.truncate(5 << 29)
    os.mkfifo(tmp_path / "fifo")
    assert seconds_for(str(FAILED), HOW) == HOUR
    assert seconds_for("-", HOW) is seconds_for(str(tmp_path / "fifo"), HOW) is None
    assert seconds_for(str(large), HOW) == 3 * HOUR
    assert seconds_for(CaptureSet([[str(large), str(FAILED)]]), HOW) == 3 * HOUR
    assert seconds_for(str(large), HOW._replace(time_limit=7)) == 7


def test_an_alarm_of_somebody_else_is_theirs_again() -> None:
    def theirs(*_: object) -> None:
        """Somebody's."""

    before = signal.signal(signal.SIGALRM, theirs)
    try:
        with pytest.raises(TimeUpError), limited("-", HOW._replace(time_limit=1), ends=False):
            signal.raise_signal(signal.SIGALRM)
        assert signal.getsignal(signal.SIGALRM) is theirs
    finally:
        signal.signal(signal.SIGALRM, before)
