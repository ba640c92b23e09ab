"""What read_pcap takes: files, folders and patterns; tests/capture/test_given.py has bytes and open files."""

import os
from pathlib import Path

import pytest

import analyzer
from analyzer.capture.sets import CaptureSet
from analyzer.errors import CaptureError, OutputError
from tests.capture.joining.made import checks, negotiation, write
from tests.cuts import borders, cut
from tests.fixtures.cases import case

CAPTURE = case("ikev2-psk-gcm").capture


def test_folders_and_patterns(tmp_path: Path) -> None:
    for name in ("b.pcap", "a.pcap", "deep/c.pcap"):
        place = tmp_path / name
        place.parent.mkdir(exist_ok=True)
        place.write_bytes(CAPTURE.read_bytes())
    names = [str(tmp_path / name) for name in ("a.pcap", "b.pcap", "deep/c.pcap")]
    assert analyzer.read_pcap(tmp_path, as_one=False).paths == names
    assert analyzer.read_pcap(tmp_path / "*.pcap", as_one=False).paths == names[:2]
    assert analyzer.read_pcap(str(tmp_path / "**" / "*.pcap"), as_one=False).paths == names
    assert analyzer.read_pcap([tmp_path / "deep", names[0]], as_one=False).paths == [names[2], names[0]]
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
    assert [warning.filename for warning in warned if warning.category is UserWarning] == [__file__]
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
    assert [warning.filename for warning in warned if warning.category is UserWarning] == [__file__]


def test_what_belongs_together_is_read_as_one_and_copies_once(tmp_path: Path) -> None:
    paths = [write(tmp_path / f"gw.pcap{n or ''}", part) for n, part in enumerate((negotiation(0), checks([9, 10])))]
    (tmp_path / "z.pcap").write_bytes(Path(paths[0]).read_bytes())
    analysis = analyzer.read_pcap(tmp_path)
    (name,) = analysis.paths
    assert isinstance(name, CaptureSet)
    assert (name.chains, [copy.capture for copy in analysis.copies]) == ((tuple(paths),), [str(tmp_path / "z.pcap")])
    assert [note.about for note in analysis.notes] == [(name,)] * 2
    assert len(analysis.tables["negotiations"]) == 1
    with pytest.raises(OutputError, match="it is the input"):
        analysis.to_html(tmp_path / "z.pcap")
    assert len(analyzer.read_pcap(paths, as_one=False).tables["negotiations"]) == 2
    assert len(analyzer.read_pcap([Path(paths[0]).read_bytes(), paths[1]]).paths) == 1


def test_as_one_is_said_of_what_has_nothing_in_common(tmp_path: Path) -> None:
    (tmp_path / "bad.pcap").write_text("no capture")
    later = write(tmp_path / "z.pcap", negotiation(0))
    with pytest.warns(UserWarning, match=r"bad\.pcap"):
        analysis = analyzer.read_pcap([CAPTURE, later, tmp_path / "bad.pcap"], as_one=True)
    (name,) = analysis.paths
    assert isinstance(name, CaptureSet)
    assert name.members == (later, str(CAPTURE), str(tmp_path / "bad.pcap"))
    with pytest.raises(ValueError, match="only once"):
        analyzer.read_pcap([CAPTURE, "-"], as_one=True)


def test_captures_that_are_one(tmp_path: Path) -> None:
    data = CAPTURE.read_bytes()
    place = borders(data)[len(borders(data)) // 2]
    parts = cut(data, [place])
    for name, part in zip(("b.pcap", "a.pcap"), parts, strict=True):
        (tmp_path / name).write_bytes(part)
    (tmp_path / "c.pcap").write_bytes(b"no capture")
    with pytest.warns(UserWarning, match=r"c\.pcap"):
        analysis = analyzer.read_pcap(tmp_path, as_one=True)
    assert analysis.paths == [f"{tmp_path}/b.pcap and 2 more"]
    assert [error.path for error in analysis.unread] == [str(tmp_path / "c.pcap")]
    assert analysis.is_partly_read
    places = analysis.places[analysis.paths[0]]
    assert places.members == (str(tmp_path / "b.pcap"), str(tmp_path / "a.pcap"))
    verdict = analyzer.read_pcap(CAPTURE).tables["negotiations"].column("outcome")
    assert analysis.tables["negotiations"].column("outcome") == verdict
    assert analyzer.read_pcap(parts, as_one=True).tables["negotiations"].column("outcome") == verdict
    assert analyzer.read_pcap([CAPTURE, str(CAPTURE)], as_one=True).paths == [str(CAPTURE)], "it is one file"
    apart = analyzer.read_pcap([tmp_path / "a.pcap", tmp_path / "b.pcap"], as_one=False)
    assert len(apart.paths) == 2
    with pytest.raises(CaptureError, match="none of its 2 captures can be read"):
        analyzer.read_pcap([tmp_path / "c.pcap", tmp_path / "d.pcap"], as_one=True)
