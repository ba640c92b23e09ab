import json
import os
import random
import shutil
from pathlib import Path
from typing import Any

import pytest

from analyzer.batch import each
from analyzer.capture import source, unchanged
from analyzer.cli import rounds
from analyzer.report import parts, seen
from analyzer.report.watched import WATCHED
from tests.cli.running import FAILED, HEALTHY, WEAK, run
from tests.cli.watching import Driver, nothing
from tests.conftest import FIXTURES
from tests.cut import cut
from tests.report.test_parts import ended_at, tree

SCAN = FIXTURES / "ikescan-main" / "capture.pcap"
OTHER = FIXTURES / "ikev2-ipv6" / "capture.pcap"
KILLS = int(os.environ.get("KILLS", "3"))


DRIFT = [("suite-changed", "weak.pcap"), ("finding-new", "weak.pcap")]


@pytest.fixture(autouse=True)
def _settled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unchanged, "SETTLED", -(1 << 62))


@pytest.fixture
def watch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Driver:
    """Over a folder with two captures."""
    folder = tmp_path / "captures"
    folder.mkdir()
    for name, capture in (("a", FAILED), ("b", HEALTHY)):
        shutil.copy(capture, folder / f"{name}.pcap")
    return Driver(monkeypatch, folder, tmp_path / "out")


def same_as_report(watch: Driver, tmp_path: Path) -> bool:
    """Whether OUT is what `report` makes of the folder, but for what only a watch keeps."""
    straight = tmp_path / "straight"
    shutil.rmtree(straight, ignore_errors=True)
    run("report", watch.folder, "-o", straight, "--jobs", "1")
    found = tree(watch.out)
    found.pop(WATCHED)
    return found == tree(straight)


def test_the_first_round_is_the_baseline_and_drift_from_it_is_printed_once(watch: Driver, tmp_path: Path) -> None:
    first = watch(nothing, nothing)
    assert (first.lines, first.result.exit_code) == ([], 130)
    assert "the baseline is what these show: 2 reports" in first.result.stderr
    assert first.result.stderr.endswith("the same command again goes on from here\ninterrupted\n")
    assert same_as_report(watch, tmp_path)

    def add() -> None:
        shutil.copy(WEAK, watch.folder / "weak.pcap")

    found = watch(nothing, add, nothing, nothing, nothing)
    assert found.kinds == DRIFT
    line, _ = found.lines
    assert list(line) == ["time", "kind", "subject", "text", "drift", "new", "capture", "frame_number"]
    assert (line["drift"], line["frame_number"], line["time"][-1]) == (True, 4, "Z")
    assert same_as_report(watch, tmp_path)
    change, *_ = json.loads(run("diff", HEALTHY, watch.folder / "weak.pcap", "--format", "json").stdout)
    assert {name: line[name] for name in change} == change
    again = watch(nothing, lambda: shutil.copy(WEAK, watch.folder / "again.pcap"), nothing, nothing)
    assert again.lines == [], "a copy shows nothing new"
    assert same_as_report(watch, tmp_path)


def test_what_is_written_is_not_read_before_it_is_finished(watch: Driver, tmp_path: Path) -> None:
    weak, begun = WEAK.read_bytes(), watch.folder / "weak.pcap"

    def write(size: int) -> Any:
        return lambda: begun.write_bytes(weak[:size])

    seen: list[bool] = []

    def look() -> None:
        seen.append((watch.out / "weak").exists())

    found = watch(nothing, write(300), write(len(weak) - 1), look, look, write(len(weak)), look, look)
    assert found.kinds == DRIFT
    assert seen == [False, False, False, True]
    assert found.result.stderr.count("ends inside a record, and waits") == 1
    assert "capture-cut" not in (watch.out / "weak" / "report.json").read_text()
    assert same_as_report(watch, tmp_path)


def test_a_file_that_appears_behind_the_look_is_left_for_the_next_round(watch: Driver) -> None:
    real = rounds.write_reports

    def late(*words: Any, **more: Any) -> Any:
        shutil.copy(WEAK, watch.folder / "late.pcap")
        return real(*words, **more)

    watch._patch.setattr(rounds, "write_reports", late)
    watch(nothing)
    assert sorted(path.name for path in watch.out.iterdir() if path.is_dir()) == ["a", "b", "dataset"]


def test_a_finished_file_is_read_as_soon_as_it_has_its_name(watch: Driver) -> None:
    part = watch.folder.parent / "x.part"

    def rename() -> None:
        (watch.folder / "sub" / "x.pcap.tmp").rename(watch.folder / "weak.pcap")

    def begin() -> None:
        (watch.folder / "sub").mkdir()
        shutil.copy(WEAK, part)
        part.rename(watch.folder / "sub" / "x.pcap.tmp")

    found = watch(nothing, begin, rename)
    assert found.kinds == DRIFT


def test_a_file_that_grows_again_is_read_again_and_one_that_is_gone_leaves(watch: Driver, tmp_path: Path) -> None:
    def grow() -> None:
        with (watch.folder / "a.pcap").open("ab") as file:
            file.write(HEALTHY.read_bytes()[24:])

    watch(nothing, grow, nothing, nothing)
    assert same_as_report(watch, tmp_path)
    watch(nothing, (watch.folder / "a.pcap").unlink, nothing)
    assert same_as_report(watch, tmp_path)
    assert not (watch.out / "a").exists()
    before = tree(watch.out)
    watch(nothing, (watch.folder / "b.pcap").unlink, nothing)
    watch(nothing, lambda: shutil.rmtree(watch.folder), nothing)
    assert tree(watch.out) == before, "an empty folder, or none, is one that is not mounted"


def test_files_of_a_rotation_are_read_as_one(watch: Driver, tmp_path: Path) -> None:
    cut(FIXTURES / "ikev2-psk-gcm" / "capture.pcap", tmp_path, [3])

    def add(number: int) -> Any:
        return lambda: shutil.copy(tmp_path / f"part{number}.pcap", watch.folder / f"x{number}.pcap")

    watch(nothing, add(1), nothing, add(2), nothing)
    assert (watch.out / "x1-and-1-more" / "report.html").exists()
    assert same_as_report(watch, tmp_path)


def test_a_negotiation_that_a_rotation_cuts_in_two_is_no_drift(watch: Driver, tmp_path: Path) -> None:
    whole = FIXTURES / "ikev2-psk-gcm" / "capture.pcap"
    cut(whole, tmp_path, [3])
    shutil.rmtree(watch.folder)
    watch.folder.mkdir()

    def add(number: int) -> Any:
        return lambda: shutil.copy(tmp_path / f"part{number}.pcap", watch.folder / f"x{number}.pcap")

    found = watch(add(1), nothing, add(2), nothing, options=("--separate", "--baseline", whole))
    assert found.lines == []
    assert {"x1", "x2", "dataset"} <= {path.name for path in watch.out.iterdir()}


def test_a_capture_that_cannot_be_read_is_named_once_and_not_tried_again(
    watch: Driver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = watch.folder / "bad.pcap"
    tried: list[str] = []
    real = each.work
    monkeypatch.setattr(each, "work", lambda job, capture, *more: tried.append(capture) or real(job, capture, *more))

    def spoil() -> None:
        bad.write_bytes(b"\n\r\r\n" + bytes(99))

    found = watch(spoil, nothing, lambda: shutil.copy(WEAK, watch.folder / "weak.pcap"), nothing)
    assert ("not-read", "bad.pcap") in found.kinds
    assert tried.count(str(bad)) == 1
    assert found.result.stderr.count(f"error: {bad}: ") == 1
    assert [line["subject"] for line in found.lines if line["kind"] == "not-read"] == [str(bad)]
    assert same_as_report(watch, tmp_path)
    assert watch(nothing, nothing).lines == [], "also over restarts"
    mended = watch(nothing, lambda: shutil.copy(OTHER, bad), nothing, spoil, nothing)
    assert [line["kind"] for line in mended.lines if line["subject"] == str(bad)] == ["not-read"]


def test_a_pair_that_fails_again_after_it_was_up_is_news_again(watch: Driver, tmp_path: Path) -> None:
    up, down = FIXTURES / "ikev2-psk-gcm" / "capture.pcap", FAILED
    shutil.rmtree(watch.folder)
    watch.folder.mkdir()
    steps = []
    for number, capture in enumerate((down, down, HEALTHY, down)):
        data = bytearray(capture.read_bytes())
        data[8] = number  # of the header, and means nothing: no file is a copy of another one

        def add(data: bytes = bytes(data), number: int = number) -> None:
            (watch.folder / f"{number}.pcap").write_bytes(data)

        steps += [add, nothing]
    run("report", up, "-o", tmp_path / "baseline")
    found = watch(*steps, options=("--baseline", tmp_path / "baseline", "--separate"))
    assert [kind for kind in found.kinds if kind[0] == "outcome-changed"] == [
        ("outcome-changed", "0.pcap"),
        ("outcome-changed", "3.pcap"),
    ]


def test_a_round_reads_only_what_is_new(watch: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (parts, seen):
        monkeypatch.setattr(module, "SETTLED", -(1 << 62))
    read, checked = list[str](), list[str]()
    for module, name, names, place in ((source, "_open", read, 0), (parts, "is_as_written", checked, 1)):
        real = getattr(module, name)

        def noted(*words: Any, real: Any = real, names: list[str] = names, place: int = place) -> Any:
            names.append(Path(words[place]).name if place == 0 else words[place].partition("/")[0])
            return real(*words)

        monkeypatch.setattr(module, name, noted)

    def add(number: int) -> Any:
        def step() -> None:
            shutil.copy((WEAK, OTHER)[number], watch.folder / f"new{number}.pcap")
            read.clear()
            checked.clear()

        return step

    watch(nothing, add(0), nothing, add(1), nothing)
    assert set(read) == {"new1.pcap"}
    assert {name for name in checked if name != "dataset"} == {"new0"}


def test_a_watch_that_was_killed_anywhere_goes_on_to_the_same_end(watch: Driver, tmp_path: Path) -> None:
    watch(nothing)
    baseline = tmp_path / "kept"
    shutil.copytree(watch.out, baseline)
    shutil.copy(WEAK, watch.folder / "weak.pcap")
    killed = 0
    for place in sorted(random.sample(range(60), KILLS)):
        shutil.rmtree(watch.out)
        shutil.copytree(baseline, watch.out)
        killed += ended_at(place, lambda: watch(nothing))
        again = watch(nothing)
        assert same_as_report(watch, tmp_path), place
        kept = json.loads((watch.out / WATCHED).read_text())
        assert len(kept["compared"]) == 3
        assert [one[0] for one in kept["emitted"]] == [kind for kind, _ in DRIFT]
        assert again.kinds in (DRIFT, []), "lines may come twice, and none is lost"
    assert killed
