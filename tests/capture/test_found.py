"""What a folder holds and a pattern names; tests/cli/test_inputs.py has what cannot be looked into."""

import bz2
import gzip
import lzma
from pathlib import Path

import pytest

from analyzer.capture import open_capture
from analyzer.capture.found import Looker, captures_at, paths_below
from analyzer.errors import CaptureError
from tests.capture.packets import pcap

PCAP = pcap([])


def test_captures_by_name_or_first_bytes_in_order(tmp_path: Path) -> None:
    (tmp_path / "z").mkdir()
    (tmp_path / "z" / "one").write_bytes(bytes.fromhex("d4c3b2a1"))
    (tmp_path / "two.PCAP.gz").write_bytes(b"")
    (tmp_path / "notes.txt").write_bytes(b"text")
    reported: list[CaptureError] = []
    assert Looker(reported.append).of_word(str(tmp_path)) == [
        str(tmp_path / "two.PCAP.gz"),
        str(tmp_path / "z" / "one"),
    ]
    assert captures_at(tmp_path / "notes.txt", reported.append) is None
    assert captures_at("-", reported.append) is None
    assert captures_at(tmp_path / "*.txt", reported.append) == [str(tmp_path / "notes.txt")]
    assert not reported


def test_folders_that_a_pattern_names_are_looked_into(tmp_path: Path) -> None:
    reported: list[CaptureError] = []
    for name in ("a1", "a2", "b1"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "x.pcap").write_bytes(b"")
        (tmp_path / name / "notes.txt").write_bytes(b"")
    (tmp_path / "a3.pcap").write_bytes(b"")
    first, second = (str(tmp_path / name / "x.pcap") for name in ("a1", "a2"))
    assert captures_at(tmp_path / "a*", reported.append) == [first, second, str(tmp_path / "a3.pcap")]
    assert captures_at(tmp_path / "**" / "a*" / "*.pcap", reported.append) == [first, second]
    assert not reported
    (tmp_path / "c").mkdir()
    with pytest.raises(CaptureError, match="no capture in the folders named like this"):
        captures_at(tmp_path / "c*", reported.append)
    with pytest.raises(CaptureError, match="no file is named like this"):
        captures_at(tmp_path / "d*", reported.append)


def test_content_counts_and_not_the_name(tmp_path: Path) -> None:
    contents = {
        "dump.gz": gzip.compress(PCAP),
        "trace.pcap1.gz": gzip.compress(PCAP),
        "x.pcap.bz2": bz2.compress(PCAP),
        "core": gzip.compress(lzma.compress(PCAP)),
        "s": b"snoop\0\0\0" + bytes(8),
        "netmon": b"GMBU",
        "words.pcap3": b"words",
        "lost.gz": b"\x1f\x8b\xff",
    }
    for name, data in (contents | {"notes.gz": gzip.compress(b"words"), "a.json": b"{}", "b.html": b"<p>"}).items():
        (tmp_path / name).write_bytes(data)
    reported: list[CaptureError] = []
    assert Looker(reported.append).of_word(str(tmp_path)) == [str(tmp_path / name) for name in sorted(contents)]
    assert not reported


def test_a_file_with_several_names_comes_once(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    one = tmp_path / "b" / "one.pcap"
    one.write_bytes(PCAP)
    (tmp_path / "a.pcap").symlink_to(one)
    (tmp_path / "c.pcap").hardlink_to(one)
    (tmp_path / "far.pcap").symlink_to(tmp_path.parent / "far.pcap")
    (tmp_path.parent / "far.pcap").write_bytes(PCAP)
    reported: list[CaptureError] = []
    looker = Looker(reported.append)
    found = [name for word in (one, tmp_path / "b" / ".." / "c.pcap", tmp_path) for name in looker.of_word(str(word))]
    assert found == [str(one), str(tmp_path / "far.pcap")]
    assert looker.of_word(str(tmp_path)) == []
    assert not reported
    assert captures_at(tmp_path, reported.append) == [str(tmp_path / name) for name in ("b/one.pcap", "far.pcap")]
    assert captures_at(tmp_path / "[ac].pcap", reported.append) == [str(tmp_path / "a.pcap")]
    assert looker.of_word(str(tmp_path / "gone")) == [str(tmp_path / "gone")]


def test_a_loop_of_links_is_named_and_not_followed(tmp_path: Path) -> None:
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    (inner / "x.pcap").write_bytes(PCAP)
    links = {"a/b/here": ".", "a/up": "..", "a/b/top": str(tmp_path), "above": "..", "beside": "a", "self": "self"}
    for name, target in links.items():
        (tmp_path / name).symlink_to(target)
    reported: list[CaptureError] = []
    assert captures_at(tmp_path, reported.append) == [str(inner / "x.pcap")]
    loop = "is a link to a folder that it is in, a loop, and was not followed"
    reasons = {error.path.removeprefix(f"{tmp_path}/"): error.reason for error in reported}
    assert "links" in reasons.pop("self")
    assert reasons == dict.fromkeys(("a/b/here", "a/up", "a/b/top", "above"), loop)


def test_a_folder_with_nothing_but_errors(tmp_path: Path) -> None:
    (tmp_path / "gone.pcap").symlink_to("nowhere")
    reported: list[CaptureError] = []
    with pytest.raises(CaptureError, match=r"gone.pcap: cannot be opened"):
        captures_at(tmp_path, reported.append)
    assert Looker(reported.append).of_word(str(tmp_path)) == []
    assert [error.path for error in reported] == [str(tmp_path / "gone.pcap")] * 2
    with pytest.raises(CaptureError, match="is a link to what does not exist, nowhere"):
        open_capture(tmp_path / "gone.pcap")


def test_only_some_files_of_a_folder_are_looked_at(tmp_path: Path) -> None:
    for name in ("one", "two", "three.zip"):
        (tmp_path / name).write_bytes(PCAP if name != "three.zip" else b"PK\x03\x04" + bytes(9))
    reported: list[CaptureError] = []
    names = set(paths_below(str(tmp_path), reported.append))
    assert names == {str(tmp_path / name) for name in ("one", "two", "three.zip")}
    assert Looker(reported.append, only={str(tmp_path / "two")}).of_word(str(tmp_path)) == [str(tmp_path / "two")]
    assert reported == []
    assert list(paths_below(str(tmp_path / "gone"), reported.append)) == []
    assert [error.path for error in reported] == [str(tmp_path / "gone")]


def test_what_is_compressed_once_too_often_is_named(tmp_path: Path) -> None:
    for times in (2, 3):
        data = PCAP
        for _ in range(times):
            data = gzip.compress(data)
        (tmp_path / f"{times}").write_bytes(data)
    errors: list[CaptureError] = []
    assert captures_at(tmp_path, errors.append) == [str(tmp_path / "2"), str(tmp_path / "3")]
    with pytest.raises(CaptureError, match="is compressed more than twice"):
        open_capture(str(tmp_path / "3"))
