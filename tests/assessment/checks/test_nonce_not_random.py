import pytest

from analyzer.negotiation.values import Values
from tests.assessment.lives import drawn, judged, several

ID = "nonce-not-random"


@pytest.mark.parametrize(
    ("fault", "said"),
    [("zeros", "all zeros"), ("mostly zeros", "more than half zeros"), ("counts", "bytes that count"),
     ("repeats", "a few bytes, or one part, again and again"), ("text", "text")],
)  # fmt: skip
def test_it_is_said_how(fault: str, said: str) -> None:
    values = Values((), drawn("a", by_initiator=False, fault=fault))
    (finding,) = judged(ID, *several("192.0.2.1"), values=values)
    assert (finding.severity, finding.confidence) == ("low", "possible")
    assert finding.detail == f"The responder's nonce is {said}."


def test_of_others_nothing_is_said() -> None:
    assert judged(ID, *several("192.0.2.1"), values=Values(drawn("a", fault="zero"), drawn("b"))) == []
