import pytest

from analyzer.report import sections
from analyzer.report.dossier import ranked
from analyzer.report.groups import groups
from analyzer.report.particulars import MOST_ROWS as MOST_PARTICULARS
from analyzer.report.zone import zone_of
from analyzer.tables.schema import SCHEMA
from analyzer.tables.store import Tables
from tests.report.sample import put, sample


def test_every_column_shown_exists() -> None:
    for name, columns in sections.SHOWN.items():
        assert set(columns.split()) <= set(SCHEMA[name].names), name


def test_overview_rows() -> None:
    view = sections.overview(sample(), ranked(sample()), [1, 2, 3, 4, 5, 6])
    assert (view.total, view.drawn, len(view.rows)) == (6, 6, 6)
    assert [row.number for row in view.rows] == [3, 2, 4, 5, 6, 1]
    assert view.data == {}
    four = view.rows[2]
    assert (four.outcome, four.trouble, four.version, four.worst, four.findings) == (
        "established",
        "QUICK_MODE",
        "IKEv1 main mode",
        "medium",
        2,
    )


@pytest.fixture
def many() -> Tables:
    tables = Tables()
    for number in range(1, 5600):
        outcome = "failed" if number in (5000, 5500) else "established"
        put(tables, "negotiations", negotiation=number, outcome=outcome, ike_version=2, initiator_spi="ab" * 8)
        put(tables, "notifications", frame_number=number, negotiation=number, notify="X")
    return tables


def test_too_many_negotiations_the_worst_are_drawn_first(many: Tables) -> None:
    found = groups(many)
    drawn = sections.drawn_numbers(ranked(many), found)
    view = sections.overview(many, ranked(many), drawn)
    assert (view.total, view.drawn, len(view.rows)) == (5599, sections.EXAMPLES, sections.MOST_ROWS)
    assert [row.number for row in view.rows[:3]] == [5000, 5500, 1]
    assert [row.drawn for row in view.rows[sections.EXAMPLES - 1 : sections.EXAMPLES + 1]] == [True, False]
    assert view.data["tables"]["negotiations"]["rows"] == 5599
    views = list(sections.negotiations(many, found, drawn, {}))
    assert [v.number for v in views] == drawn
    assert [(v.number, v.alike) for v in views[:3]] == [(5000, 2), (5500, 2), (1, 5597)]
    assert len(drawn) == sections.EXAMPLES


def test_of_too_many_negotiations_every_kind_is_drawn(many: Tables) -> None:
    put(many, "negotiations", negotiation=5600, outcome="established", ike_version=1, initiator_spi="cd" * 8)
    found = groups(many)
    assert 5600 in sections.drawn_numbers(ranked(many), found)


def test_tables_are_cut_and_count_on(many: Tables) -> None:
    (view,) = [t for t in sections.tables(many) if t.name == "notifications"]
    assert (view.shown, view.total) == (sections.MOST_TABLE_ROWS, 5599)
    assert len(list(view.rows)) == sections.MOST_TABLE_ROWS


def test_cells_as_text() -> None:
    assert sections.cell(None) == ""
    assert sections.cell(0) == "0"
    assert [sections.cell(v, "boolean") for v in (True, False, None)] == ["yes", "no", ""]
    assert sections.cell((33, 34)) == "33, 34"
    assert sections.cell(1e-9) == "0.000000001"


def test_every_outcome_is_seen_in_the_bar() -> None:
    tables = Tables()
    for number in range(1000):
        put(tables, "negotiations", negotiation=number, outcome="failed" if number == 5 else "established")
    bar = sections.outcome_bar(tables)
    assert [(part.outcome, part.share) for part in bar] == [("established", 999), ("failed", 1)]
    assert bar[1].width >= 12
    assert bar[0].width + bar[1].width == 1000
    assert sections.outcome_bar(Tables()) == []


def test_the_filter_finds_the_spi_in_wireshark() -> None:
    assert (
        next(sections.negotiations(sample(), groups(sample()), [1], {})).spi_filter
        == "isakmp.ispi == 7b:0a:9f:10:91:dd:2b:e5"
    )


def test_times_of_a_table_are_in_the_chosen_zone() -> None:
    for zone, text in (("UTC", "2023-11-14T22:13:20.000000000Z"), ("+05:30", "2023-11-15T03:43:20.000000000+05:30")):
        messages = next(table for table in sections.tables(sample(), zone_of(zone)) if table.name == "messages")
        assert messages.columns[[heading.name for heading in messages.headings].index("time")][0] == text


def test_what_stands_with_its_negotiation_is_no_table_below() -> None:
    tables = Tables()
    put(tables, "captures", capture="a.pcap")
    for number in (1, 2):
        put(tables, "negotiations", negotiation=number)
        put(tables, "messages", negotiation=number, frame_number=number)
        put(tables, "exchanges", negotiation=number)
        put(tables, "notifications", negotiation=number, frame_number=number)
    all_of_it = {"messages", "exchanges", "child_sas", "esp_streams"}
    assert sections.above(tables, [1, 2]) == all_of_it
    without = {view.name for view in sections.tables(tables, without=sections.above(tables, [1, 2]))}
    assert without == {view.name for view in sections.tables(tables)} - all_of_it == {"notifications"}
    assert sections.above(tables, [1]) == {"child_sas", "esp_streams"}  # of which there are no rows
    put(tables, "messages", frame_number=3)  # of no negotiation
    assert sections.above(tables, [1, 2]) == all_of_it - {"messages"}
    for number in range(MOST_PARTICULARS):
        put(tables, "exchanges", negotiation=2, message_id=number)  # more than a negotiation lists
    assert sections.above(tables, [1, 2]) == all_of_it - {"messages", "exchanges"}
    put(tables, "captures", capture="b.pcap")
    assert sections.above(tables, [1, 2]) == set()
