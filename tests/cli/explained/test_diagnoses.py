from tests.cli.explained import only, text


def test_a_diagnosis_says_where_it_ranks() -> None:
    page = only("psk-mismatch")
    assert page.kind == "diagnosis"
    assert "before" in text(page, "Where it ranks")
