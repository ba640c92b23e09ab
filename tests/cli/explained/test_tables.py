from tests.cli.explained import only, text


def test_a_table_names_its_columns() -> None:
    page = only("table", "negotiations")
    assert "outcome, failed_at" in text(page, "Columns")
    assert "export CAPTURE --table negotiations" in text(page, "See")
