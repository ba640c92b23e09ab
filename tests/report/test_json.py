import gzip
import json
import os
from pathlib import Path
from typing import Any

import pytest

from analyzer.errors import CaptureError
from analyzer.report import json as json_module
from analyzer.report.drift import compare
from analyzer.report.json import json_name, json_pieces, read_json, saved_report
from analyzer.report.snapshot import snapshot
from analyzer.tables.kinds import TIME
from analyzer.tables.schema import SCHEMA
from tests.report.sample import BIDI, ESC, PROVENANCE, START, put, sample


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    path = tmp_path / "report.json"
    path.write_text("".join(json_pieces(sample(), PROVENANCE)), "ascii")
    return path


def test_all_tables_with_provenance(saved: Path) -> None:
    data = json.loads(saved.read_text())
    assert data["schema_version"] == 1
    assert data["provenance"]["policy"] == "ietf"
    assert list(data["tables"]) == list(SCHEMA)
    first = data["tables"]["messages"][0]
    assert list(first) == list(SCHEMA["messages"].usual or ())
    assert first["time"] == "2023-11-14T22:13:20.000000000Z"
    assert first["payload_types"] == [33, 34, 40, 41, 41, 41, 43]
    assert first["retransmission_of"] is None


def test_values_are_raw_but_the_file_is_inert(saved: Path) -> None:
    text = saved.read_text()
    assert text.isascii()
    assert "\x1b" not in text
    row = json.loads(text)["tables"]["negotiations"][5]
    assert (row["responder_id"], row["initiator_implementation"]) == (BIDI, ESC)


def test_it_comes_back_as_it_went(saved: Path) -> None:
    back, tables = read_json(saved), sample()
    for name in tables:
        assert list(back[name].rows()) == list(tables[name].rows()), name
    assert back["messages"].column("time")[0] == START


def test_tables_of_very_many_rows_are_left_out_and_said_to_be_elsewhere(tmp_path: Path) -> None:
    tables = sample()
    for frame in range(40):
        put(tables, "messages", frame_number=1000 + frame)
        put(tables, "negotiations", negotiation=100 + frame)
    path = tmp_path / "report.json"
    path.write_text("".join(json_pieces(tables, PROVENANCE, 40)), "ascii")
    data = json.loads(path.read_text())
    assert data["left_out"] == {"messages": {"rows": len(tables["messages"]), "file": "tables/messages.csv"}}
    assert "messages" not in data["tables"]
    assert len(data["tables"]["negotiations"]) > 40
    assert len(read_json(path)["negotiations"]) == 46
    whole = json.loads("".join(json_pieces(tables, PROVENANCE)))
    assert whole["left_out"] == {}
    assert len(whole["tables"]["messages"]) == len(tables["messages"])


def test_equal_input_gives_equal_bytes() -> None:
    assert list(json_pieces(sample(), PROVENANCE)) == list(json_pieces(sample(), PROVENANCE))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no json",
        "[1]",
        "{}",
        '{"schema_version": 1, "tables": 5}',
        '{"schema_version": 1, "tables": {"messages": [5]}}',
        '{"schema_version": 1, "tables": {"messages": [{"time": "yesterday"}]}}',
        '{"schema_version": 1, "tables": {"messages": [{"frame_number": "five"}]}}',
        "[" * 100_000,
    ],
)
def test_what_is_no_report_is_refused_with_a_sentence(tmp_path: Path, text: str) -> None:
    path = tmp_path / "odd.json"
    path.write_text(text)
    with pytest.raises(CaptureError, match=r"odd\.json"):
        read_json(path)


def test_another_schema_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.json"
    for version, advice in (("99", "Update"), ("0", "Write it anew"), ("true", "Write it anew"), ('"1"', "Write")):
        path.write_text(f'{{"schema_version": {version}, "tables": {{}}}}')
        with pytest.raises(CaptureError, match=f"schema {json.loads(version)}, and this program's is 1. {advice}"):
            read_json(path)


def test_only_what_is_asked_for_is_read(saved: Path) -> None:
    tables = read_json(saved, {"negotiations": ("negotiation", "outcome")})
    assert list(tables["negotiations"].rows()) == list(sample()["negotiations"].cells("negotiation", "outcome"))
    assert len(tables["responders"]) == 0
    saved.write_text(saved.read_text().replace('"ike_version": 2', '"ike_version": "two"'))
    assert len(read_json(saved, {"negotiations": ("outcome",)})["negotiations"]) == len(sample()["negotiations"])
    with pytest.raises(CaptureError, match="ike_version is str"):
        read_json(saved, {"negotiations": ("ike_version",)})


def test_a_file_that_is_missing_is_said(tmp_path: Path) -> None:
    with pytest.raises(CaptureError, match=r"missing\.json"):
        read_json(tmp_path / "missing.json")


_WRONG: dict[str, list[Any]] = {
    "str": [5, True, ["x"], {}],
    "Int64": ["5", 1.5, True, [1]],
    "boolean": [0, "true", []],
    "Float64": ["1.5", False, []],
    TIME: [5, "yesterday", "2023-11-14T22:13:20.xZ", "2023-13-14T22:13:20Z", True],
    "list": ["x", 5, {}, [[]], [{}]],
}


def test_a_value_of_another_type_makes_a_damaged_report_in_every_column(saved: Path, tmp_path: Path) -> None:
    data = json.loads(saved.read_text())
    path = tmp_path / "edited.json"
    for table in ("captures", "negotiations", "certificates", "responders"):  # what `diff` compares
        rows = data["tables"][table] or [dict.fromkeys(SCHEMA[table].usual or SCHEMA[table].names)]
        for column in SCHEMA[table].select(SCHEMA[table].usual or SCHEMA[table].names).columns:
            for wrong in (
                *_WRONG[column.dtype],
                *([[5]] if column.items == "str" else [["x"]] if column.items else []),
            ):
                edited = [{**rows[0], column.name: wrong}, *rows[1:]]
                path.write_text(json.dumps({"schema_version": 1, "tables": {table: edited}}))
                with pytest.raises(CaptureError, match="a damaged report"):
                    read_json(path)


def test_missing_cells_and_numbers_of_any_size_are_no_damage(saved: Path, tmp_path: Path) -> None:
    data = json.loads(saved.read_text())
    path = tmp_path / "edited.json"
    for row in data["tables"]["negotiations"]:
        row.clear()
    data["tables"]["responders"] = [{"port": 2**70, "first_time": "9999-12-31T23:59:59.999999999Z"}]
    path.write_text(json.dumps(data))
    tables = read_json(path)
    assert set(tables["negotiations"].column("ike_version")) == {None}
    assert compare(snapshot(tables), snapshot(read_json(saved)))
    assert compare(snapshot(read_json(saved)), snapshot(tables)) is not None


def test_a_compressed_report_comes_back_and_a_damaged_one_is_refused(saved: Path, tmp_path: Path) -> None:
    path = tmp_path / "there" / "report.json.gz"
    path.parent.mkdir()
    whole = gzip.compress(saved.read_bytes(), mtime=0)
    path.write_bytes(whole)
    assert saved_report(path.parent) == path
    assert saved_report(tmp_path) == saved
    assert saved_report(tmp_path / "nowhere") is None
    assert list(read_json(path)["negotiations"].rows()) == list(sample()["negotiations"].rows())
    for damaged in (whole[:-20], whole[:40] + b"\xff" * 40 + whole[80:], b"", saved.read_bytes()):
        path.write_bytes(damaged)
        with pytest.raises(CaptureError, match=r"report\.json\.gz"):
            read_json(path)


def test_what_grows_beyond_a_bound_when_it_is_read_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_module, "MOST_BYTES", 1 << 20)
    path = tmp_path / "report.json.gz"
    path.write_bytes(gzip.compress(b" " * (1 << 24)))
    with pytest.raises(CaptureError, match="larger than 1 MiB"):
        read_json(path)


def test_its_name_says_whether_it_is_compressed(monkeypatch: pytest.MonkeyPatch) -> None:
    tables = sample()
    most = max(len(tables[name]) for name in ("negotiations", "findings"))
    monkeypatch.setattr(json_module, "MOST_PLAIN", most)
    assert json_name(tables) == "report.json"
    for number in range(most):
        put(tables, "negotiations", negotiation=100 + number)
    assert json_name(tables) == "report.json.gz"
    assert json_name(tables, compressed=False) == "report.json"


def test_a_pipe_is_no_saved_report(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "report.json")
    with pytest.raises(CaptureError, match="not a regular file"):
        read_json(tmp_path / "report.json")
