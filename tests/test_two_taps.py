"""Two files of one SA, taken at two points by clocks that differ: read as one, in the order in which it happened."""

from pathlib import Path

import pytest

from analyzer import read_pcap
from tests.two_points import ANSWERED, ON_4500, SECOND, Between, answers_on_4500, on_4500, rows, two_taps


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


def test_an_extract_beside_its_recording_and_another_tap(tmp_path: Path) -> None:
    """What it lacks is in its recording: the message is lost behind that, not between the two."""
    (tmp_path / "whole").mkdir()
    (tmp_path / "part").mkdir()
    inside, outside = two_taps(tmp_path / "whole", ON_4500, Between(passes=on_4500))
    part, _ = two_taps(tmp_path / "part", ON_4500, Between(seen=lambda point, packet: point == 0 and on_4500(packet)))
    part.rename(tmp_path / "part.pcapng")
    analysis = read_pcap([inside, tmp_path / "part.pcapng", outside], as_one=True)
    found = {Path(row["point"]).name: row for row in rows(analysis, "sights")}
    assert [found[name]["messages_missing"] for name in ("inside.pcapng", "part.pcapng", "outside.pcapng")] == [0, 0, 1]
    assert [Path(name).name for name in found["part.pcapng"]["same_recording"]] == ["inside.pcapng"]
    first = rows(analysis, "diagnoses")[0]
    assert first["diagnosis"] == "lost-between-points"
    assert "outside.pcapng never" in first["detail"]


@pytest.mark.filterwarnings("ignore:.*lost.pcap")
def test_a_file_that_cannot_be_read_makes_absence_weak_evidence(tmp_path: Path) -> None:
    """It may be of the point that lacks the message."""
    paths = two_taps(tmp_path, ANSWERED, Between(passes=answers_on_4500, offset_ns=300 * SECOND))
    (tmp_path / "lost.pcap").write_bytes(b"no capture")
    analysis = read_pcap([*paths, tmp_path / "lost.pcap"], as_one=True)
    [n] = rows(analysis, "negotiations")
    assert (n["outcome"], n["outcome_confidence"]) == ("failed", "possible")
    assert "lost.pcap could not be read, so absence is weak evidence" in n["outcome_basis"]
    first = rows(analysis, "diagnoses")[0]
    assert (first["diagnosis"], first["confidence"]) == ("lost-between-points", "possible")
    assert "lost.pcap could not be read, and may be of " in first["detail"]
    [defect] = rows(analysis, "defects")
    assert defect["kind"] == "capture-file-unread"
    assert str(tmp_path / "lost.pcap") in defect["found"]
