"""What a name stands for, in each table."""

from typing import get_args

import pytest

from analyzer.tables.filter.fields import (
    SHORTHANDS,
    Field,
    Kind,
    Source,
    field,
    kind_of,
    linked,
    names,
    searched,
    unknown,
)
from analyzer.tables.kinds import BOOL, INT, LIST, STR, TIME, Column
from analyzer.tables.schema import SCHEMA
from analyzer.vocabulary import SEVERITIES, ChildOutcome, Outcome


@pytest.mark.parametrize("table", SCHEMA)
def test_every_column_is_a_field(table: str) -> None:
    for column in SCHEMA[table].columns:
        expected = Field(kind_of(column), (Source(table, column.name),), column.words() if column.words else None)
        assert field(column.name, table) == field(f"{table}.{column.name}", table) == expected


@pytest.mark.parametrize("word", SHORTHANDS)
def test_every_shorthand_is_of_columns_that_are_there_and_of_one_kind(word: str) -> None:
    for table in SCHEMA:
        found = field(word, table)
        if found is None:
            assert not linked(table)
            continue
        columns = [next(c for c in SCHEMA[s.table].columns if c.name == s.column) for s in found.sources]
        assert {kind_of(column) for column in columns} == {found.kind}


def test_kinds() -> None:
    def kind(name: str, dtype: str, items: str | None = None) -> Kind:
        return kind_of(Column(name, dtype, "", items=items))

    assert kind("new_ip", STR) is Kind.ADDRESS
    assert kind("some_spi", STR) is Kind.SPI
    assert kind("spis", INT) is Kind.NUMBER
    assert kind("severity", STR) is Kind.SEVERITY
    assert kind("my_confidence", STR) is Kind.CONFIDENCE
    assert kind("words", LIST, STR) is Kind.TEXT
    assert kind("ids", LIST, INT) is Kind.NUMBER
    assert kind("paths", LIST, STR) is Kind.ADDRESS
    assert kind("flag", BOOL) is Kind.TRUTH
    assert kind("at", TIME) is Kind.TIME


def test_a_shorthand_is_a_tables_own_where_it_has_some() -> None:
    assert field("host", "messages") == Field(
        Kind.ADDRESS, (Source("messages", "src_ip"), Source("messages", "dst_ip"))
    )
    assert field("frame", "messages") == Field(Kind.NUMBER, (Source("messages", "frame_number"),))
    for table in ("findings", "messages"):
        assert field("severity", table) == Field(Kind.SEVERITY, (Source("findings", "severity"),), SEVERITIES)
    assert field("host", "captures") is None


def test_closed_vocabularies() -> None:
    def words(name: str, table: str = "negotiations") -> tuple[str, ...]:
        found = field(name, table)
        return (found and found.words) or ()

    assert words("outcome") == words("outcome", "messages") == get_args(Outcome)
    assert words("child_sas.outcome") == words("outcome", "child_sas") == get_args(ChildOutcome)
    assert "psk-mismatch" in words("cause")
    assert set(words("cause")) == set(words("diagnoses.diagnosis"))
    assert "weak-ke-offered" in words("finding")
    assert not words("identity")
    assert not words("algorithm")


def test_links() -> None:
    assert linked("messages") == ("negotiation",)
    assert linked("payloads") == linked("defects") == ("capture", "frame_number")
    assert linked("flows") == linked("captures") == ()


def test_a_search_looks_in_all_text_but_the_path() -> None:
    columns = {source.column for source in searched("messages")}
    assert {"src_ip", "exchange", "defects"} <= columns
    assert not {"capture", "length", "payload_types"} & columns
    assert Source("findings", "finding") in searched("negotiations")


def test_names_are_fields() -> None:
    for table in ("negotiations", "messages", "flows"):
        assert all(field(name, table) for name in names(table))
    assert "findings.severity" in set(names("messages"))
    assert "findings.severity" not in set(names("flows"))


def test_why_a_name_is_no_field() -> None:
    assert "did you mean outcome" in unknown("outcom", "negotiations")
    assert "rows of flows belong to no negotiation" in unknown("flows.client_ip", "negotiations")
    assert "rows of flows belong to no negotiation" in unknown("negotiations.outcome", "flows")
    assert unknown("qqqq", "flows") == "flows has no field qqqq; `fields flows` lists its columns"
