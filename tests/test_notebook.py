"""What read_pcap takes: files, folders and patterns; tests/capture/test_given.py has bytes and open files."""

import os
from pathlib import Path

import pytest

import analyzer
from analyzer.errors import CaptureError
from tests.fixtures.cases import case

CAPTURE = case("ikev2-psk-gcm").capture


def test_folders_and_patterns(tmp_path: Path) -> None:
    for name in ("b.pcap", "a.pcap", "deep/c.pcap"):
        place = tmp_path / name
        place.parent.mkdir(exist_ok=True)
        place.write_bytes(CAPTURE.read_bytes())
    names = [str(tmp_path / name) for name in ("a.pcap", "b.pcap", "deep/c.pcap")]
    assert analyzer.read_pcap(tmp_path).paths == names
    assert analyzer.read_pcap(tmp_path / "*.pcap").paths == names[:2]
    assert analyzer.read_pcap(str(tmp_path / "**" / "*.pcap")).paths == names
    assert analyzer.read_pcap([tmp_path / "deep", names[0]]).paths == [names[2], names[0]]
    with pytest.raises(CaptureError, match="no file is named like this"):
        analyzer.read_pcap(tmp_path / "x*.pcap")
    (tmp_path / "empty").mkdir()
    with pytest.raises(CaptureError, match="no capture in this folder"):
        analyzer.read_pcap(tmp_path / "empty")


def test_what_cannot_be_read_among_others_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.pcap").write_bytes(b"no capture, whatever its name says")
    (tmp_path / "b[1].pcap").write_bytes(CAPTURE.read_bytes())
    with pytest.warns(UserWarning, match=r"a\.pcap") as warned:
        analysis = analyzer.read_pcap(tmp_path)
    assert [warning.filename for warning in warned] == [__file__]
    assert analysis.paths == [str(tmp_path / "b[1].pcap")]
    assert [error.path for error in analysis.unread] == [str(tmp_path / "a.pcap")]
    assert analyzer.read_pcap(tmp_path / "b[1].pcap").paths == analysis.paths  # a file's name, not a pattern
    with pytest.raises(CaptureError, match=r"a\.pcap"):
        analyzer.read_pcap(tmp_path / "a.pcap")


def test_what_cannot_be_looked_into_is_warned_of_where_it_was_asked_for(tmp_path: Path) -> None:
    (tmp_path / "a.pcap").write_bytes(CAPTURE.read_bytes())
    os.mkfifo(tmp_path / "b.pcap")
    with pytest.warns(UserWarning, match=r"b\.pcap") as warned:
        assert len(analyzer.read_pcap(tmp_path).unread) == 1
    assert [warning.filename for warning in warned] == [__file__]
