from pathlib import Path

import pytest

from analyzer.errors import CaptureError
from analyzer.tables import united
from analyzer.tables.store import Tables
from analyzer.tables.united import United, other_schema
from tests.report.sample import put

WANTED = {"negotiations": ("negotiation", "outcome"), "certificates": ("negotiation", "subject")}


def rows(found: United, table: str) -> list[tuple[object, ...]]:
    return list(found.tables[table].rows())


def test_negotiations_count_through_all_reports_and_what_belongs_to_them_follows() -> None:
    found = United(WANTED)
    for report, outcomes in (("a", ("failed", "established")), ("b", ("probe",))):
        tables = Tables()
        for number, outcome in enumerate(outcomes, 1):
            put(tables, "negotiations", negotiation=number, outcome=outcome, capture="not wanted")
        put(tables, "certificates", negotiation=len(outcomes), subject=report)
        put(tables, "certificates", subject="of none")
        found.take(tables, report)
    assert rows(found, "negotiations") == [(1, "failed"), (2, "established"), (3, "probe")]
    assert rows(found, "certificates") == [(2, "a"), (None, "of none"), (3, "b"), (None, "of none")]


def test_numbers_of_one_run_stay_apart_and_those_of_any_size_are_numbers() -> None:
    found = United(WANTED)
    found.add("negotiations", {"negotiation": [7, 2**62]}, "x", [None, None])
    found.add("certificates", {"negotiation": [2**62, 7, 9]}, "x", [None] * 3)
    assert rows(found, "negotiations") == [(1, None), (2, None)]  # a column that is not there is missing
    assert [number for number, _ in rows(found, "certificates")] == [2, 1, 3]
    found.add("negotiations", {}, "x", [])
    found.add("negotiations", {"negotiation": []}, "x", [])
    assert len(found.tables["negotiations"]) == 2


def test_more_rows_than_are_read_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(united, "MOST_ROWS", 3)
    found = United(WANTED)
    found.add("certificates", {"subject": ["a", "b", "c"]}, "x", [None] * 3)
    with pytest.raises(CaptureError, match="part-0: more than 3 rows to be compared are not read"):
        found.add("negotiations", {"outcome": ["failed"]}, "part-0", [None])


def test_another_schema_is_one_to_update_to_or_to_write_anew() -> None:
    for version, advice in ((2, "Update this program"), (0, "Write it anew from its captures"), ("x" * 99, "captures")):
        error = str(other_schema(Path("a"), version))
        assert error.startswith(f"a: written with table schema {str(version)[:20]}, and this program's is 1. ")
        assert error.endswith(advice)
