"""Captures cut into files, or dealt out to taps: all tables of the set are those of the whole one."""

from pathlib import Path
from random import Random

import pytest

from tests.conftest import FIXTURES, captures_in
from tests.cuts import borders, cut, dealt, differences, follows, main, merged, rows, whole, written
from tests.fixtures.spoiled import raw_frames
from tests.together import in_bulk

SAMPLE = Random(13).sample(captures_in(FIXTURES), 12)
"""Some of the fixtures, each cut once: python -m tests.cuts cuts all of them at every packet."""


@pytest.mark.parametrize("capture", SAMPLE, ids=lambda path: path.parent.name)
def test_a_set_of_files_says_what_the_whole_capture_says(capture: Path, tmp_path: Path) -> None:
    random, data, expected = Random(str(capture)), whole(capture), rows(capture)
    fitting = [place for place in random.sample(borders(data), 3) if follows(data, place, tmp_path)]
    assert fitting
    assert differences(capture, [cut(data, fitting[:1])], tmp_path, expected) == []
    with in_bulk():
        assert differences(capture, [cut(data, sorted(fitting))], tmp_path, expected) == []


@pytest.mark.parametrize("capture", SAMPLE[:4], ids=lambda path: path.parent.name)
def test_taps_say_what_their_merge_says(capture: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    taps = dealt(raw_frames(capture), 2, Random(str(capture)))
    Path("merge").write_bytes(written(merged(taps), [f"{tap}-0.pcap" for tap in range(len(taps))]))
    chains = [[written([(0, frame) for frame in tap], [""])] for tap in taps]
    assert differences(capture, chains, Path(), rows("merge")) == []


def test_the_sweep_would_see_a_difference(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "x.pcap").write_bytes(whole(FIXTURES / "ikev2-auth-failed-psk" / "capture.pcap"))
    monkeypatch.setattr("sys.argv", ["cuts", str(tmp_path), "--every", "5"])
    with pytest.raises(SystemExit, match="0"):
        main()
    assert capsys.readouterr().out == "1 captures, 2 cuts, 0 skipped as times go back, 0 differ\n"
    monkeypatch.setattr("tests.cuts.cut", lambda data, places: [data[: places[0].at]] * 2)
    with pytest.raises(SystemExit, match="1"):
        main()
    assert "became" in capsys.readouterr().out
