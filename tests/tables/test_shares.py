"""Several processes fill the tables as one does."""

import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from analyzer import net
from analyzer.analysis import Analysis
from analyzer.assessment import judge
from analyzer.assessment.case import Case
from analyzer.processes import START_METHOD
from analyzer.tables import shares
from analyzer.tables.columns import negotiations
from analyzer.tables.schema import SCHEMA
from analyzer.tables.store import Row
from benchmarks.make_capture import make_capture
from tests.fixtures.cases import Case as Fixture
from tests.fixtures.cases import cases

pytestmark = pytest.mark.skipif(START_METHOD != "fork", reason="processes are not forked here")
HERE = os.getpid()


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """A few negotiations are worth it."""
    monkeypatch.setattr(shares, "LEAST", 1)


def tables_of(*captures: Path, jobs: int, wanted: dict[str, list[str] | None] | None = None) -> dict[str, list[Row]]:
    analysis = Analysis(wanted=wanted)
    analysis.jobs = jobs
    for capture in captures:
        analysis.add(capture)
    return {name: list(analysis.tables[name].rows()) for name in SCHEMA}


@pytest.fixture(scope="module")
def mix(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("shares") / "mix.pcap"
    make_capture(path, "ike", 1500)
    return path


def counted_cases(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Has one more entry for each case that is judged in this process."""
    judged: list[int] = []
    before = judge.Case.__init__

    def init(self: Case, *args: object) -> None:
        judged.append(0)
        before(self, *args)  # type: ignore[arg-type]

    monkeypatch.setattr(judge.Case, "__init__", init)
    return judged


def test_a_mix_has_the_same_rows(mix: Path) -> None:
    alone = tables_of(mix, jobs=1)
    assert len(alone["negotiations"]) > 50
    assert len({row[0] for row in alone["findings"]}) > 10
    assert None in {row[SCHEMA["findings"].names.index("negotiation")] for row in alone["findings"]}
    for jobs in (2, 3, 9):
        assert tables_of(mix, jobs=jobs) == alone


@pytest.mark.sweep
@pytest.mark.parametrize("one", cases()[::8], ids=str)
def test_fixtures_have_the_same_rows(one: Fixture, mix: Path) -> None:
    captures = mix, one.capture, one.capture
    assert tables_of(*captures, jobs=2) == tables_of(*captures, jobs=1)


@pytest.mark.sweep
@pytest.mark.parametrize("name", [name for name, schema in SCHEMA.items() if schema.by_negotiation])
def test_a_table_alone(mix: Path, name: str) -> None:
    wanted: dict[str, list[str] | None] = {name: None}
    assert tables_of(mix, jobs=2, wanted=wanted) == tables_of(mix, jobs=1, wanted=wanted)


@pytest.mark.parametrize("shared", ["child_sas", "exchanges", "negotiations", "mismatches"])
def test_what_is_made_here_is_judged_by_all(mix: Path, monkeypatch: pytest.MonkeyPatch, shared: str) -> None:
    """Whether or not the rows of the others ask for it."""
    columns = ["negotiation", "outcome"] if shared == "negotiations" else None
    wanted: dict[str, list[str] | None] = {"responders": None, shared: columns}
    alone = tables_of(mix, jobs=1, wanted=wanted)
    assert alone["responders"]
    judged = counted_cases(monkeypatch)
    assert tables_of(mix, jobs=2, wanted=wanted) == alone
    judged_here = len(judged)
    judged.clear()
    tables_of(mix, jobs=1, wanted=wanted)
    assert judged_here <= len(judged) // 2 + 1


@pytest.mark.parametrize("sent", [({}, {}), shares._Rows({}, {})])
def test_what_comes_from_another_place_is_not_taken(
    mix: Path, monkeypatch: pytest.MonkeyPatch, sent: tuple[object, ...]
) -> None:
    alone = tables_of(mix, jobs=1)
    monkeypatch.setattr(shares, "_apart", lambda channel, **_: channel.send(sent))
    assert tables_of(mix, jobs=2) == alone


def elsewhere(monkeypatch: pytest.MonkeyPatch, act: Callable[[], None]) -> None:
    """Have the other process do something in the midst of its rows."""
    before = negotiations.span_of

    def span_of(n: object) -> object:
        if os.getpid() != HERE:
            act()
        return before(n)  # type: ignore[arg-type]

    monkeypatch.setattr(negotiations, "span_of", span_of)


def fail() -> None:
    raise ValueError


@pytest.mark.parametrize("act", [fail, lambda: os.kill(os.getpid(), signal.SIGKILL)])
def test_what_a_process_does_not_do_is_done_here(
    mix: Path, monkeypatch: pytest.MonkeyPatch, act: Callable[[], None]
) -> None:
    alone = tables_of(mix, mix, jobs=1)
    elsewhere(monkeypatch, act)
    assert tables_of(mix, mix, jobs=2) == alone


def test_without_a_process_all_is_done_here(mix: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    alone = tables_of(mix, jobs=1)

    def no_fork() -> int:
        raise BlockingIOError

    monkeypatch.setattr(os, "fork", no_fork)
    assert tables_of(mix, jobs=2) == alone


def test_faults_of_all_are_counted(mix: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def init(self: Case, *_: object) -> None:
        net.catch(ValueError(), "")
        before(self, *_)  # type: ignore[arg-type]

    before = judge.Case.__init__
    monkeypatch.setattr(judge.Case, "__init__", init)
    monkeypatch.setattr(net, "faults", net.Counter())
    count = len(tables_of(mix, jobs=2)["negotiations"])
    assert net.faults.total() == count


@pytest.mark.parametrize(
    ("count", "rest", "lengths"),
    [
        (2, 0.0, [50, 50]), (3, 0.0, [33, 34, 33]), (2, 0.2, [60, 40]), (4, 0.2, [30, 30, 30, 10]),
        (8, 0.2, [15, 15, 15, 15, 15, 15, 10, 0]),
    ],
)  # fmt: skip
def test_who_does_the_rest_has_fewer(count: int, rest: float, lengths: list[int]) -> None:
    parts = shares._parts(range(100), count, rest)  # type: ignore[arg-type]
    assert [number for part in parts for number in part] == [*range(100)]
    assert [*map(len, parts)] == lengths


def test_work_is_shared(mix: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    judged = counted_cases(monkeypatch)
    for jobs in (1, 2, 4):
        judged.clear()
        count = len(tables_of(mix, jobs=jobs)["negotiations"])
        assert len(judged) <= count * (1 + (shares.REST if jobs > 1 else 0)) / jobs + 1
    judged.clear()
    monkeypatch.setattr(shares, "LEAST", count + 1)
    tables_of(mix, jobs=2)
    assert len(judged) == count, "too few for a process more"
