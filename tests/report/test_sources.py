from analyzer.report.sources import clock_text, ran, sets_of, sources
from analyzer.tables.in_files import place
from analyzer.tables.store import Tables
from tests.capture.test_placed_frame import two_files
from tests.report.sample import put


def test_files_of_a_set_are_one_source() -> None:
    tables = Tables()
    for capture, name in (("a", "both"), ("b", "both"), ("c", None)):
        put(tables, "captures", capture=capture, set=name)
    assert {name: [row["capture"] for row in rows] for name, rows in sources(tables).items()} == {
        "both": ["a", "b"],
        "c": ["c"],
    }


def test_sets_are_found_once_whatever_tables_are_about_them() -> None:
    tables, places = Tables(), two_files()
    assert sets_of(tables) == []
    for name in ("messages", "payloads"):
        put(tables, name, frame_number=1)
    place(tables, {}, places)
    assert sets_of(tables) == [places]


def test_the_clock_of_a_tap_is_taken_off() -> None:
    row = {"first_time": 60 * 10**9, "last_time": None, "clock_offset_s": 50.0}
    assert ran(row) == (10 * 10**9, None)
    assert clock_text(row) == ", its clock 50.000 s ahead of that of the first"
    assert ran(row | {"clock_offset_s": None}) == (60 * 10**9, None)
    assert clock_text(row | {"clock_offset_s": -0.25}).endswith("0.250 s behind that of the first")
    assert clock_text(row | {"clock_offset_s": 0.0}) == ""
