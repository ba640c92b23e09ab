import os
import pickle
import shutil
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from distributed import Client, LocalCluster

from analyzer import __version__, net
from analyzer.batch import cluster as cluster_module
from analyzer.batch.cluster import clustered, connected
from analyzer.batch.each import each
from analyzer.batch.joined import joined
from analyzer.batch.work import Job
from analyzer.capture.joining import sources
from analyzer.capture.joining.glance import Glance
from analyzer.capture.joining.sources import Elsewhere
from analyzer.capture.sets import CaptureSet
from analyzer.errors import (
    CaptureError,
    ClusterError,
    InternalError,
    KeyFileError,
    LimitError,
    OutputError,
    WorkerError,
)
from tests.batch.jobs import HOW, ended, in_turn, outcomes, raised, unsendable
from tests.cli.running import FAILED, HEALTHY, WEAK, run
from tests.conftest import FIXTURES
from tests.cuts import borders, cut

DOZEN = sorted(FIXTURES.glob("*/capture.pcap"))[::12]


@pytest.fixture(scope="module")
def cluster() -> Iterator[LocalCluster]:
    """Two processes, as the workers of several machines are."""
    with LocalCluster(n_workers=2, processes=True, threads_per_worker=1, dashboard_address="127.0.0.1:0") as made:
        yield made


@pytest.fixture(scope="module")
def client(cluster: LocalCluster) -> Iterator[Client]:
    with connected(cluster.scheduler_address) as made:
        yield made


@pytest.fixture(scope="module")
def beside() -> Iterator[Client]:
    """A worker in a thread of this process, which tests can reach into."""
    with Client(n_workers=1, processes=False, threads_per_worker=1, dashboard_address="127.0.0.1:0") as made:
        yield made


@pytest.fixture(autouse=True)
def _anew() -> Iterator[None]:
    yield
    cluster_module._job.cache_clear()


def named(folder: Path, *names: str) -> list[str]:
    """Copies of a capture."""
    return [str(shutil.copy(FAILED, folder / f"{name}.pcap")) for name in names]


def tree(folder: Path) -> dict[str, bytes]:
    """All files, hidden ones too."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def until(reached: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not reached() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert reached()


def same_as_serially(captures: list[Path], folder: Path, cluster: LocalCluster) -> None:
    done = run("report", *captures, "-o", folder / "one", "--jobs", "1")
    cast = run("report", *captures, "-o", folder / "many", "--scheduler", cluster.scheduler_address)
    assert (cast.exit_code, cast.stdout) == (done.exit_code, done.stdout)
    assert cast.stderr == done.stderr.replace(str(folder / "one"), str(folder / "many"))
    assert tree(folder / "many") == tree(folder / "one")


def test_a_report_is_the_same_byte_for_byte(tmp_path: Path, cluster: LocalCluster, client: Client) -> None:
    bad = tmp_path / "bad.pcap"
    bad.write_text("no capture")
    captures = [*DOZEN, bad]
    same_as_serially(captures, tmp_path, cluster)
    seen = client.run(lambda: bool(__import__("analyzer.batch.cluster").batch.cluster._job.cache_info().misses))
    assert list(seen.values()) == [True, True], "both have worked"
    done = run("report", *captures, "-o", tmp_path / "many", "--jobs", "1")
    assert f"{len(DOZEN)} of {len(captures)} reports taken over" in done.stderr


@pytest.mark.sweep
@pytest.mark.parametrize("share", range(4))
def test_reports_of_all_fixtures_are_the_same(share: int, tmp_path: Path, cluster: LocalCluster) -> None:
    same_as_serially(sorted(FIXTURES.glob("*/capture.pcap*"))[share::4], tmp_path, cluster)


def test_relative_names_are_those_of_this_process(
    tmp_path: Path, cluster: LocalCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copy(FAILED, tmp_path / "a.pcap")
    shutil.copy(HEALTHY, tmp_path / "b.pcap")
    monkeypatch.chdir(tmp_path)
    same_as_serially([Path("a.pcap"), Path("b.pcap")], Path(), cluster)


def killed_at_its_end() -> None:
    """Have this worker killed when it has written its next report, before it says so."""
    from analyzer.batch import reporting

    write = reporting._reported

    def written_and_killed(*args: Any, **more: Any) -> None:
        write(*args, **more)
        folder = more["reporter"].path / more["reporter"].names[args[0]]
        (folder / ".report.html.part").write_text("begun by one that was killed")
        os.kill(os.getpid(), signal.SIGKILL)

    reporting._reported = written_and_killed  # type: ignore[assignment]


def test_workers_that_are_killed_lose_nothing(tmp_path: Path, cluster: LocalCluster, client: Client) -> None:
    before = client.run(os.getpid)
    client.run(killed_at_its_end)
    same_as_serially(DOZEN[:4], tmp_path, cluster)
    client.wait_for_workers(2, timeout=30)
    assert not {*before.values()} & {*client.run(os.getpid).values()}


def test_a_capture_that_kills_its_workers_is_named(
    tmp_path: Path, cluster: LocalCluster, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster.scheduler, "allowed_failures", 0)
    captures = named(tmp_path, *"abc")
    job = Job(HOW, partial(ended, by={"b": signal.SIGKILL}), {})
    seen: dict[str, bool] = {}
    results = list(clustered(job, captures, client, lambda capture, failed: seen.update({capture: failed})))
    client.wait_for_workers(2, timeout=30)
    assert results[1].value is None
    assert isinstance(results[1].error, WorkerError)
    lost = f"{captures[1]}: each worker of the cluster that worked on it ended (1 of them)"
    assert str(results[1].error).startswith(lost)
    assert seen[captures[1]]


def test_results_are_those_of_one_process_in_the_order_of_the_captures(client: Client) -> None:
    captures = [str(FAILED), "/nowhere", CaptureSet([[str(HEALTHY), str(WEAK)]]), str(WEAK)]
    job = Job(HOW, outcomes)
    alone = [(result.capture, result.value, str(result.error)) for result in each(job, captures, 1)]
    results = list(each(job, captures, 1, client=client))
    assert [(result.capture, result.value, str(result.error)) for result in results] == alone
    assert isinstance(results[2].capture, CaptureSet)


def test_results_wait_for_their_turn_and_few_are_out(
    tmp_path: Path, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster_module, "AT_ONCE", 2)
    captures = named(tmp_path, *"abcd")
    job = Job(HOW, partial(in_turn, marks=tmp_path, waits={"a": "c"}), {})
    results = list(clustered(job, captures, client))
    assert [result.capture for result in results] == captures
    assert os.getpid() not in {result.value for result in results}


def test_what_fails_on_one_is_named_and_the_others_go_on(tmp_path: Path, beside: Client) -> None:
    captures = named(tmp_path, *"abc")
    job = Job(HOW, partial(raised, errors={"b": ValueError()}), {})
    results = list(clustered(job, captures, beside))
    assert [result.value for result in results] == ["a", None, "c"]
    assert isinstance(results[1].error, InternalError)
    (result,) = clustered(Job(HOW, unsendable), captures[:1], beside)
    assert isinstance(result.error, InternalError)


def test_what_is_no_file_is_named(tmp_path: Path, beside: Client) -> None:
    os.mkfifo(tmp_path / "fifo")
    results = list(clustered(Job(HOW, outcomes), ["-", str(tmp_path / "fifo"), str(FAILED)], beside))
    assert [type(result.error) for result in results] == [CaptureError, CaptureError, type(None)]
    assert str(results[0].error).startswith("standard input: is no file, which a worker could read")


@pytest.mark.parametrize("error", [OutputError("x", "full"), OSError(28, "full")])
def test_what_is_not_about_a_capture_ends_the_run(tmp_path: Path, beside: Client, error: BaseException) -> None:
    captures = named(tmp_path, *"abc")
    with closing(clustered(Job(HOW, partial(raised, errors={"b": error}), {}), captures, beside)) as results:
        assert next(results).value == "a"
        with pytest.raises(type(error), match="full"):
            next(results)
    with pytest.raises(KeyFileError):
        list(clustered(Job(HOW._replace(keys="/nowhere"), outcomes), captures, beside))


def test_what_fell_into_the_net_of_a_worker_is_counted(beside: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        raise ValueError

    monkeypatch.setattr("analyzer.reading.single.decode", fails)
    list(clustered(Job(HOW, outcomes), [str(FAILED)], beside))
    counts = dict(net.faults)
    net.faults.clear()
    assert set(counts.values()) == {8}, "once where it fell, in this process, and once as a worker's"


def test_the_time_limit_holds_on_a_worker(tmp_path: Path, client: Client) -> None:
    captures = named(tmp_path, *"ab")
    job = Job(HOW._replace(time_limit=1), partial(in_turn, marks=tmp_path, waits={"b": "never"}), {})
    results = list(clustered(job, captures, client))
    assert [type(result.error) for result in results] == [type(None), LimitError]
    assert str(results[1].error).startswith(f"{captures[1]}: was not done after 1 seconds")


def test_what_is_at_work_ends_when_results_are_not_read_to_the_end(
    tmp_path: Path, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    captures = named(tmp_path, *"abcdef")
    job = Job(HOW, partial(in_turn, marks=tmp_path, waits=dict.fromkeys("bcdef", "never")), {})
    monkeypatch.setattr(cluster_module, "AT_ONCE", 1)

    def at_work() -> int:
        runs = client.run(lambda: len(__import__("analyzer.batch.cluster").batch.cluster._at_work))
        return sum(runs.values())

    with closing(clustered(job, captures, client)) as results:
        assert next(results).capture == captures[0]
        until(lambda: at_work() == 1)
    assert at_work() == 0
    (result,) = clustered(job, captures[:1], client)
    assert result.error is None, "and the workers are there for the next run"


def test_workers_that_are_not_fit(beside: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused() -> str:
        with pytest.raises(ClusterError) as found:
            list(clustered(Job(HOW, outcomes), [str(FAILED)], beside))
        return str(found.value)

    with monkeypatch.context() as patched:
        patched.setattr("os.getcwd", lambda: "/nowhere")
        assert "does not see the folder /nowhere. Workers need the same files" in refused()
    with monkeypatch.context() as patched:
        about = pickle.dumps((str(FAILED), "run", "0.0.1", "/"))
        patched.setattr(cluster_module.pickle, "dumps", lambda what: about if "/nowhere" not in what else b"")
        assert f"has isakmp-analyzer {__version__}, and this is 0.0.1." in refused()
    with (
        Client(n_workers=1, processes=False, threads_per_worker=2, dashboard_address="127.0.0.1:0") as two,
        pytest.raises(ClusterError, match=r"has 2 threads, .* Begin workers with --nthreads 1"),
    ):
        list(clustered(Job(HOW, outcomes), [str(FAILED)], two))


def absent(*_: object) -> None:
    raise ModuleNotFoundError("No module named 'analyzer'")


def test_a_worker_without_the_package(beside: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster_module, "task", absent)
    with pytest.raises(ClusterError, match=r"A worker cannot load isakmp-analyzer .No module named 'analyzer'."):
        list(clustered(Job(HOW, outcomes), [str(FAILED)], beside))


def test_no_cluster(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(cluster_module, "_PATIENCE", 0.2)
    for address in ("tcp://127.0.0.1:9", "nothing", "ftp://x:1"):
        done = run("report", FAILED, HEALTHY, "-o", tmp_path / "out", "--scheduler", address)
        assert (done.exit_code, done.stderr.count("\n")) == (2, 1), done.stderr
        assert f"error: {address}: no Dask scheduler answers" in done.stderr
    monkeypatch.setitem(sys.modules, "distributed", None)
    done = run("report", FAILED, HEALTHY, "-o", tmp_path / "out", "--scheduler", "tcp://127.0.0.1:9")
    assert done.exit_code == 2
    assert "not installed; do: pip install distributed" in done.stderr
    assert not (tmp_path / "out").exists()


def test_options_that_a_cluster_does_not_go_with(tmp_path: Path) -> None:
    for option in ("--redact", "--verbose"):
        done = run("report", FAILED, HEALTHY, "-o", tmp_path / "out", "--scheduler", "tcp://127.0.0.1:9", option)
        assert done.exit_code == 2
        assert "does not go with --scheduler" in done.stderr


def rotated(folder: Path) -> list[str]:
    """A capture in three files, and others beside it."""
    data = Path(HEALTHY).read_bytes()
    places = borders(data)
    names = [folder / f"gw.pcap{number}" for number in range(3)]
    for name, part in zip(names, cut(data, [places[2], places[5]]), strict=True):
        name.write_bytes(part)
    return [*map(str, names), *map(str, DOZEN[:4])]


def test_workers_look_for_what_belongs_together(
    tmp_path: Path, beside: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who starts the run reads none of it: a set is looked at by its members, on several workers."""
    looked: list[Sequence[str]] = []
    look = cluster_module.looks_at

    def counted(captures: Sequence[str], *how: Any) -> dict[str, Glance]:
        looked.append(captures)
        return look(captures, *how)

    captures = rotated(tmp_path)
    here = joined(captures, HOW)
    monkeypatch.setattr(sources, "_WORTH", 1)
    monkeypatch.setattr(cluster_module, "looks_at", counted)
    there = joined(captures, HOW, None, beside)
    assert there == here
    assert len(here.captures) < len(captures)
    assert len(looked) == 4
    assert sorted(name for some in looked for name in some) == sorted(captures)


def test_what_workers_were_lost_at_is_looked_at_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    captures = rotated(tmp_path)
    monkeypatch.setattr(sources, "_WORTH", 1)
    nobody = Elsewhere(3, lambda _shares, _ports, _max_expansion: [])
    assert sources.sources(captures, (500, 4500), elsewhere=nobody) == sources.sources(captures, (500, 4500))


def test_a_worker_that_is_not_fit_looks_at_nothing(
    tmp_path: Path, beside: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_version: str, _folder: str) -> None:
        raise ClusterError("The worker has another version")

    captures = rotated(tmp_path)
    monkeypatch.setattr(sources, "_WORTH", 1)
    monkeypatch.setattr(cluster_module, "_check", refuse)
    with pytest.raises(ClusterError, match="another version"):
        joined(captures, HOW, None, beside)
