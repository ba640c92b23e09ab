"""Two files of one SA, taken at two points by clocks that differ: read as one, in the order in which it happened."""

from pathlib import Path

import pytest

from analyzer import read_pcap
from tests.two_points import ANSWERED, SECOND, Between, answers_on_4500, rows, two_taps


@pytest.mark.parametrize("offset", [0, 300, -300])
def test_the_clocks_do_not_decide_what_came_first(tmp_path: Path, offset: int) -> None:
    """Where one file seems to follow the other by its clock, too."""
    paths = two_taps(tmp_path, ANSWERED, Between(passes=answers_on_4500, offset_ns=offset * SECOND))
    analysis = read_pcap(paths, as_one=True)
    inside, outside = rows(analysis, "sights")
    assert (Path(inside["point"]).name, Path(outside["point"]).name) == ("inside.pcapng", "outside.pcapng")
    assert outside["clock_offset_s"] == pytest.approx(offset, abs=0.001)
    assert (inside["messages_missing"], outside["messages_missing"]) == (2, 0)
    [n] = rows(analysis, "negotiations")
    assert (n["outcome"], n["failed_at"], n["failed_by"]) == ("failed", "IKE_AUTH", "none")
    assert n["duration_s"] == pytest.approx(6.32, abs=0.01)
    assert rows(analysis, "diagnoses")[0]["diagnosis"] == "lost-between-points"
    assert not rows(analysis, "defects")
