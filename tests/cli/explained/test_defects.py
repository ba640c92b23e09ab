from tests.cli.explained import only, text


def test_a_defect_says_whose_fault_it_is_and_what_to_do() -> None:
    page = only("capture-not-opened")
    assert text(page, "Whose fault").startswith("The capture's")
    assert "tcpdump -s 0" in text(page, "What to do")
    assert text(only("internal"), "Whose fault") == "A fault of the analyzer."
