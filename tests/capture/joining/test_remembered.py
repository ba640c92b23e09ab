import json
from typing import Any

import pytest

from analyzer.capture.joining.copies import Copy
from analyzer.capture.joining.remembered import plain, remembered
from analyzer.capture.joining.sources import Sources
from analyzer.capture.joining.words import Note
from analyzer.capture.sets import CaptureSet

MADE = CaptureSet([["a1", "a2"], ["b"]], "they overlap", taken=["a1 and 2 more"], missing=["a3 is missing"])
FOUND = Sources([MADE, "c"], (Note("read as one", (MADE,)), Note("apart", ("c", "d"))), (Copy("d", "c", True),))
GIVEN = ["a1", "a2", "b", "c", "d"]


def saved() -> Any:
    return json.loads(json.dumps(plain(FOUND)))


def test_what_was_found_comes_back() -> None:
    found = remembered(saved(), GIVEN[::-1])
    assert found == FOUND
    made = found.captures[0]
    assert isinstance(made, CaptureSet)
    assert (str(made), made.chains, made.members) == (str(MADE), MADE.chains, MADE.members)
    assert (made.why, made.missing) == (MADE.why, MADE.missing)
    assert all(made in note.about for note in found.notes[:1])


@pytest.mark.parametrize("given", [GIVEN[1:], [*GIVEN, "e"], [*GIVEN, "c"], []])
def test_of_other_files_nothing_is_known(given: list[str]) -> None:
    assert remembered(saved(), given) is None


@pytest.mark.parametrize(
    "lie",
    [
        {"captures": [1]}, {"captures": None}, {"captures": [{}]}, {"captures": [{"name": 1, "chains": [], "why": ""}]},
        {"captures": [{"name": "x", "chains": [[1]], "why": ""}]}, {"notes": ["x"]}, {"notes": [["x", [1]]]},
        {"copies": [["d"]]}, {"copies": [["d", 1, True]]},
    ],
)  # fmt: skip
def test_what_is_no_account_of_a_run_counts_for_nothing(lie: dict[str, Any]) -> None:
    assert remembered(saved() | lie, GIVEN) is None
    assert remembered({}, GIVEN) is None
