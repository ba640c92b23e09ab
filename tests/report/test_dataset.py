"""Where the parts of a dataset stand, whatever captures are called."""

import json
from pathlib import Path
from urllib.parse import unquote

import pyarrow.parquet as pq
from hypothesis import given
from hypothesis import strategies as st

import analyzer
from analyzer.capture.sets import CaptureSet
from analyzer.report.dataset import partition, planned_parts, write_dataset, write_parts
from analyzer.report.outputs import _OWN, OutputFolder, folder_of
from analyzer.tables.store import Table, Tables
from analyzer.tables.text import utf8
from tests.fixtures.cases import case

HOSTILE = ["../../x", "/etc/passwd", "a b%2F..=", "A.pcap", "a.pcap", "ä" * 300 + "1", "ä" * 300 + "2", "\ud800", "\0"]


@given(st.text(st.characters(exclude_categories=["Cs"])), st.text(st.characters(exclude_categories=["Cs"])))
def test_a_name_is_one_folder_that_the_manifest_may_list(one: str, other: str) -> None:
    name = partition(one)
    assert "/" not in name
    assert len(name) <= 200
    assert _OWN.fullmatch(f"dataset/messages/{name}/part-0.parquet")
    assert (partition(other) == name) == (one == other)
    if one and "~" not in name:
        assert unquote(name.removeprefix("capture=")) == one


def test_what_is_planned_is_all_that_is_written_of_a_set(tmp_path: Path) -> None:
    captures = Tables()["captures"].schema
    made = CaptureSet([HOSTILE])
    table = Table(captures)
    for name in (*HOSTILE, str(made)):
        table.append(tuple(name if column == "capture" else None for column in captures.names))
    with OutputFolder(tmp_path / "out") as out:
        write_parts({"captures": table, "flows": Tables()["flows"]}, made, "gw-2.x-of-y", out.binary)
        assert set(out.written) <= set(planned_parts(made, "gw-2.x-of-y"))
        assert {folder_of(name) for name in planned_parts(made, "gw-2.x-of-y")} == {"gw-2.x-of-y"}
    found = analyzer.open_dataset(tmp_path / "out").captures
    assert found["capture"].tolist() == [utf8(name) for name in (*HOSTILE, str(made))]
    assert set(found["report"]) == {"gw-2.x-of-y"}
    parts = [path.name.lower() for path in (tmp_path / "out").rglob("*.parquet")]
    assert len(set(parts)) == len(HOSTILE) + 1


def test_hostile_names_neither_leave_the_folder_nor_meet(tmp_path: Path) -> None:
    captures = Tables()["captures"].schema
    table = Table(captures)
    for name in HOSTILE:
        table.append(tuple(name if column == "capture" else None for column in captures.names))
    with OutputFolder(tmp_path / "out") as out:
        write_dataset({"captures": table}, out.binary)
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    assert analyzer.open_dataset(tmp_path / "out").captures["capture"].tolist() == [utf8(name) for name in HOSTILE]
    parts = [path.name for path in (tmp_path / "out").rglob("*.parquet")]
    assert len(set(parts)) == len(HOSTILE)  # also where a file system does not know "A" from "a"


def test_a_later_run_takes_the_place_of_an_earlier_one(tmp_path: Path) -> None:
    analysis = analyzer.read_pcap(case("ikev2-psk-gcm").capture)
    for tables in (analysis.tables, {"captures": analysis.tables["captures"]}):
        with OutputFolder(tmp_path) as out:
            write_dataset(tables, out.binary)
    assert {path.name for path in tmp_path.iterdir()} == {"captures", "manifest.json"}
    (part,) = json.loads((tmp_path / "manifest.json").read_text())["outputs"]
    metadata = pq.read_schema(tmp_path / part).metadata
    assert metadata[b"version"].decode() == analyzer.__version__
    assert metadata[b"table"] == b"captures"
