import pickle

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.tables import storage
from analyzer.tables.kinds import BOOL, FLOAT, INT, LIST, STR, TIME, Column, TableSchema
from analyzer.tables.schema import SCHEMA
from analyzer.tables.storage import Coded
from analyzer.tables.store import Table, Tables
from tests.work import lines_run

SMALL = TableSchema(
    "small",
    "A row of each type.",
    (
        Column("text", STR, "text"),
        Column("number", INT, "number"),
        Column("flag", BOOL, "flag"),
        Column("seconds", FLOAT, "seconds"),
        Column("when", TIME, "time"),
        Column("names", LIST, "names", items=STR),
        Column("numbers", LIST, "numbers", items=INT),
    ),
)
NUMBER = st.integers(-(2**63) + 1, 2**63 - 1)
ROW = st.tuples(
    st.none() | st.text(max_size=5),
    st.none() | NUMBER,
    st.none() | st.booleans(),
    st.none() | st.floats(allow_nan=False),
    st.none() | NUMBER,
    st.none() | st.lists(st.text(max_size=3), max_size=3).map(tuple),
    st.none() | st.lists(NUMBER, max_size=3).map(tuple),
)


@given(st.lists(ROW, max_size=30), st.integers(1, 300))
@settings(max_examples=60, deadline=None)
def test_rows_come_back_as_they_went_in(rows: list[tuple[object, ...]], times: int) -> None:
    table = Table(SMALL)
    table.extend(rows * times)
    for row in rows:
        table.append(row)
    expected = rows * times + rows
    assert len(table) == len(expected)
    assert list(table.rows()) == expected
    for place, name in enumerate(SMALL.names):
        assert table.column(name) == [row[place] for row in expected]
    backwards = [*range(len(expected))][::-1]
    assert list(table.picked(backwards)) == [dict(zip(SMALL.names, row, strict=True)) for row in expected[::-1]]


@given(st.lists(ROW, max_size=40), st.data())
@settings(max_examples=60, deadline=None)
def test_places_are_those_of_the_rows_that_hold_one_of_the_values(
    rows: list[tuple[object, ...]], data: st.DataObject
) -> None:
    table = Table(SMALL)
    table.extend(rows)
    for place, name in enumerate(SMALL.names):
        values = [row[place] for row in rows]
        wanted = {value for value in values if data.draw(st.booleans())} | {None if data.draw(st.booleans()) else "x"}
        places = table.places(name, wanted)
        assert places == [row for row, value in enumerate(values) if value in wanted]
        assert list(table.at(places, name, "number")) == [(values[row], rows[row][1]) for row in places]


def test_rows_across_chunks_mixed_with_appends() -> None:
    table = Table(SMALL)
    for i in range(10_000):
        table.append((f"t{i % 7}", i if i % 3 else None, i % 2 == 0, i / 4, i, ("a",), (i,)))
        if i == 5000:
            assert len(list(table.rows())) == 5001  # reading in between disturbs nothing
    assert table.column("number")[:4] == [None, 1, 2, None]
    assert table.column("numbers")[-1] == (9999,)
    assert next(table.records())["text"] == "t0"


@pytest.mark.parametrize("row", [(1,), ("a",) * 8])
def test_a_row_of_the_wrong_width_is_our_bug_and_raises(row: tuple[object, ...]) -> None:
    table = Table(SMALL)
    table.append(row)
    with pytest.raises(ValueError, match="small has 7 columns"):
        list(table.rows())


def test_rows_of_different_width_raise() -> None:
    table = Table(SMALL)
    table.append((None,) * 7)
    table.append((None,) * 6)
    with pytest.raises(ValueError, match="shorter"):
        list(table.rows())


def test_tables_hold_every_table_of_the_schema_once() -> None:
    tables = Tables()
    assert list(tables) == list(SCHEMA)
    assert all(len(tables[name]) == 0 and list(tables[name].rows()) == [] for name in tables)
    with pytest.raises(KeyError):
        tables["no such table"]


def test_appending_stays_on_c_speed() -> None:
    """A row is kept as it is; its cells are laid into columns a few thousand rows at a time, not one by one."""
    table = Tables()["messages"]
    row = ("c.pcap", 1, 10**18, "10.0.0.1", 500, "10.0.0.2", 500, "udp", 1, "0" * 16, "1" * 16, 2, 0, 34, "IKE_SA_INIT")
    row += (8, True, False, 0, 400, 33, (33, 34), False, None, None, None, None, None, (), False, True, None, None)
    assert len(row) == len(table.schema.columns)
    rows = [(row[0], i, 10**18 + i, *row[3:]) for i in range(5_000)]

    def fill() -> None:
        for r in rows:
            table.append(r)
        list(table.columns())

    assert lines_run(fill) < len(rows) * len(row) / 2


def test_rows_are_selected_column_by_column() -> None:
    """Not cell by cell: a row of sixty columns takes no more lines than a row of two."""
    wide = TableSchema("wide", "Many columns.", tuple(Column(f"c{n}", STR, "text") for n in range(60)))
    table = Table(wide)
    table.extend((str(n % 4),) * 60 for n in range(1000))
    assert len(list(table.columns())) == 60  # all are in the columns now
    found: list[dict[str, object]] = []
    assert lines_run(lambda: found.extend(table.select("c0", {"1"}))) < 4 * 1000
    assert len(found) == 250
    assert set(found[0].values()) == {"1"}


def test_only_some_columns_are_kept_in_the_order_asked_for() -> None:
    table = Table(SMALL, ["flag", "text"])
    table.append(("a", 1, True, 0.5, 7, ("x",), (1,)))
    assert table.schema.names == ("flag", "text")
    assert list(table.rows()) == [(True, "a")]
    narrow = Table(SMALL, ["flag"])
    narrow.append((True,))
    with pytest.raises(ValueError, match="7 columns"):
        list(narrow.rows())
    with pytest.raises(KeyError):
        Table(SMALL, ["no such column"])


@pytest.mark.parametrize("length", [0, 3, 5000, 9000])
def test_rows_are_taken_back(length: int) -> None:
    rows = [(f"{i % 5}", i, bool(i % 2), float(i), i, (str(i % 3),), (i % 4,)) for i in range(9000)]
    table = Table(SMALL)
    table.extend(rows[:5000])
    for row in rows[5000:]:
        table.append(row)
    table.cut(length)
    assert len(table) == length
    table.append(rows[-1])
    assert list(table.rows()) == [*rows[:length], rows[-1]]


@given(st.lists(ROW, max_size=20), st.lists(ROW, max_size=20), st.integers(1, 300))
@settings(max_examples=60, deadline=None)
def test_packed_rows_are_added_as_if_they_had_come_one_by_one(
    first: list[tuple[object, ...]], second: list[tuple[object, ...]], times: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(storage, "_REMEMBERED", 7)
        table, other = Table(SMALL), Table(SMALL)
        table.extend(first)
        other.extend(second * times)
        packed = pickle.loads(pickle.dumps(other.packed()))
        table.take(packed)
        table.extend(first)
        assert list(table.rows()) == [*first, *second * times, *first]


def test_numbers_grow_and_what_is_missing_stays_missing() -> None:
    tables = Tables({"messages": ("length",)})
    starts = {name: len(table) for name, table in tables.items()}
    flow = tables["flows"].schema.names.index("flow")
    for number in (1, None, 3):
        row: list[object] = [None] * len(tables["flows"].schema.names)
        row[flow] = number
        tables["flows"].append(tuple(row))
    tables["flows"].shift("flow", 40, 1)
    assert tables["flows"].column("flow") == [1, None, 43]
    for table in (tables["notifications"], tables["messages"]):
        names = SCHEMA[table.schema.name].usual or SCHEMA[table.schema.name].names
        table.append(tuple(7 if name in ("negotiation", "length") else None for name in names))
    tables.renumber(10, starts)
    assert tables["notifications"].column("negotiation") == [17]
    assert tables["messages"].column("length") == [7]
    tables.renumber(10, starts | {"notifications": 1})
    assert tables["notifications"].column("negotiation") == [17], "a row of a capture before"


def test_only_some_rows_and_columns() -> None:
    table = Table(SCHEMA["findings"])
    names = table.schema.names
    for number, severity in enumerate(("high", "low", "high"), 1):
        row = dict.fromkeys(names) | {"severity": severity, "negotiation": number, "evidence_frames": (number,)}
        table.append(tuple(row.values()))
    kept = table.only([2, 0], ("negotiation", "severity", "evidence_frames"))
    assert list(kept.rows()) == [(3, "high", (3,)), (1, "high", (1,))]
    assert kept.schema.names == ("negotiation", "severity", "evidence_frames")
    severities = dict(kept.columns())["severity"]
    assert isinstance(severities, Coded)
    assert severities.distinct == [None, "high"]  # what no row has is not kept
    assert list(table.only([1]).rows()) == [list(table.rows())[1]]
    table.append((None,) * len(names))
    assert len(table.only([])) == 0
    assert len(kept) == 2


def test_a_table_is_made_when_it_is_asked_for() -> None:
    tables = Tables({"messages": ("length",)})
    assert (len(tables), list(tables.made())) == (len(SCHEMA), [])
    assert tables["messages"] is tables["messages"]
    assert [name for name, _ in tables.made()] == ["messages"]
    assert tables["messages"].schema.names == ("length",)
    with pytest.raises(KeyError):
        tables["no such table"]


def test_tables_come_back_to_the_lengths_that_they_had() -> None:
    tables = Tables()
    tables["comments"].append((None,) * len(SCHEMA["comments"].names))
    before = tables.lengths()
    assert (before["comments"], before["flows"]) == (1, 0)
    for name in ("comments", "defects"):
        tables[name].append((None,) * len(SCHEMA[name].names))
    tables.cut(before)
    assert (len(tables["comments"]), len(tables["defects"])) == (1, 0)
