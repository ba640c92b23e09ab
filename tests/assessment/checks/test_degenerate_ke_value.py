import pytest

from analyzer.negotiation.values import Values
from tests.assessment.lives import drawn, judged, several

ID = "degenerate-ke-value"


@pytest.mark.parametrize(
    ("fault", "method", "said"),
    [
        ("zero", 14, "The initiator's value of 2048-bit MODP Group is zero."),
        ("minus one", 14, "The initiator's value of 2048-bit MODP Group is p - 1."),
        ("not on the curve", 19, "is a point that is not on the curve."),
        ("low order", 31, "The initiator's value of Curve25519 is a point of low order."),
    ],
)
def test_where_the_sa_came_up_it_is_critical(fault: str, method: int, said: str) -> None:
    values = Values(drawn("a", method=method, fault=fault))
    (finding,) = judged(ID, *several("192.0.2.1"), values=values)
    assert (finding.severity, finding.confidence, finding.evidence_frames) == ("critical", "certain", (10,))
    assert finding.detail.endswith(said)


def test_what_nobody_took_is_an_attempt() -> None:
    values = Values(drawn("a", fault="one"))
    (finding,) = judged(ID, *several("192.0.2.1", outcome="failed"), values=values)
    assert finding.severity == "medium"


def test_who_answers_with_it_took_the_other_s_value() -> None:
    values = Values(drawn("a", by_initiator=False, fault="one"))
    (finding,) = judged(ID, *several("192.0.2.1", outcome="incomplete"), values=values)
    assert finding.severity == "critical"


@pytest.mark.parametrize("values", [Values(drawn("a")), Values(drawn("a", fault="one", method=None)), Values()])
def test_sound_values_and_values_of_no_known_method(values: Values) -> None:
    assert judged(ID, *several("192.0.2.1"), values=values) == []
