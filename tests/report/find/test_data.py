"""What scripts read out of a page is what the tables hold: every cell of every negotiation, finding and diagnosis."""

import json
from pathlib import Path
from typing import Any

import pytest

from analyzer.analysis import Analysis
from analyzer.report.dossier import ranked
from analyzer.report.find import data
from analyzer.report.find.data import found
from analyzer.report.rendering import together
from analyzer.report.zone import zone_of
from analyzer.tables.store import Tables
from tests.browsers.tab import Tab
from tests.conftest import FIXTURES, captures_in
from tests.report.sample import put, sample

TABLES = ("negotiations", "child_sas", "findings", "diagnoses")
READ = """(() => {
  const plain = (value) => (typeof value === "bigint" ? String(value) : value);
  return Object.fromEntries(Object.entries(page.searchable(%s).tables).map(([name, table]) => [name,
    Array.from({length: table.rows}, (_, row) => Object.fromEntries(
      table.names.map((column) => [column, plain(table.column(column).at(row))])))]));
})()"""


@pytest.fixture(scope="module")
def many() -> Tables:
    """Enough captures that every way to write a column is taken."""
    analysis = Analysis()
    for capture in captures_in(FIXTURES)[::4]:
        analysis.add(capture)
    return analysis.tables


def searched(tables: Tables) -> dict[str, Any]:
    return found(tables, ranked(tables), [])


def as_read(tables: Tables, name: str) -> list[dict[str, Any]]:
    """The rows of a table as a script has them: lists for tuples, text for times."""
    times = {column.name for column in tables[name].schema.columns if "datetime" in column.dtype}
    rows = json.loads(json.dumps(list(tables[name].records())))
    return [{k: str(v) if k in times and v is not None else v for k, v in row.items()} for row in rows]


def test_every_cell_arrives(browser: Tab, many: Tables, tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(f"<script>{together('scripts', 'base.js', 'ready.js')}</script>")
    browser.visit((tmp_path / "page.html").as_uri())
    for tables in (many, sample(), hostile()):
        assert_all(browser, tables)


def assert_all(tab: Tab, tables: Tables) -> None:
    read = tab.value(READ % json.dumps(searched(tables)))
    for name in TABLES:
        assert [sorted(row) for row in read[name][:1]] == [sorted(tables[name].schema.names)][: len(read[name])]
        assert read[name] == as_read(tables, name), name


def hostile() -> Tables:
    """Cells that no honest capture has: huge numbers and times, missing ends, texts that look like ours."""
    tables = Tables()
    for number in range(1, 40):
        put(
            tables,
            "negotiations",
            negotiation=number,
            capture="</script>\x01\u2028",
            first_time=None if number % 3 else number * (2**56) + 1,
            last_time=2**62 - number,
            initiator_ip="" if number % 2 else f"::{number:x}",
            responder_ip=None,
            paths=("\x01\x02",) * number,
            first_frame=None if number == 7 else 2**40 * number,
            last_frame=2**41 * number,
            lifetime_s=number,
            duration_s=number / 7,
            initiator_id="\x02" * number,
        )
        put(
            tables, "findings", negotiation=None if number % 5 else number, finding=f"f{number}", evidence_frames=(9, 1)
        )
        put(tables, "diagnoses", negotiation=40 - number, diagnosis=f"d{number}", rank=1, detail=f"::{number:x}")
    return tables


def test_of_more_than_a_page_carries_the_worst(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(data, "MOST", 2)
    made = searched(sample())
    assert (made["tables"]["negotiations"]["rows"], made["left"]) == (2, 4)
    assert made["tables"]["findings"]["rows"] < len(sample()["findings"])


def test_frames_of_very_many_messages_are_not_carried(monkeypatch: pytest.MonkeyPatch) -> None:
    assert searched(sample())["language"]["fields"]["messages"] == {"frame_number": "number"}
    monkeypatch.setattr(data, "MOST_FRAMES", 3)
    made = searched(sample())
    assert "messages" not in made["gathered"]
    assert "messages" in made["language"]["elsewhere"]


def test_times_are_shown_in_the_zone_of_the_page() -> None:
    tables = Tables()
    for number, time in enumerate((0, 1_774_746_000 - 1, 1_774_746_000, 1_774_749_600), 1):  # summer time begins at two
        put(tables, "negotiations", negotiation=number, first_time=time * 10**9, last_time=None)
    made = found(tables, ranked(tables), [], zone_of("Europe/Berlin"))
    assert made["zone"] == {
        "name": "Europe/Berlin",
        "offsets": [(0, "+01:00"), (1_774_746_000, "+02:00")],
    }
    assert found(tables, ranked(tables), [])["zone"] == {"name": "UTC", "offsets": [(0, "UTC")]}
