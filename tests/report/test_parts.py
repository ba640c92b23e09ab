import gzip
import json
import os
import random
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from analyzer.batch.each import each
from analyzer.batch.reading import Reading
from analyzer.batch.reporting import report_job
from analyzer.capture.sets import CaptureSet
from analyzer.report import bulk, parts, seen
from analyzer.report import folder as folder_module
from analyzer.report.folder import Batch
from analyzer.report.outputs import OutputFolder
from analyzer.report.parts import RECORD, finished, recorded, whole
from tests.cli.running import FAILED, HEALTHY, WEAK, run
from tests.report.sample import PROVENANCE, sample

KILLS = int(os.environ.get("KILLS", "4"))
"""How many times a run is killed at a random place: KILLS=500 pytest tests/report/test_parts.py tries them all."""


def tree(folder: Path) -> dict[str, bytes]:
    """Every file below, hidden ones too."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def captures(tmp_path: Path) -> Path:
    folder = tmp_path / "captures"
    folder.mkdir()
    for name, capture in (("a", FAILED), ("b", HEALTHY), ("c", WEAK)):
        shutil.copy(capture, folder / f"{name}.pcap")
    return folder


def report(captures: Path, out: Path, *more: str | Path) -> str:
    """Standard error of a run of one process that does all there is to do."""
    done = run("report", captures, "-o", out, "--separate", "--jobs", "1", *more)
    assert done.exit_code == 0, done.stderr
    return done.stderr


def taken(stderr: str) -> int:
    """How many reports it says to have taken over."""
    line = next((line for line in stderr.splitlines() if " taken over " in line), "0")
    return int(line.split()[0])


def worked_on(stderr: str, captures: Path) -> set[str]:
    return {name for name in "abc" if f"{captures / name}.pcap: " in stderr}


def ended_at(step: int, work: Callable[[], object]) -> bool:
    """Do the work in a process that is gone, with nothing cleaned up, before it has changed its folder `step` times.

    False if it was done before.
    """
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
    left = [step]

    def counted(real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **more: Any) -> Any:
            left[0] -= 1
            if left[0] < 0:
                os._exit(9)
            return real(*args, **more)

        return call

    with suppress(BaseException):
        for name in ("replace", "unlink", "rmdir", "mkdir"):
            setattr(os, name, counted(getattr(os, name)))
        work()
    os._exit(0)


def test_a_run_that_was_killed_anywhere_goes_on_to_the_same_end(tmp_path: Path, captures: Path) -> None:
    out, straight = tmp_path / "out", tmp_path / "straight"
    report(captures, straight)
    want = tree(straight)
    assert {name.rpartition("-of-")[2] for name in want if name.startswith("dataset/messages/")} == {
        f"{name}.parquet" for name in "abc"
    }
    places = list(range(2 * len(want) + 20))
    killed, reports = 0, set()
    for place in sorted(random.sample(places, min(KILLS, len(places)))):
        shutil.rmtree(out, ignore_errors=True)
        killed += ended_at(place, lambda: report(captures, out))
        stderr = report(captures, out)
        assert tree(out) == want, place
        assert taken(stderr) + len(worked_on(stderr, captures)) == 3
        reports.add(taken(stderr))
    assert killed
    assert len(reports) > 1 or KILLS < 20


def test_killed_again_and_again_and_with_other_options_between(tmp_path: Path, captures: Path) -> None:
    out, straight = tmp_path / "out", tmp_path / "straight"
    report(captures, straight)
    report(captures, out, "--policy", "bsi")
    for place in sorted(random.choices(range(60), k=max(3, KILLS // 4))):
        ended_at(place, lambda: report(captures, out))
    report(captures, out)
    assert tree(out) == tree(straight)


def test_nothing_is_read_again_that_has_not_changed(
    tmp_path: Path, captures: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    first = report(captures, out)
    assert taken(first) == 0
    before = tree(out)
    monkeypatch.setattr(seen, "SETTLED", -(1 << 62))
    monkeypatch.setattr("analyzer.capture.source.Source.__init__", None)
    stderr = report(captures, out)
    assert taken(stderr) == 3
    assert worked_on(stderr, captures) == set()
    assert tree(out) == before


def test_files_that_are_as_they_were_are_checked_once_by_a_process(
    tmp_path: Path, captures: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out, checked, read = tmp_path / "out", dict[str, bytes](), list[str]()
    report(captures, out)
    saved = parts.recorded(out, "a")
    real = parts.is_as_written

    def noted(folder: Path, name: str, digest: object) -> bool:
        read.append(name)
        return real(folder, name, digest)

    monkeypatch.setattr(parts, "is_as_written", noted)

    def is_whole() -> bool:
        read.clear()
        return whole(out, "a", saved["made_from"], checked) is not None

    monkeypatch.setattr(parts, "SETTLED", 1 << 62)
    assert is_whole()
    assert checked == {}, "they were written a moment ago: a change might not be seen"
    monkeypatch.setattr(parts, "SETTLED", -(1 << 62))
    assert (is_whole(), bool(read)) == (True, True)
    assert (is_whole(), bool(read)) == (True, False)
    page = out / "a" / "report.html"
    os.utime(page, (5, 5))
    assert (is_whole(), bool(read)) == (True, True)
    page.write_text("other")
    assert not is_whole()
    page.unlink()
    assert not is_whole()


def test_what_belongs_together_is_not_looked_for_again(
    tmp_path: Path, captures: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copy(captures / "a.pcap", captures / "copy-of-a.pcap")
    with (captures / "copy-of-a.pcap").open("ab") as file:
        file.write(bytes(4))
    shutil.copy(captures / "b.pcap", captures / "same-as-b.pcap")
    words = ["report", captures, "-o", tmp_path / "out", "--jobs", "1"]
    first = run(*words)
    assert "are read as one capture" in first.stderr
    assert "same-as-b.pcap has the same bytes as" in first.stderr
    before = tree(tmp_path / "out")
    monkeypatch.setattr(seen, "SETTLED", -(1 << 62))
    with monkeypatch.context() as patched:
        patched.setattr("analyzer.capture.source.Source.__init__", None)
        patched.setattr("analyzer.capture.joining.sources.sources", None)
        second = run(*words)
    assert second.stderr.splitlines()[:2] == first.stderr.splitlines()[:2]
    assert taken(second.stderr) == 3
    assert tree(tmp_path / "out") == before
    (captures / "c.pcap").unlink()
    assert run(*words).exit_code == 0
    run(*words[:3], tmp_path / "straight", *words[4:])
    assert tree(tmp_path / "out") == tree(tmp_path / "straight")


def test_what_was_touched_is_hashed_and_what_is_another_is_reported_again(tmp_path: Path, captures: Path) -> None:
    out, straight = tmp_path / "out", tmp_path / "straight"
    report(captures, out)
    os.utime(captures / "a.pcap")
    assert taken(report(captures, out)) == 3
    shutil.copy(FAILED, captures / "b.pcap")
    assert worked_on(report(captures, out), captures) == {"b"}
    report(captures, straight)
    assert tree(out) == tree(straight)


def test_a_capture_that_went_away_leaves_nothing_but_what_is_not_ours(tmp_path: Path, captures: Path) -> None:
    out = tmp_path / "out"
    report(captures, out)
    (out / "b" / "report.html").write_text("edited")
    (out / "c" / "notes.txt").write_text("of the user")
    notes = next((out / "dataset" / "flows").rglob("*-of-c.parquet")).with_name("notes.parquet")
    notes.write_text("of the user")
    for name in "bc":
        (captures / f"{name}.pcap").unlink()
    shutil.copy(WEAK, captures / "d.pcap")
    stderr = report(captures, out)
    assert taken(stderr) == 1
    assert "kept, though changed since an earlier run wrote it: b/report.html" in stderr
    assert {name for name in tree(out) if name[:2] in ("b/", "c/")} == {"b/report.html", "c/notes.txt"}
    parts = [path for path in (out / "dataset").rglob("*.parquet") if path != notes]
    assert {path.stem.rpartition("-of-")[2] for path in parts} == {"a", "d"}
    assert notes.exists()


@pytest.mark.parametrize(
    "more", [("--policy", "bsi"), ("--csv-raw",), ("--tz", "+01:00"), ("--where", "ike_version == 2"), ("--fresh",)]
)
def test_with_other_options_all_is_made_again(more: tuple[str, ...], tmp_path: Path, captures: Path) -> None:
    out, straight = tmp_path / "out", tmp_path / "straight"
    report(captures, out)
    assert worked_on(report(captures, out, *more), captures) == set("abc")
    report(captures, straight, *more)
    assert tree(out) == tree(straight)


def test_so_it_is_with_other_keys_under_the_same_name(tmp_path: Path, captures: Path) -> None:
    keys = tmp_path / "keys"
    shutil.copy(HEALTHY.with_name("capture.keys"), keys)
    report(captures, tmp_path / "out", "--keys", keys)
    assert taken(report(captures, tmp_path / "out", "--keys", keys)) == 3
    keys.write_text(keys.read_text() + "\n")
    assert taken(report(captures, tmp_path / "out", "--keys", keys)) == 0


def test_so_it_is_with_a_set_of_which_one_file_changed_or_cannot_be_read(tmp_path: Path, captures: Path) -> None:
    out = tmp_path / "out"
    shutil.copy(FAILED, tmp_path / "alone.pcap")
    made = CaptureSet([[str(captures / f"{name}.pcap") for name in "abc"]])
    how = Reading(None, ("ietf",), (500, 4500))

    def again() -> list[str]:
        """Which reports of these two are taken over."""
        inputs = [made, str(tmp_path / "alone.pcap")]
        with OutputFolder(out) as folder, Batch(folder, inputs, PROVENANCE).again(how.depends()) as batch:
            known = list(batch.known)
            job = report_job(how, batch.reporter)
            for result in each(job, [capture for capture in inputs if capture not in known], 1):
                assert result.value is not None
                batch.take(result.value)
        return known

    assert [again(), again()] == [[], [str(made), str(tmp_path / "alone.pcap")]]
    shutil.copy(FAILED, captures / "c.pcap")
    assert again() == [str(tmp_path / "alone.pcap")]
    (captures / "c.pcap").write_text("no capture")
    again()
    assert again() == [str(tmp_path / "alone.pcap")], "who reads the set again reports the file again"


def test_what_somebody_changed_is_written_again_and_named(tmp_path: Path, captures: Path) -> None:
    out = tmp_path / "out"
    report(captures, out)
    want = tree(out)
    (out / "b" / "report.html").write_text("edited")
    (out / "c" / "report.json").unlink()
    next((out / "dataset" / "flows").rglob("*-of-a.parquet")).write_bytes(b"PAR1")
    stderr = report(captures, out)
    assert worked_on(stderr, captures) == {"a", "b", "c"}
    assert "replaced, though changed since an earlier run wrote it: b/report.html" in stderr
    assert tree(out) == want


def test_what_is_to_be_known_of_a_capture_is_known_when_it_is_taken_over(
    tmp_path: Path, captures: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("analyzer.capture.source.FREE_EXPANSION", 1 << 16)
    (captures / "d.pcap.gz").write_bytes(gzip.compress(FAILED.read_bytes() + bytes(4 << 20)))
    words = ["report", captures, "-o", tmp_path / "out", "--separate", "--max-expansion", "2", "--jobs", "1"]
    first, second = (run(*words) for _ in range(2))
    assert taken(second.stderr) == 4
    assert first.exit_code == second.exit_code == 3
    assert all("d.pcap.gz: not read to its end" in done.stderr for done in (first, second))


def test_a_full_disk_leaves_what_is_whole(tmp_path: Path, captures: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out, straight = tmp_path / "out", tmp_path / "straight"
    report(captures, straight)
    real, left = os.replace, [60]

    def replace(*args: Any) -> None:
        left[0] -= 1
        if left[0] < 0:
            raise OSError(28, "No space left on device")
        real(*args)

    with monkeypatch.context() as patched:
        patched.setattr(os, "replace", replace)
        done = run("report", captures, "-o", out, "--separate", "--jobs", "1")
    assert done.exit_code == 4
    assert "the same command again goes on where this run ends" in done.stderr
    assert taken(report(captures, out)) >= 1
    assert tree(out) == tree(straight)


def made(tmp_path: Path) -> tuple[Path, dict[str, Any]]:
    """A record, and what it says that its report was made from."""
    assert run("report", FAILED, HEALTHY, "-o", tmp_path / "out").exit_code == 0
    out = tmp_path / "out"
    return out, recorded(out, HEALTHY.parent.name)["made_from"]


def test_a_report_with_compressed_files_is_taken_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (bulk, folder_module):
        monkeypatch.setattr(module, "MOST_PLAIN", 0)
    with OutputFolder(tmp_path) as out, Batch(out, ["a.pcap"], PROVENANCE) as run:
        reporter = run.reporter._replace(options={})
        reported = reporter.finish(reporter.write("a.pcap", sample()))
        assert "a/failures.csv.gz" in reported.written
        taken = whole(tmp_path, "a", reporter.made_from("a.pcap"))
        assert taken is not None
        assert taken.written == reported.written


def test_a_record_that_is_damaged_or_lies_is_none(tmp_path: Path) -> None:
    out, made_from = made(tmp_path)
    name = HEALTHY.parent.name
    good = whole(out, name, made_from)
    assert good is not None
    assert whole(out, name, made_from | {"schema_version": 0}) is None
    file = out / name / RECORD
    text = file.read_text()
    saved = json.loads(text)
    del saved["sha256"]
    for lie in (
        {"entry": saved["entry"] | {"sas": "1"}},
        {"entry": saved["entry"] | {"outcomes": [["established"]]}},
        {"entry": saved["entry"] | {"first_time": "x"}},
        {"entry": saved["entry"] | {"capture": None}},
        {"entry": saved["entry"] | {"folder": "elsewhere"}},
        {"entry": saved["entry"] | {"filtered": {"filter": 1}}},
        {"entry": []},
        {"input": saved["input"] | {"report": "elsewhere/report.html"}},
        {"input": {}},
        {"outputs": {"../../etc/passwd": ""}},
        {"outputs": saved["outputs"] | {"dataset/flows/capture=x/part-0-of-other.parquet": ""}},
        {"outputs": saved["outputs"] | {"dataset/flows/capture=x/part-0.parquet": ""}},
        {"outputs": []},
        {"sentence": 1},
        {"unopened": [1]},
    ):
        false = saved | lie
        file.write_text(json.dumps(false | {"sha256": parts._seal(false)}))
        assert finished(out, name, made_from) is None, lie
    for damaged in (text[:-9], text.replace("established", "failed"), "", "[]", "{}", "[" * 100_000):
        file.write_text(damaged)
        assert recorded(out, name) == {}
    file.unlink()
    file.symlink_to("/dev/zero")
    assert recorded(out, name) == {}
