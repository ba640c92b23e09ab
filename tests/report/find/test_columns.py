from analyzer.report.find.columns import SIGNS, Coding, Relative, codes_of, coding_of, counted, packed_table, written
from analyzer.tables.store import Tables
from tests.report.sample import put


def test_each_distinct_value_stands_once() -> None:
    assert written(coding_of(["a", None, "a", "b"])) == {"values": ["a", None, "b"], "codes": "#$#%", "width": 1}
    assert written(coding_of(["a", "a"])) == {"values": ["a"]}
    assert written(coding_of([])) == {"values": []}


def test_codes_take_as_many_signs_as_there_are_values() -> None:
    many = coding_of(range(len(SIGNS) + 1))
    found = codes_of(many)
    assert (found["width"], found["codes"][:4], found["codes"][-2:]) == (2, "###$", "$#")
    assert codes_of(Coding([0, 1], SIGNS))["width"] == 1
    assert '"' not in SIGNS
    assert "\\" not in SIGNS


def test_numbers_are_counted_from_others() -> None:
    place = {"from": "first_frame"}
    assert counted(coding_of([5, None, 7]), Relative(place, [4, 9, None])) == {"cells": [1, None, 7]} | place
    assert counted(coding_of([(5, 9), (5, 9)]), Relative(place, [4, 4])) == {"values": [(1, 4)]} | place


def rows_of(count: int) -> Tables:
    """So many negotiations of few kinds, with SPIs, frames and times of their own."""
    tables = Tables()
    for number in range(1, count + 1):
        put(
            tables,
            "negotiations",
            negotiation=number,
            outcome="failed" if number % 2 else "established",
            initiator_spi=f"{number:016x}",
            initiator_ip=f"10.0.0.{number}",
            responder_ip="192.0.2.1",
            first_frame=number * 3,
            first_time=number * 1000,
            last_time=2**62 + number,
            paths=(f"10.0.0.{number}:500 - 192.0.2.1:500",),
        )
    return tables


def test_columns_of_few_values_share_one_code_a_row() -> None:
    table = rows_of(40)["negotiations"]
    ends = [(f"10.0.0.{number}", "192.0.2.1") for number in range(1, 41)]
    found = packed_table(table, range(40), ends=ends, marking={"paths"})
    assert found["kinds"] == {"count": 2, "codes": "#$" * 20, "width": 1}
    assert found["together"]["outcome"] == {"values": ["failed", "established"], "codes": "#$", "width": 1}
    assert found["together"]["responder_ip"] == {"values": ["192.0.2.1"]}
    alone = found["alone"]
    assert alone["initiator_spi"] == {"text": "".join(f"{number:016x}" for number in range(1, 41)), "each": 16}
    assert alone["first_frame"] == {"steps": [3] * 40, "unit": 1}
    assert alone["first_time"] == {"steps": [1] * 40, "unit": 1000}
    assert alone["last_time"]["steps"][0] == str(2**62 + 1)
    assert alone["paths"] == {"values": [("\x01:500 - \x02:500",)], "marked": True}
    assert set(found["times"]) == {"first_time", "last_time", "deleted_at"}


def test_no_mark_stands_where_a_text_has_such_a_sign() -> None:
    tables = rows_of(20)
    put(tables, "negotiations", negotiation=21, initiator_ip="10.0.0.21", paths=("\x01",))
    ends = [(f"10.0.0.{number}", None) for number in range(1, 22)]
    found = packed_table(tables["negotiations"], range(21), ends=ends, marking={"paths"})
    assert found["alone"]["paths"]["cells"][0] == ("10.0.0.1:500 - 192.0.2.1:500",)


def test_views_are_made_once_for_each_kind() -> None:
    seen = []

    def views(cells: dict[str, object]) -> dict[str, object]:
        seen.append(cells["outcome"])
        return {"shout": str(cells["outcome"]).upper()}

    found = packed_table(rows_of(40)["negotiations"], range(40), views=views, asked=("outcome",), left=("paths",))
    assert len(seen) == found["kinds"]["count"]
    assert set(seen) == {"failed", "established"}
    assert set(found["views"]["shout"]["values"]) == {"FAILED", "ESTABLISHED"}
    assert "paths" not in found["columns"]
