"""What several processes take apart together is what one does, byte for byte, whatever becomes of them."""

import json
import os
import signal
from collections.abc import Sequence

import pytest

from analyzer import net
from analyzer.analysis import Analysis
from analyzer.report.explorer import data, explorer, frames_inside, shares
from analyzer.report.explorer.shares import shared
from tests.fixtures.cases import case

NAMES = ("ikev2-many-sas", "ikev2-auth-failed-psk", "ikev1-main-cert-frag", "ikev2-cert-frag", "noise-on-ike-ports")


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shares, "LEAST", 3)


@pytest.mark.parametrize("keyed", [False, True])
def test_any_number_of_processes_makes_the_same(keyed: bool) -> None:
    for name in NAMES:
        analysis = Analysis(keys=case(name).keys if keyed else None)
        for one in (name, NAMES[1]):  # two captures in one page: the table of fields grows on
            analysis.add(case(one).capture)
        tables = analysis.tables
        inside = frames_inside(tables, range(1, 301))
        alone, *others = (explorer(tables, inside, analysis.dissected, jobs=jobs) for jobs in (1, 2, 3, 7))
        assert alone.frames > 3
        for one in others:
            assert json.dumps(one.data) == json.dumps(alone.data)
            assert (one.inside, one.notes) == (alone.inside, alone.notes)


@pytest.mark.parametrize(("name", "most"), [("MOST_BYTES", 9000), ("MOST_FIELDS", 700), ("MOST_FIELDS", 100)])
def test_what_has_no_room_is_left_out_as_by_one(monkeypatch: pytest.MonkeyPatch, name: str, most: int) -> None:
    monkeypatch.setattr(data, name, most)
    analysis = Analysis()
    analysis.add(case("ikev2-many-sas").capture)
    inside = frames_inside(analysis.tables, range(1, 301))
    alone, other = (explorer(analysis.tables, inside, analysis.dissected, jobs=jobs) for jobs in (1, 3))
    assert 0 < alone.frames < len(set(analysis.tables["messages"].column("frame_number")))
    assert json.dumps(other.data) == json.dumps(alone.data)
    assert (other.inside, other.notes) == (alone.inside, alone.notes)


def test_each_process_has_a_run_of_frames_and_what_fails_there_is_counted() -> None:
    here = os.getpid()

    def make(frames: Sequence[int]) -> tuple[list[int], bool]:
        if os.getpid() != here:
            net.faults["a fault"] += 1
        return list(frames), os.getpid() == here

    net.faults.clear()
    assert shared(range(10), make, 3) == [([0, 1, 2], True), ([3, 4, 5], False), ([6, 7, 8, 9], False)]
    assert net.faults == {"a fault": 2}
    net.faults.clear()
    assert shared(range(10), make, 1) is None
    assert shared(range(2), make, 2) is None


def test_a_process_that_is_ended_leaves_all_to_this_one() -> None:
    here = os.getpid()

    def make(frames: Sequence[int]) -> list[int]:
        if os.getpid() != here:
            os.kill(os.getpid(), signal.SIGKILL)
        return list(frames)

    assert shared(range(10), make, 3) is None
