import csv
import io
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.tables.store import Row, Table
from analyzer.tables.text import visible
from analyzer.tables.write import csv_encoder, write_csv, write_jsonl
from tests.tables.test_store import ROW, SMALL

FULL: Row = ("a,b", 7, True, 0.25, 1_700_000_000_000_000_001, ("x;y", "z"), (3, 4))
EMPTY: Row = (None,) * 7


def table_of(*rows: Row) -> Table:
    table = Table(SMALL)
    table.extend(rows)
    return table


def as_csv(*rows: Row, raw: bool = False) -> str:
    out = io.StringIO()
    write_csv(table_of(*rows), out, raw=raw)
    return out.getvalue()


def test_csv_as_documented() -> None:
    assert as_csv(FULL, EMPTY) == (
        "text,number,flag,seconds,when,names,numbers\n"
        '"a,b",7,true,0.25,2023-11-14T22:13:20.000000001Z,x\\x3by;z,3;4\n'
        ",,,,,,\n"
    )


def test_the_header_stands_without_rows() -> None:
    assert as_csv() == "text,number,flag,seconds,when,names,numbers\n"


def test_missing_numbers_among_others() -> None:
    rows = [(None, n if n % 3 else None, None, None, n * 10**9 if n % 2 else None, None, None) for n in range(7)]
    lines = as_csv(*rows).splitlines()[1:]
    assert [line.split(",")[1] for line in lines] == ["", "1", "2", "", "4", "5", ""]
    assert [line.split(",")[4][:19] for line in lines[1::2]] == [f"1970-01-01T00:00:0{n}" for n in (1, 3, 5)]
    assert [line.split(",")[4] for line in lines[::2]] == [""] * 4


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\0", "\uff1d"])
def test_formulas_are_neutralised(start: str) -> None:
    field = csv_encoder()(f'{start}HYPERLINK("http://x","y")')
    assert next(csv.reader([field]))[0].startswith("'")
    assert next(csv.reader([csv_encoder()((f"{start}1+1", "b"))]))[0].startswith("'")
    assert csv_encoder(raw=True)(f"{start}1") in {f"{start}1", f'"{start}1"'}


def test_a_dash_alone_is_no_formula() -> None:
    """It names standard input, in the column `capture` of every table."""
    assert csv_encoder()("-") == "-"
    assert csv_encoder()("--") == "'--"
    assert csv_encoder()("-1") == "'-1"


def test_negative_numbers_are_no_formulas() -> None:
    assert as_csv((None, -5, None, -0.5, None, None, None)).endswith("\n,-5,,-0.5,,,\n")


@given(st.lists(ROW, max_size=8))
@settings(max_examples=80, deadline=None)
def test_a_csv_reader_finds_every_cell(rows: list[Row]) -> None:
    text = as_csv(*rows)
    assert "\r" not in text
    read = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    assert len(read) == len(rows) + 1
    for cells, row in zip(read[1:], rows, strict=True):
        assert len(cells) == 7
        shown = visible(row[0] or "")
        assert cells[0] in {shown, "'" + shown}
        assert cells[1] == ("" if row[1] is None else str(row[1]))


@given(st.lists(ROW, max_size=8))
@settings(max_examples=80, deadline=None)
def test_json_lines_give_the_values_back(rows: list[Row]) -> None:
    out = io.StringIO()
    write_jsonl(table_of(*rows), out)
    assert out.getvalue().isascii()
    records = [json.loads(line) for line in out.getvalue().splitlines()]
    assert [r["text"] for r in records] == [row[0] for row in rows]
    assert [r["number"] for r in records] == [row[1] for row in rows]
    assert [r["flag"] for r in records] == [row[2] for row in rows]
    assert [r["names"] for r in records] == [row[5] if row[5] is None else list(row[5]) for row in rows]


def test_json_lines_of_lone_surrogates_and_infinite_numbers() -> None:
    out = io.StringIO()
    write_jsonl(table_of(("\ud800", 1, None, float("inf"), 5, (), ())), out)
    record = json.loads(out.getvalue(), parse_constant=pytest.fail)
    assert record["text"] == "\ud800"
    assert record["seconds"] is None
    assert record["when"] == "1970-01-01T00:00:00.000000005Z"
