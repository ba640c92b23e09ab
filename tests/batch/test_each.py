import gc
import os
import shutil
import weakref
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from analyzer.analysis import Analysis
from analyzer.batch import each as each_module
from analyzer.batch import pool
from analyzer.batch.each import each, is_small
from analyzer.batch.work import Job
from analyzer.capture.sets import CaptureSet
from tests.batch.jobs import HOW, in_turn, outcomes, raised
from tests.cli.running import FAILED, HEALTHY, WEAK

CAPTURES = [str(FAILED), str(HEALTHY), "/nowhere/x.pcap", str(WEAK), str(FAILED), str(HEALTHY)]


def test_results_are_the_same_with_any_number_of_processes() -> None:
    for through in (False, True):
        job = Job(HOW, outcomes, through=through)
        alone = [(r.capture, r.value, str(r.error)) for r in each(job, CAPTURES, 1)]
        assert [capture for capture, _, _ in alone] == CAPTURES
        assert [number for _, value, _ in alone for number, _ in value or ()] == (
            [1, 2, 3, 4, 5] if through else [1] * 5
        )
        for jobs in (2, 3, 8):
            assert [(r.capture, r.value, str(r.error)) for r in each(job, CAPTURES, jobs)] == alone


def named(folder: Path, *names: str) -> list[str]:
    """Copies of a capture."""
    return [shutil.copy(FAILED, folder / f"{name}.pcap").__str__() for name in names]


def workers(folder: Path, captures: list[str], jobs: int) -> list[int | None]:
    job = Job(HOW, partial(in_turn, marks=folder, waits={}), {})
    return [result.value for result in each(job, captures, jobs)]


def test_which_process_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    captures, here = named(tmp_path, *"abcd"), os.getpid()
    assert workers(tmp_path, captures, 1) == [here] * 4
    assert workers(tmp_path, captures[:2], 8) == [here] * 2, "one beside the first, which is small"
    first, *others = workers(tmp_path, captures, 8)
    assert first == here
    assert here not in others
    monkeypatch.setattr(each_module, "SMALL", 0)
    assert here not in workers(tmp_path, captures[:2], 8)
    assert workers(tmp_path, captures[:1], 8) == [here]


def test_what_is_no_file_is_read_by_this_process_and_so_are_the_others(tmp_path: Path) -> None:
    captures = named(tmp_path, *"abc")
    os.mkfifo(tmp_path / "fifo")
    job = Job(HOW, partial(in_turn, marks=tmp_path, waits={}), {})
    with closing(each(job, [*captures, str(tmp_path / "fifo")], 8)) as results:
        assert [next(results).value for _ in captures] == [os.getpid()] * 3


def test_a_capture_that_failed_has_no_numbers() -> None:
    job = Job(HOW, partial(raised, errors={"capture": ValueError()}), through=True)
    numbered = Job(HOW, outcomes, through=True)
    assert all(result.error for result in each(job, [str(FAILED)] * 2, 1))
    assert [r.value for r in each(numbered, ["/nowhere", str(FAILED)], 1)] == [None, [(1, "failed")]]


def test_no_capture_and_no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "_Worker", None)
    assert list(each(Job(HOW, outcomes), [], 8)) == []


def test_small_is_a_file_that_is_there(tmp_path: Path) -> None:
    assert is_small(str(FAILED))
    large = tmp_path / "large.pcap"
    with large.open("wb") as file:
        file.truncate(each_module.SMALL)
    for capture in (str(large), "-", "/nowhere", "\0", str(tmp_path)):
        assert not is_small(capture)


def test_sets_of_captures_and_captures_side_by_side(monkeypatch: pytest.MonkeyPatch) -> None:
    captures = [CaptureSet([[str(FAILED), str(HEALTHY)]]), str(WEAK), CaptureSet([[str(WEAK)], [str(HEALTHY)]])]
    assert is_small(captures[0])
    job = Job(HOW, outcomes, through=True)
    alone = [(r.capture, r.value) for r in each(job, captures, 1)]
    assert [len(value or ()) for _, value in alone] == [2, 1, 2]
    monkeypatch.setattr(each_module, "SMALL", 0)
    assert not is_small(captures[0])
    assert [(r.capture, r.value) for r in each(job, captures, 2)] == alone


def test_a_set_with_a_pipe_is_read_by_this_process(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    captures = [CaptureSet([[str(FAILED), str(tmp_path / "fifo")]]), str(HEALTHY)]
    assert workers(tmp_path, captures, 8) == [os.getpid()] * 2


def test_what_is_kept_of_the_captures_before_is_not_searched_after_each_small_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    captures = named(tmp_path, *"abc")
    looked: list[int] = []
    monkeypatch.setattr(gc, "collect", lambda generation=2: looked.append(generation))
    workers(tmp_path, captures, 1)
    assert looked == [1, 1]
    monkeypatch.setattr(each_module, "SMALL", 0)
    workers(tmp_path, captures, 1)
    assert looked == [1, 1, 2, 2]


def test_a_small_capture_leaves_nothing_that_only_a_search_of_all_would_find(tmp_path: Path) -> None:
    kept: list[weakref.ref[Analysis]] = []
    job = Job(HOW, partial(remembered, kept=kept))
    for _ in each(job, named(tmp_path, *"abc"), 1):
        pass
    assert [one() is None for one in kept[:2]] == [True, True]


def remembered(_: str, analysis: Analysis, *, kept: list[weakref.ref[Analysis]]) -> None:
    kept.append(weakref.ref(analysis))
    analysis.circle = analysis  # type: ignore[attr-defined]
