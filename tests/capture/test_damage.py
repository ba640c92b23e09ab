"""Defects at bounded number."""

from analyzer.capture.damage import KEPT_PER_KIND, Damage


def test_sorted_by_frame_those_of_no_frame_first() -> None:
    damage = Damage()
    damage.add("wire-b", 3, "x", "y", "z", 7)
    damage.add("wire-a", 1, "x", "y", "z", 7)
    damage.add("capture-c", 0, "x", "y", "z", 2)
    damage.add("capture-d", 0, "x", "y", "z")
    assert [(d.kind, d.frame_number) for d in damage.defects()] == [
        ("capture-d", None),
        ("capture-c", 2),
        ("wire-a", 7),
        ("wire-b", 7),
    ]


def test_of_each_kind_a_bounded_number_is_kept_and_the_rest_counted() -> None:
    damage = Damage()
    for number in range(1, KEPT_PER_KIND + 31):
        if damage.is_full("wire-a"):
            damage.count("wire-a")
        else:
            damage.add("wire-a", 0, "x", "y", "z", number)
    damage.add("wire-b", 0, "x", "y", "z", 1)
    defects = damage.defects()
    assert sum(d.kind == "wire-a" for d in defects) == KEPT_PER_KIND
    assert sum(d.kind == "wire-b" for d in defects) == 1
    assert defects[-1].kind == "limit-defects"
    assert defects[-1].found == str(KEPT_PER_KIND + 30)
    assert "wire-a" in defects[-1].expected
