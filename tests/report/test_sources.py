from analyzer.report.sources import sets_of, sources
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
