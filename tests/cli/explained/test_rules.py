from tests.cli.explained import only, text


def test_a_rule_names_what_stands_for_it() -> None:
    page = only("KE-REUSE")
    assert page.title == "One key exchange value of a host for several SAs"
    assert text(page, "What stands for it") == "ke-value-reused, ml-kem-value-reused"
    assert not text(page, "Note")


def test_a_rule_that_nothing_stands_for_says_why() -> None:
    page = only("rule", "ke-rand")
    assert text(page, "What stands for it") == "Nothing."
    assert text(page, "Note").startswith("statistics of one value say nothing")
