from analyzer.isakmp.payloads.ikev2.puzzle_solution import PuzzleSolution
from tests.isakmp.wire import body_of, kinds


def test_four_keys() -> None:
    assert body_of(54, b"abcdefgh") == (PuzzleSolution((b"ab", b"cd", b"ef", b"gh")), [])


def test_bytes_that_are_no_four_keys() -> None:
    body, defects = body_of(54, b"abcde")
    assert (body, kinds(defects)) == (PuzzleSolution((b"abcde",)), ["wire-payload-length"])
    assert kinds(body_of(54, b"")[1]) == ["wire-payload-length"]
