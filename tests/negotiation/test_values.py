"""Values that came in several negotiations."""

from analyzer.negotiation.values import Values, repeated
from tests.assessment.lives import drawn


def test_of_each_negotiation_the_first_message_counts() -> None:
    values = [*drawn("a", "a", "b"), *drawn("a"), *drawn("c", by_initiator=False)]
    assert [[value.frame_number for value in group] for group in repeated(values)] == [[10, 20]]


def test_without_any_there_is_nothing() -> None:
    assert list(repeated(Values().public)) == []
