"""What read_folder reports is what the command does."""

import shutil
import sys
from pathlib import Path

import pandas as pd
import pytest

import analyzer
from analyzer.errors import AnalyzerError, CaptureError, OutputError, PolicyError
from tests.cli.running import FAILED, HEALTHY, WEAK, run


def captures(folder: Path) -> Path:
    for capture in (FAILED, HEALTHY, WEAK):
        (folder / "in").mkdir(exist_ok=True)
        shutil.copy(capture, folder / "in" / f"{capture.parent.name}.pcap")
    return folder / "in"


def tree(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_folder_is_that_of_the_command_and_its_tables_are_those_of_each(tmp_path: Path) -> None:
    folder = captures(tmp_path)
    found = analyzer.read_folder(folder, tmp_path / "out")
    done = run("report", folder, "-o", tmp_path / "same")
    assert done.exit_code == 0
    assert tree(tmp_path / "out") == tree(tmp_path / "same")
    for path in folder.iterdir():
        now = found.negotiations[found.negotiations["capture"] == str(path)].drop(columns="report")
        pd.testing.assert_frame_equal(now.reset_index(drop=True), analyzer.read_pcap(path).negotiations)


def test_a_second_run_takes_over_what_is_there(tmp_path: Path) -> None:
    folder = captures(tmp_path)
    analyzer.read_folder(sorted(folder.iterdir())[:2], tmp_path / "out")
    pages = sorted((tmp_path / "out").glob("*/report.html"))
    before = [path.stat().st_mtime_ns for path in pages]
    found = analyzer.read_folder(folder, tmp_path / "out")
    assert [path.stat().st_mtime_ns for path in pages] == before
    assert len(found.captures) == 3
    analyzer.read_folder(folder, tmp_path / "out", policy="bsi")
    assert [path.stat().st_mtime_ns for path in pages] != before


def test_the_workers_of_a_client_do_it(tmp_path: Path) -> None:
    from distributed import Client

    folder = captures(tmp_path)
    with Client(n_workers=1, processes=False, threads_per_worker=1, dashboard_address="127.0.0.1:0") as client:
        analyzer.read_folder(folder, tmp_path / "many", client)
    analyzer.read_folder(folder, tmp_path / "one")
    assert tree(tmp_path / "many") == tree(tmp_path / "one")


def test_what_cannot_be_read_is_a_warning_and_in_the_index(tmp_path: Path) -> None:
    folder = captures(tmp_path)
    (folder / "bad.pcap").write_text("no capture")
    with pytest.warns(UserWarning, match=r"bad\.pcap") as warned:
        found = analyzer.read_folder([folder, tmp_path / "nowhere.pcap"], tmp_path / "out")
    assert sorted("nowhere" in str(warning.message) for warning in warned) == [False, True]
    assert len(found.captures) == 3
    assert "2 inputs could not be read" in (tmp_path / "out" / "index.html").read_text("utf-8")
    with pytest.warns(UserWarning, match="nowhere"), pytest.raises(CaptureError, match="no dataset is there"):
        analyzer.read_folder(tmp_path / "nowhere.pcap", tmp_path / "none")


def test_mistakes_of_the_caller(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = captures(tmp_path)
    with pytest.raises(PolicyError):
        analyzer.read_folder(folder, tmp_path / "out", policy="none")
    (tmp_path / "empty").mkdir()
    with pytest.raises(CaptureError, match="no capture in this folder"):
        analyzer.read_folder(tmp_path / "empty", tmp_path / "out")
    shutil.copy(FAILED, tmp_path / "index.html")
    with pytest.raises(OutputError, match="it is the input"):
        analyzer.read_folder(tmp_path / "index.html", tmp_path)
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    with pytest.raises(AnalyzerError, match="pip install pyarrow"):
        analyzer.read_folder(folder, tmp_path / "out")
    assert not (tmp_path / "out").exists()
