from analyzer.cli.explained import pages_of
from tests.cli.explained import only, text


def test_a_column_with_its_values() -> None:
    page = only("negotiations.outcome")
    assert page.kind == "column of negotiations, str"
    assert text(page, "Its values").startswith("established, failed")
    assert only("messages.payload_types").kind == "column of messages, list of Int64"


def test_alone_it_is_that_of_every_table_and_the_word_of_filters() -> None:
    ids = [page.id for page in pages_of(["column", "outcome"])]
    assert ids == ["outcome", "negotiations.outcome", "child_sas.outcome", "exchanges.outcome"]


def test_a_word_of_filters_has_its_values_where_they_are_closed() -> None:
    assert "psk-mismatch" in text(only("cause"), "Its values")
    assert not text(pages_of(["identity"])[0], "Its values")
