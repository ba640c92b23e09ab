from analyzer.report.bulk import BULK, MOST_PLAIN, MOST_ROWS, kept, rows_text
from analyzer.tables.schema import SCHEMA
from analyzer.tables.store import Tables
from tests.report.sample import put, sample


def filled(name: str, rows: int) -> Tables:
    tables = Tables()
    put(tables, name, frame_number=1)
    table = tables[name]
    table.extend(list(table.rows()) * (rows - 1))
    return tables


def test_tables_with_rows_are_written() -> None:
    tables = sample()
    found = kept(tables)
    assert set(found.written) == {name for name in SCHEMA if len(tables[name])}
    assert set(found.empty) == {name for name in SCHEMA if not len(tables[name])}
    assert found.left_out == {}


def test_a_long_table_of_messages_is_left_out() -> None:
    assert kept(filled("payloads", MOST_ROWS)).written == ("payloads",)
    found = kept(filled("payloads", MOST_ROWS + 1))
    assert (found.written, found.left_out) == ((), {"payloads": MOST_ROWS + 1})
    assert rows_text(found.left_out) == "payloads (100,001 rows)"
    assert kept(filled("payloads", MOST_ROWS + 1), everything=True).written == ("payloads",)


def test_a_long_file_is_compressed() -> None:
    found = kept(filled("icmp_errors", MOST_PLAIN))
    assert (found.compressed, found.file("icmp_errors")) == ({}, "tables/icmp_errors.csv")
    found = kept(filled("icmp_errors", MOST_PLAIN + 1))
    assert (found.written, found.compressed) == (("icmp_errors",), {"icmp_errors": MOST_PLAIN + 1})
    assert found.file("icmp_errors") == "tables/icmp_errors.csv.gz"
    assert kept(filled("icmp_errors", MOST_PLAIN + 1), everything=True).compressed == {}
    left_out = kept(filled("payloads", MOST_ROWS + 1))
    assert left_out.compressed == {}


def test_what_is_judged_is_written_however_long_it_is() -> None:
    assert kept(filled("icmp_errors", MOST_ROWS + 1)).written == ("icmp_errors",)
    assert not {"negotiations", "findings", "diagnoses", "events", "child_sas", "defects"} & set(BULK)
