"""A dataset gives back what the Analysis had: rows, types, times; and refuses what it cannot read."""

import os
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest

import analyzer
from analyzer.errors import AnalyzerError, CaptureError
from analyzer.report.dataset import write_dataset, write_parts
from analyzer.report.outputs import OutputFolder
from analyzer.tables.schema import SCHEMA
from tests.fixtures.cases import case
from tests.tables.test_parquet import part_of

CAPTURES = [case(name).capture for name in ("ikev2-psk-gcm", "ikev1-main-psk")]


@pytest.fixture(scope="module")
def analysis() -> analyzer.Analysis:
    return analyzer.read_pcap(CAPTURES)


@pytest.fixture(scope="module")
def folder(analysis: analyzer.Analysis, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("out") / "dataset"
    with OutputFolder(path) as out:
        write_dataset(analysis.tables, out.binary)
    return path


def test_every_table_comes_back_with_its_types(analysis: analyzer.Analysis, folder: Path) -> None:
    pd = pytest.importorskip("pandas")
    found = analyzer.open_dataset(folder.parent)  # in `dataset` below it
    for name in SCHEMA:
        was, now = getattr(analysis, name), getattr(found, name)
        assert list(now.dtypes) == list(was.dtypes), name
        assert now.attrs == was.attrs
        for column, dtype in was.dtypes.items():
            if str(dtype) == "object":  # lists, and what is missing
                assert [type(v) for v in now[column]] == [type(v) for v in was[column]], (name, column)
        pd.testing.assert_frame_equal(now, was)
    assert found.messages is found.messages
    assert (found.negotiations["nat"].isna().tolist(), len(found.comments)) == (
        analysis.negotiations["nat"].isna().tolist(),
        0,
    )


def test_only_columns_and_rows_that_are_asked_for(analysis: analyzer.Analysis, folder: Path, tmp_path: Path) -> None:
    found = analyzer.open_dataset(folder)
    capture = analysis.captures["capture"][1]
    wanted = analysis.messages[analysis.messages["capture"] == capture]["length"].tolist()
    read = found.read("messages", ["length"], ds.field("capture") == capture)
    assert (list(read), read["length"].tolist(), str(read["length"].dtype)) == (["length"], wanted, "Int64")
    with pytest.raises(KeyError, match="no_such"):
        found.read("messages", ["no_such"])
    with pytest.raises(KeyError, match="no_table"):
        found.read("no_table")
    # The part of the other capture is not opened for its rows
    other = next((folder / "messages").glob("capture=*ikev2-psk-gcm*/*.parquet"))
    data = other.read_bytes()
    try:
        middle = len(data) // 4
        other.write_bytes(data[:4] + bytes(middle) + data[4 + middle :])
        assert found.read("messages", ["length"], ds.field("capture") == capture)["length"].tolist() == wanted
        with pytest.raises(CaptureError, match="cannot be read as part of a dataset"):
            found.read("messages")
    finally:
        other.write_bytes(data)
    assert list(tmp_path.iterdir()) == []


def test_a_database_of_a_dataset_has_every_table(folder: Path, tmp_path: Path, analysis: analyzer.Analysis) -> None:
    duckdb = pytest.importorskip("duckdb")
    analyzer.open_dataset(folder).to_duckdb(tmp_path / "made.duckdb")
    with duckdb.connect(str(tmp_path / "made.duckdb"), read_only=True) as database:
        names = {name for (name,) in database.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
        assert names == {*SCHEMA, "schema_version"}
        assert database.execute("SELECT count(*) FROM messages").fetchone() == (len(analysis.messages),)


def test_what_is_no_dataset_or_a_newer_one_is_refused(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(CaptureError, match="no dataset is there"):
        analyzer.open_dataset(tmp_path)
    place = tmp_path / "captures" / "capture=x"
    place.mkdir(parents=True)
    part = place / "part-0.parquet"
    part.write_bytes(b"PAR1")
    with pytest.raises(CaptureError, match="cannot be read as part of a dataset"):
        analyzer.open_dataset(tmp_path)
    rows = pq.read_table(next((folder / "captures").glob("*/*.parquet")), partitioning=None)
    for version, said in (("999", "newer than"), ("x", "not a part of a dataset"), ("9" * 5000, "newer than")):
        pq.write_table(rows.replace_schema_metadata({"schema_version": version, "capture": "x"}), part)
        with pytest.raises(CaptureError, match=said):
            analyzer.open_dataset(tmp_path)
    pq.write_table(rows.drop_columns(["sha256"]).replace_schema_metadata({"schema_version": "0", "capture": "x"}), part)
    old = analyzer.open_dataset(tmp_path).captures  # an older one lacks columns: they are missing
    assert old["sha256"].isna().all()
    assert old["capture"].tolist() == ["x"]


WANTED = {"captures": ("capture", "filter"), "negotiations": ("negotiation", "outcome", "additional_ke_ids")}


def test_some_columns_as_an_analysis_keeps_them(analysis: analyzer.Analysis, folder: Path) -> None:
    tables = analyzer.open_dataset(folder).tables(WANTED)
    for name, columns in WANTED.items():
        assert list(tables[name].rows()) == list(analysis.tables[name].cells(*columns))
    assert len(tables["messages"]) == 0


def test_negotiations_of_a_report_count_through_all_its_captures(analysis: analyzer.Analysis, tmp_path: Path) -> None:
    with OutputFolder(tmp_path) as out:
        for report, capture in zip("ab", CAPTURES, strict=True):
            made = analyzer.read_pcap(capture).tables
            write_parts(made, str(capture), report, lambda name: out.binary(f"dataset/{name}"))
    tables = analyzer.open_dataset(tmp_path).tables(WANTED)
    assert list(tables["negotiations"].rows()) == list(analysis.tables["negotiations"].cells(*WANTED["negotiations"]))


def test_what_is_no_folder_is_passed_by_and_one_that_cannot_be_looked_into_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    part_of(tmp_path, "captures", pa.table({"filter": ["a"]}))
    (tmp_path / "captures" / "capture=file").write_text("")
    found = analyzer.open_dataset(tmp_path)
    assert len(found.parts("captures")) == 1

    def refused(path: str) -> list[str]:
        raise PermissionError(13, "Permission denied", path)

    monkeypatch.setattr(os, "listdir", refused)
    with pytest.raises(CaptureError, match=r"capture=x: cannot be read \(Permission denied\)"):
        analyzer.open_dataset(tmp_path)


def test_without_pyarrow_it_says_what_to_install(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    with pytest.raises(AnalyzerError, match=r"pip install pyarrow$"):
        analyzer.open_dataset(folder)
