import json
from pathlib import Path

import pytest

from analyzer.errors import CaptureError
from analyzer.report.json import json_pieces, read_json
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
    assert list(first) == list(SCHEMA["messages"].names)
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


def test_a_later_schema_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "new.json"
    path.write_text('{"schema_version": 99, "tables": {}}')
    with pytest.raises(CaptureError, match="schema 99"):
        read_json(path)
    with pytest.raises(CaptureError, match=r"missing\.json"):
        read_json(tmp_path / "missing.json")
