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


def test_what_one_file_of_a_set_has_is_taken_over_with_other_numbers() -> None:
    damage, other = Damage(), Damage()
    for number in range(1, KEPT_PER_KIND + 11):
        other.add("capture-a", 0, "x", "y", "z", number)
    other.add("capture-b", 0, "x", "y", "z")
    other.add("capture-c", 0, "x", "y", "z", 7)
    damage.add("capture-a", 0, "x", "y", "z", 1)
    damage.take(other, "f.pcap", lambda number: None if number == 7 else number + 500)
    found = damage.defects()
    assert [(d.kind, d.found) for d in found if d.frame_number is None] == [
        ("capture-a", "y (f.pcap)"),
        ("capture-b", "y (f.pcap)"),
        ("capture-c", "y (f.pcap)"),
        ("limit-defects", str(KEPT_PER_KIND + 11)),
    ]
    assert [d.frame_number for d in found if d.kind == "capture-a"][1:4] == [1, 501, 502]
