"""A short run of the fuzzer: nothing raises, and nothing falls into the net. tests/fuzz.py has the long ones."""

from pathlib import Path
from random import Random

import pytest

from analyzer import analysis, net
from analyzer.errors import CaptureError
from analyzer.isakmp import decode
from analyzer.reading import single
from tests import fuzz
from tests.conftest import FIXTURES, captures_in
from tests.fuzz import Outcome, run
from tests.mutations import Mutator, Seeds, seeds_of


@pytest.fixture(scope="module")
def seeds() -> Seeds:
    return seeds_of(captures_in(FIXTURES))


def faults(outcome: Outcome) -> str:
    return "\n".join(outcome.lines()) if outcome.faults else ""


def test_damaged_messages(seeds: Seeds) -> None:
    outcome = run("messages", seeds, most=600)
    assert outcome.cases == 600
    assert faults(outcome) == ""


def test_damaged_files(seeds: Seeds) -> None:
    outcome = run("files", seeds, most=60)
    assert outcome.cases == 60
    assert outcome.refused < 20
    assert faults(outcome) == ""


def test_hostile_content_is_reached_in_clear_and_under_keys(seeds: Seeds, tmp_path: Path) -> None:
    """What the cases are worth: most headers are followed, payloads of many types decoded, keys open messages."""
    types: set[tuple[int, int]] = set()
    mutators = [Mutator(seeds, Random(number)) for number in range(300)]
    for mutator in mutators:
        message = decode(mutator.message())
        types |= {(message.major_version, p.type) for p in message.payloads}
    assert len(types) > 25
    decrypted = 0
    for number in range(40):
        made = Mutator(seeds, Random(number)).capture()
        path = tmp_path / f"case{made.suffix}"
        path.write_bytes(made.data)
        one = analysis.Analysis(keys=made.keys)
        try:
            one.add(path)
        except CaptureError:
            continue
        decrypted += one.tables["messages"].column("decrypted").count(True)
    assert decrypted > 40


def test_a_number_gives_the_same_case_again(seeds: Seeds) -> None:
    made = [[Mutator(seeds, Random(number)).message() for number in range(50)] for _ in range(2)]
    assert made[0] == made[1]
    assert len(set(made[0])) == 50


def test_what_raises_and_what_falls_into_the_net_is_a_fault(monkeypatch: pytest.MonkeyPatch, seeds: Seeds) -> None:
    def fail(*_: object) -> None:
        raise IndexError

    monkeypatch.setattr(fuzz, "decode", fail)
    outcome = run("messages", seeds, first=7, most=3)
    ((place, (first, text)),) = outcome.faults.items()
    assert place.startswith("IndexError at test_fuzz.py:")
    assert (first, outcome.counts[place]) == (7, 3)
    assert "Traceback" in text
    monkeypatch.setattr(single, "decode", fail)
    caught = run("files", seeds, most=3)
    assert any(place.startswith("in the net: IndexError at reading/single.py:") for place in caught.faults)
    net.faults.clear()
