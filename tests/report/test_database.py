"""What `to_parquet` and `to_duckdb` write for other tools."""

from pathlib import Path

import pytest

import analyzer
from analyzer.errors import OutputError
from analyzer.tables.schema import SCHEMA
from tests.fixtures.cases import case

CAPTURE = case("ikev2-psk-gcm").capture


def test_every_table_is_a_parquet_file(tmp_path: Path) -> None:
    pd, analysis = pytest.importorskip("pandas"), analyzer.read_pcap(CAPTURE)
    analysis.to_parquet(tmp_path / "out")
    assert {path.name for path in (tmp_path / "out").iterdir()} == {f"{name}.parquet" for name in SCHEMA}
    read = pd.read_parquet(tmp_path / "out" / "messages.parquet")
    assert read["frame_number"].tolist() == analysis.messages["frame_number"].tolist()


def test_every_table_is_in_the_database(tmp_path: Path) -> None:
    duckdb = pytest.importorskip("duckdb")
    analysis, path = analyzer.read_pcap(CAPTURE), tmp_path / "out.duckdb"
    path.write_text("something else")
    analysis.to_duckdb(path)
    with duckdb.connect(str(path), read_only=True) as database:
        names = {name for (name,) in database.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
        assert names == {*SCHEMA, "schema_version"}
        (count,) = database.execute("SELECT count(*) FROM messages JOIN negotiations USING (negotiation)").fetchone()
    assert count == len(analysis.messages)
    assert [one.name for one in tmp_path.iterdir()] == ["out.duckdb"]


def test_an_input_is_not_written_over() -> None:
    analysis = analyzer.read_pcap(CAPTURE)
    with pytest.raises(OutputError, match="it is the input"):
        analysis.to_duckdb(CAPTURE)
