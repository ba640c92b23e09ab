"""What a manifest says of the reports and the dataset beside it. Nothing in it is to be trusted."""

import json
from pathlib import Path
from typing import Any

import pytest

from analyzer.errors import CaptureError
from analyzer.report.json import json_pieces
from analyzer.report.saved import Saved, read_reports, saved_in
from analyzer.report.snapshot import COMPARED, snapshot
from tests.report.sample import PROVENANCE, put, sample

PART = "negotiations/capture=a.pcap/part-0-of-a.parquet"


def written(folder: Path, **values: Any) -> Path:
    """A folder with a manifest."""
    folder.mkdir(parents=True, exist_ok=True)
    saved = {"program": "isakmp-analyzer", "version": "1", "finished": True, "inputs": [], "outputs": {}} | values
    (folder / "manifest.json").write_text(json.dumps(saved))
    return folder


def found(folder: Path) -> Saved:
    saved = saved_in(folder)
    assert saved is not None
    return saved


def test_reports_the_dataset_and_what_was_not_read(tmp_path: Path) -> None:
    members = [{"path": "b1.pcap", "sha256": "0"}, {"path": "b2.pcap", "sha256": None}]
    inputs: list[dict[str, Any]] = [
        {"path": "a.pcap", "report": "a/report.html"},
        {"path": "a set", "report": "b1-and-1-more/report.html", "members": members},
        {"path": "c.pcap", "report": None, "error": "c.pcap: no capture"},
        {"path": "d.pcap", "report": None, "error": ""},
    ]
    outputs = {f"dataset/{PART}": "0", "a/report.json": "0", "a/tables/negotiations.csv": "0"}
    saved = found(written(tmp_path, inputs=inputs, outputs=outputs))
    assert saved.reports == (tmp_path / "a", tmp_path / "b1-and-1-more")
    assert saved.sources == (("a.pcap", ""), ("a set", "0 "))
    assert (saved.dataset, saved.parts) == (tmp_path / "dataset", {PART})
    assert saved.unread == ("c.pcap: no capture", "d.pcap")
    assert (saved.members, saved.csv) == (("b1.pcap", "b2.pcap"), False)
    assert saved.parts_of(["negotiations", "captures"]) == {PART}
    assert saved.parts_of(["captures"]) == set()


def test_the_report_of_one_capture_an_export_and_one_as_csv(tmp_path: Path) -> None:
    one = found(written(tmp_path / "one", inputs=[{"path": "a.pcap", "report": "report.html"}]))
    assert (one.reports, one.dataset) == ((tmp_path / "one",), None)
    inputs: list[dict[str, Any]] = [{"path": "a.pcap", "sha256": "0"}, {"path": "b", "sha256": None, "error": "b: odd"}]
    parquet = found(written(tmp_path / "export", inputs=inputs, outputs={PART: "0"}))
    assert parquet == ((), (), tmp_path / "export", {PART}, ("b: odd",), (), False)
    plain = found(written(tmp_path / "csv", inputs=inputs, outputs={"captures.csv": "0"}))
    assert (plain.dataset, plain.csv) == (None, True)
    nothing = [{"path": "b", "report": None, "error": "b: odd"}]  # a report of which no capture could be read
    assert not found(written(tmp_path / "none", inputs=nothing, outputs={"failures.csv": "0"})).csv


def test_a_dataset_is_looked_up_in_the_manifest_above_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inputs = [{"path": "a.pcap", "report": "a/report.html"}, {"path": "b", "report": None, "error": "b: odd"}]
    written(tmp_path, inputs=inputs, outputs={f"dataset/{PART}": "0"})
    (tmp_path / "dataset").mkdir()
    (tmp_path / "data").mkdir()
    known = (), {PART}, ("b: odd",)
    below = found(tmp_path / "dataset")
    assert (below.reports, below.parts, below.unread) == known
    monkeypatch.chdir(tmp_path / "dataset")
    here = found(Path())
    assert (here.reports, here.parts, here.unread) == known
    assert saved_in(tmp_path / "data") is None
    written(tmp_path, inputs=inputs, outputs={})  # not its dataset
    assert saved_in(tmp_path / "dataset") is None


def test_a_run_that_has_not_ended_is_refused_and_one_that_ended_early_said(tmp_path: Path) -> None:
    assert found(written(tmp_path, finished=False)).unread == (f"{tmp_path}: the run that wrote into it ended early",)
    named = [{"path": "a", "report": None, "error": "a: the run was interrupted"}]
    assert found(written(tmp_path, finished=False, inputs=named)).unread == ("a: the run was interrupted",)
    (tmp_path / "unfinished-run.txt").write_text("")
    with pytest.raises(CaptureError, match="a run is writing into it, or was ended"):
        saved_in(tmp_path)
    (tmp_path / "manifest.json").unlink()
    with pytest.raises(CaptureError, match="a run is writing into it, or was ended"):
        saved_in(tmp_path)


def test_a_manifest_of_something_else_is_passed_by(tmp_path: Path) -> None:
    assert saved_in(tmp_path) is None
    (tmp_path / "manifest.json").write_text('{"name": "a web page"}')
    assert saved_in(tmp_path) is None


@pytest.mark.parametrize(
    "values",
    [
        {"inputs": [{"path": "a", "report": "../a/report.html"}]},
        {"inputs": [{"path": "a", "report": "/etc/report.html"}]},
        {"inputs": [{"path": "a", "report": "a/b/report.html"}]},
        {"inputs": [{"path": "a", "report": 5}]},
        {"inputs": [{"path": "a", "report": None}]},
        {"inputs": ["a"]},
        {"inputs": 5},
        {"inputs": [{"members": ["a"]}]},
        {"inputs": [{"error": None}]},
        {"outputs": None},
        {"outputs": [5]},
        {"outputs": 5},
    ],
)
def test_what_ours_never_say_is_refused(tmp_path: Path, values: dict[str, Any]) -> None:
    with pytest.raises(CaptureError, match="is no manifest of a report or an export"):
        saved_in(written(tmp_path, **values))


@pytest.mark.parametrize(
    "part", ["../x/capture=a/part-0.parquet", "x/capture=../../part-0.parquet", "x/y/part-0.parquet"]
)
def test_no_part_leads_out_of_the_dataset(tmp_path: Path, part: str) -> None:
    assert found(written(tmp_path, outputs={part: "0", f"dataset/{part}": "0"})).parts == frozenset()


def test_reports_are_read_as_one_run_and_one_that_is_gone_is_said(tmp_path: Path) -> None:
    other = sample()
    put(other, "responders", ip="10.9.9.9", port=500, transport="udp", versions=(2,))
    for name, tables in (("a", sample()), ("b", other)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "report.json").write_text("".join(json_pieces(tables, PROVENANCE)))
    tables = read_reports([tmp_path / "a", tmp_path / "b"], COMPARED)
    numbers = tables["negotiations"].column("negotiation")
    assert sorted(numbers) == list(range(1, 2 * len(sample()["negotiations"]) + 1))
    assert snapshot(tables) == snapshot(other)
    assert snapshot(tables) != snapshot(sample())
    with pytest.raises(CaptureError, match=r"the report in it that manifest\.json lists is gone"):
        read_reports([tmp_path / "a", tmp_path / "c"], COMPARED)
