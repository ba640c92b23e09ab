"""A defect says where, what was expected, what was found, and what it cost."""

from analyzer.defects import Defect


def test_a_defect_reads_as_a_sentence() -> None:
    defect = Defect("wire-length", 28, "at least 4", "0", "payload chain stops here", frame_number=7)
    assert str(defect) == "wire-length at byte 28: expected at least 4, found 0; payload chain stops here"


def test_equal_defects_are_one_in_a_set() -> None:
    assert len({Defect("wire-length", 28, "4", "0", "x"), Defect("wire-length", 28, "4", "0", "x")}) == 1
