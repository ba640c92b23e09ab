"""What a side looks like, in one line."""

from analyzer.assessment.fingerprint.model import Candidate, Look, text_of


def look(*candidates: Candidate) -> Look:
    return Look(candidates, ("message-order",), "possible", "by the order of its notifies")


def test_one_line() -> None:
    assert text_of(None) is None
    one, two, old = Candidate("A", "5.8.0 or later"), Candidate("B", "5.8.0 or later"), Candidate("A", "up to 4.6")
    assert look(one).text == "consistent with A (by the order of its notifies; 5.8.0 or later)"
    assert look(one, two).text == "consistent with A or B (by the order of its notifies; 5.8.0 or later)"
    assert look(one, old).text == "consistent with A (by the order of its notifies)"
    assert look(Candidate("A")).text == "consistent with A (by the order of its notifies)"
    assert look(one)._replace(basis=("other-negotiation",)).text.startswith("possibly A (")
    assert look(one, two, old).names == {"A", "B"}
