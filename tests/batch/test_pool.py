import gc
import os
import pickle
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from functools import partial
from multiprocessing import Pipe
from pathlib import Path
from threading import Thread

import pytest

from analyzer import net
from analyzer.batch import pool, turns
from analyzer.batch.pool import pooled, serve
from analyzer.batch.work import Job, Result
from analyzer.errors import InternalError, KeyFileError, OutputError, WorkerError
from tests.batch.jobs import HOW, ended, in_turn, outcomes, raised, unsendable
from tests.cli.running import FAILED, HEALTHY
from tests.conftest import ROOT

processes = pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="asks Linux which processes there are")


def named(folder: Path, *names: str) -> list[str]:
    """Copies of a capture."""
    return [str(shutil.copy(FAILED, folder / f"{name}.pcap")) for name in names]


def test_results_come_in_the_order_of_the_captures(tmp_path: Path) -> None:
    """The first is done when the third is."""
    captures = named(tmp_path, *"abcd")
    job = Job(HOW, partial(in_turn, marks=tmp_path, waits={"a": "c"}), {})
    results = list(pooled(job, captures, 2))
    assert [result.capture for result in results] == captures
    assert len({result.value for result in results}) == 2
    assert os.getpid() not in {result.value for result in results}


def test_results_that_wait_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    captures = named(tmp_path, *"abcd")
    job = Job(HOW, partial(in_turn, marks=tmp_path, waits={"a": "b"}), {})
    monkeypatch.setattr(turns, "MOST_HELD", 1)
    with closing(pooled(job, captures, 2)) as results:
        next(results)
        assert not (tmp_path / "c").exists(), "not handed out while the result of the second waits"
        assert len(list(results)) == 3


def logged(capture: str, _analysis: object, *, log: Path) -> None:
    with log.open("a") as file:
        file.write(Path(capture).stem)


def test_the_largest_are_worked_on_first_and_come_in_their_turn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    captures = named(tmp_path, *"abcde")
    for name, more in (("c", 9), ("e", 8), ("b", 7)):
        with (tmp_path / f"{name}.pcap").open("ab") as file:
            file.write(bytes(more))
    log = tmp_path / "log"
    job = Job(HOW, partial(logged, log=log), {})

    def order() -> str:
        began = log.read_text()
        log.unlink()
        return began

    assert [result.capture for result in pooled(job, captures, 1)] == captures
    assert order() == "cebad"
    assert [result.capture for result in pooled(job._replace(through=True), captures, 1)] == captures
    assert order() == "abcde"
    monkeypatch.setattr(turns, "MOST_HELD", 1)
    assert [result.capture for result in pooled(job, captures, 1)] == captures
    assert order() == "cabed", "what waits is not added to, but for the one whose turn it is"


def test_who_looks_hears_of_each_when_it_is_done(tmp_path: Path) -> None:
    captures = [*named(tmp_path, *"ab"), "/nowhere"]
    heard: dict[str, bool] = {}
    with (tmp_path / "b.pcap").open("ab") as file:
        file.write(b"larger")
    job = Job(HOW, partial(in_turn, marks=tmp_path, waits={}), {})
    results = pooled(job, captures, 1, done=lambda capture, failed: heard.update({capture: failed}))
    first = next(results)
    assert first.capture == captures[0]
    assert heard[captures[1]] is False, "before its turn"
    list(results)
    assert heard == {captures[0]: False, captures[1]: False, "/nowhere": True}


def test_workers_report_how_far_they_are_if_anybody_looks(tmp_path: Path) -> None:
    captures = named(tmp_path, *"ab")
    seen: dict[str, tuple[int, int | None]] = {}
    list(pooled(Job(HOW, outcomes), captures, 2, moved=lambda capture, *place: seen.update({capture: place})))
    size = FAILED.stat().st_size
    assert seen == dict.fromkeys(captures, (size, size))


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_workers_however_they_begin(method: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "START_METHOD", method)
    job = Job(HOW, outcomes, through=True)
    results = pooled(job, [str(FAILED), str(HEALTHY), "/nowhere", str(HEALTHY)], 2, 10)
    assert [result.value for result in results] == [
        [(11, "failed")],
        [(12, "established")],
        None,
        [(13, "established")],
    ]


@pytest.mark.parametrize("by", [signal.SIGKILL, signal.SIGTERM])
def test_a_worker_that_is_ended_costs_its_capture(tmp_path: Path, by: signal.Signals) -> None:
    captures = named(tmp_path, *"abcde")
    job = Job(HOW, partial(ended, by={"b": by, "d": by}), {})
    results = list(pooled(job, captures, 2))
    assert [result.value for result in results] == ["a", None, "c", None, "e"]
    assert {type(result.error) for result in results} == {type(None), WorkerError}
    assert str(results[1].error).startswith(
        f"{captures[1]}: the process that worked on it was ended by signal {int(by)}"
    )


def test_numbers_go_on_as_if_a_capture_that_fails_were_not_there(tmp_path: Path) -> None:
    captures = [str(HEALTHY), *named(tmp_path, *"ab"), str(HEALTHY), str(HEALTHY)]
    for make in (
        partial(raised_or_numbered, errors={"a": ValueError(), "b": ValueError()}),
        partial(ended_or_numbered, by={"a": signal.SIGKILL, "b": signal.SIGKILL}),
    ):
        results = list(pooled(Job(HOW, make, through=True), captures, 3, 5))
        assert [bool(result.error) for result in results] == [False, True, True, False, False]
        assert [number for result in results for number, _ in result.value or ()] == [6, 7, 8]


def raised_or_numbered(capture: str, analysis: object, *, errors: dict[str, BaseException]) -> object:
    raised(capture, analysis, errors=errors)  # type: ignore[arg-type]
    return outcomes(capture, analysis)  # type: ignore[arg-type]


def ended_or_numbered(capture: str, analysis: object, *, by: dict[str, int]) -> object:
    ended(capture, analysis, by=by)  # type: ignore[arg-type]
    return outcomes(capture, analysis)  # type: ignore[arg-type]


@pytest.mark.parametrize("error", [OutputError("x", "full"), OSError(28, "full")])
def test_what_is_not_about_a_capture_ends_the_run_in_its_turn(tmp_path: Path, error: BaseException) -> None:
    captures = named(tmp_path, *"abcd")
    with closing(pooled(Job(HOW, partial(raised, errors={"c": error}), {}), captures, 3)) as results:
        assert [next(results).value, next(results).value] == ["a", "b"]
        with pytest.raises(type(error)) as found:
            next(results)
    assert str(found.value) == str(error)


def test_what_cannot_be_sent_is_a_fault_of_ours() -> None:
    (result,) = pooled(Job(HOW, unsendable), [str(FAILED)], 1)
    assert isinstance(result.error, InternalError)


def test_wrong_options_are_raised() -> None:
    with pytest.raises(KeyFileError):
        list(pooled(Job(HOW._replace(keys="/nowhere"), outcomes), [str(FAILED)], 2))


def test_what_fell_into_the_net_of_a_worker_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        raise ValueError

    monkeypatch.setattr("analyzer.reading.single.decode", fails)
    net.faults.clear()
    list(pooled(Job(HOW, outcomes), [str(FAILED)] * 2, 2))
    counts = dict(net.faults)
    net.faults.clear()
    assert len(counts) == 1
    assert set(counts.values()) == {8}


def children(process: int) -> set[int]:
    """The processes that a process has begun and that have not ended."""
    tasks = Path(f"/proc/{process}/task")
    return {int(word) for task in tasks.iterdir() for word in (task / "children").read_text().split()}


def until(reached: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not reached() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert reached()


def gone(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


@processes
def test_no_worker_stays_where_results_are_not_read_to_the_end(tmp_path: Path) -> None:
    before = children(os.getpid())
    job = Job(HOW, partial(in_turn, marks=tmp_path, waits={"b": "never"}), {})
    with closing(pooled(job, named(tmp_path, *"abc"), 2)) as results:
        next(results)
        assert len(children(os.getpid()) - before) == 2
    assert children(os.getpid()) == before


RUN = """
import sys
from functools import partial
from pathlib import Path
from analyzer.batch.pool import pooled
from analyzer.batch.work import Job
from tests.batch.jobs import HOW, in_turn
for result in pooled(Job(HOW, partial(in_turn, marks=Path(sys.argv[1]), waits={"b": "never"}), {}), sys.argv[2:], 2):
    print(result.value, flush=True)
"""


@processes
def test_workers_end_when_the_run_is_killed(tmp_path: Path) -> None:
    words = [sys.executable, "-c", RUN, str(tmp_path), *named(tmp_path, *"abc")]
    with subprocess.Popen(words, stdout=subprocess.PIPE, cwd=ROOT) as run:
        assert run.stdout is not None
        run.stdout.readline()
        workers = children(run.pid)
        assert len(workers) == 2
        run.kill()
        run.wait()
        until(lambda: all(map(gone, workers)))


def test_a_worker_serves_until_nobody_asks() -> None:
    ours, its = Pipe()
    results: list[Result[object]] = []

    def ask() -> None:
        for capture in (str(FAILED), "/nowhere"):
            ours.send(capture)
            assert ours.recv() is (capture == "/nowhere")
            results.append(pickle.loads(ours.recv_bytes())[0])
        ours.close()

    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    asking = Thread(target=ask)
    asking.start()
    try:
        serve(its, Job(HOW, outcomes))
    finally:
        gc.unfreeze()
        for number, handler in handlers.items():
            signal.signal(number, handler)
    asking.join()
    assert [result.value for result in results] == [[(1, "failed")], None]
