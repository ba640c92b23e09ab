from analyzer.report.filtered import Filtered, filtered


def test_without_a_filter_there_is_nothing_to_say() -> None:
    assert filtered([{"filter": None}], 3) == Filtered()
    assert Filtered().sentence == ""


def test_how_many_match() -> None:
    row = {"filter": "nat_t", "negotiations_left_out": 3979, "findings_left_out": 0, "floods_left_out": 0}
    assert filtered([row], 3).sentence == "3 of 3,982 negotiations match, the others are left out: nat_t."
    assert filtered([row], 1).counted.startswith("1 of 3,980 negotiations matches, ")
    assert filtered([row], 0).counted == "None of 3,979 negotiations matches: nat_t"
    none = filtered([row | {"negotiations_left_out": 0}], 0)
    assert none.counted == "There is no negotiation that could match: nat_t"


def test_what_else_is_left_out() -> None:
    row = {"filter": "nat_t", "negotiations_left_out": 0, "findings_left_out": 2, "floods_left_out": 1}
    both = filtered([row, row], 1)
    assert (both.findings, both.floods) == (4, 2)
    assert both.sentence.endswith(" Left out too: 4 findings about the capture as a whole and 2 floods.")


def test_several_captures() -> None:
    one, other = Filtered("x", 1, 2, 3, 4), Filtered("x", 5, 6, 7, 8)
    assert one + other == sum((one, other), Filtered()) == Filtered("x", 6, 8, 10, 12)


def test_a_long_filter_is_cut_in_the_sentence() -> None:
    assert len(Filtered("x" * 2000, 0, 1).sentence) < 300
