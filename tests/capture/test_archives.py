"""Captures in archives, as the commands and a notebook read them."""

import gzip
import hashlib
import io
import os
import re
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from analyzer import Analysis, read_pcap
from analyzer.capture import archives, open_capture, spool
from analyzer.capture.archives import archive_file, cleaned, opened, part_of, size_of
from analyzer.capture.compressions import Bound
from analyzer.capture.found import Looker
from analyzer.errors import CaptureError
from tests.capture.packets import ike_frame, isakmp, pcap
from tests.cli.running import FAILED, run
from tests.conftest import ROOT

CAPTURE = FAILED.read_bytes()
MEMBERS = [
    ("monday/gw.pcap", CAPTURE),
    ("README.txt", b"words"),
    ("core", gzip.compress(CAPTURE)),
    ("../../etc/x", CAPTURE),
    ("/monday/gw.pcap", CAPTURE),
]
NAMES = ["monday/gw.pcap", "core", "etc/x", "monday/gw.pcap~2"]


def zipped(path: Path, members: list[tuple[str, bytes]], method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, data in members:
            archive.writestr(zipfile.ZipInfo(name), data, method)
    return path


def tarred(path: Path, members: list[tuple[str, bytes]], mode: str = "w") -> Path:
    with tarfile.open(path, mode) as archive:  # type: ignore[call-overload]
        for name, data in members:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return path


MAKE: dict[str, Callable[[Path, list[tuple[str, bytes]]], Path]] = {
    "zip": zipped,
    "tar": tarred,
    "tar.gz": lambda path, members: tarred(path, members, "w:gz"),
    "tar.bz2": lambda path, members: tarred(path, members, "w:bz2"),
    "tar.xz": lambda path, members: tarred(path, members, "w:xz"),
}


@pytest.mark.parametrize("kind", MAKE)
def test_captures_in_an_archive_are_inputs_of_their_own(tmp_path: Path, kind: str) -> None:
    path = MAKE[kind](tmp_path / "evidence", MEMBERS)
    archive = opened(str(path))
    assert archive is not None
    assert (list(archive.captures), archive.unread) == (NAMES, [])
    analysis = read_pcap(path, as_one=False)
    assert analysis.paths == [f"{path}/{name}" for name in NAMES]
    captures = analysis.tables["captures"]
    assert captures.column("format") == [f"pcap ({how}in {kind})" for how in ("", "gzip, ", "", "")]
    stored = hashlib.sha256(CAPTURE).hexdigest()
    assert [captures.column("sha256")[place] for place in (0, 2, 3)] == [stored] * 3
    assert captures.column("size_bytes") == [len(CAPTURE), len(MEMBERS[2][1]), len(CAPTURE), len(CAPTURE)]
    whole = Analysis()
    whole.add(FAILED)
    for name in analysis.paths:
        assert analysis.dissect(5, name) == whole.dissect(5)
        assert size_of(name) == captures.column("size_bytes")[analysis.paths.index(name)]


@pytest.mark.parametrize("kind", ["zip", "tar.gz"])
def test_all_commands(tmp_path: Path, kind: str) -> None:
    folder = tmp_path / "case"
    folder.mkdir()
    path = MAKE[kind](folder / "evidence", MEMBERS[:3])
    for word in (path, folder):
        done = run("summary", word, "--separate")
        assert done.exit_code == 0
        assert done.stdout.count("failed in IKE_AUTH") >= 2
    one = f"{path}/monday/gw.pcap"
    assert run("show", one, "--frame", "5").stdout == run("show", FAILED, "--frame", "5").stdout
    assert run("report", path, "-o", tmp_path / "out", "--jobs", "1", "--separate").exit_code == 0
    page = (tmp_path / "out" / "gw" / "report.html").read_text()
    assert "cannot be read" not in page
    assert "changed since" not in page
    done = run("show", path, "--frame", "5", "--separate")
    assert done.exit_code == 2
    assert "captures, and this is about one: name one of them" in done.stderr
    done = run("show", f"{path}/none", "--frame", "5")
    assert done.exit_code == 3
    assert "Captures in it: monday/gw.pcap, core" in done.stderr
    done = run("extract", one, "--negotiation", "1", "-o", path)
    assert done.exit_code == 2
    assert "is the input" in done.stderr


@pytest.mark.parametrize("kind", ["zip", "tar.gz"])
def test_a_log_in_an_archive_is_found_by_its_content(tmp_path: Path, kind: str) -> None:
    log = (ROOT / "fixtures" / "logs" / "charon" / "log.txt").read_bytes()
    path = MAKE[kind](tmp_path / "case", [("notes.txt", b"words\n" * 500), ("syslog.1", b"other words\n" * 500 + log)])
    analysis = read_pcap(path)
    assert analysis.paths == [f"{path}/syslog.1"]
    assert analysis.negotiations["outcome"].tolist() == ["established"]


def test_a_path_that_is_there_counts_before_one_in_an_archive(tmp_path: Path) -> None:
    (tmp_path / "x.zip").mkdir()
    (tmp_path / "x.zip" / "a.pcap").write_bytes(CAPTURE)
    assert archive_file(str(tmp_path / "x.zip" / "b.pcap")) is None
    assert part_of(str(tmp_path / "x.zip" / "b.pcap")) is None
    assert open_capture(tmp_path / "x.zip" / "a.pcap").info.path
    with pytest.raises(CaptureError, match="no such file"):
        open_capture(tmp_path / "x.zip" / "b.pcap")
    with pytest.raises(CaptureError, match="no such file"):
        open_capture(FAILED / "b.pcap")  # in a file that is no archive


def test_what_is_not_read_is_named(tmp_path: Path) -> None:
    inner = zipped(tmp_path / "inner", [("a", CAPTURE)]).read_bytes()
    office = zipped(tmp_path / "office", [("[Content_Types].xml", b"")]).read_bytes()
    members = [
        ("in.zip", inner),
        ("a.docx", office),
        ("notes.pcap", b"words"),
        ("._x.pcap", b"\0\5\x16\7"),
        ("x", b"GMBU"),
    ]
    path = tarred(tmp_path / "x.tar", members)
    with tarfile.open(path, "a") as archive:
        for name, kind, link in (
            ("dev.pcap", tarfile.CHRTYPE, ""), ("dev", tarfile.CHRTYPE, ""), ("far.pcap", tarfile.SYMTYPE, "../y"),
            ("near.pcap", tarfile.SYMTYPE, "notes.pcap"), ("far", tarfile.SYMTYPE, "/y"),
        ):  # fmt: skip
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, link
            archive.addfile(info)
    analysis = read_unread(path)
    assert [(error.path.removeprefix(f"{path}/"), error.reason) for error in analysis] == [
        ("in.zip", "is an archive in an archive, and was not opened"),
        ("dev.pcap", "is a device or a FIFO"),
        ("far.pcap", "is a link to ../y, which is no capture of the archive"),
        ("notes.pcap", "is a text file, not a capture that can be read"),
        ("x", "is a Microsoft Network Monitor 2 capture, not a capture that can be read"),
    ]
    assert run("summary", path).exit_code == 3


def test_links_in_a_zip_archive_are_named_as_those_in_a_tar_archive(tmp_path: Path) -> None:
    path = zipped(tmp_path / "x.zip", [("gw.pcap", CAPTURE)])
    with zipfile.ZipFile(path, "a") as archive:
        for name, target in (("near.pcap", "gw.pcap"), ("far.pcap", "../y.pcap"), ("far", "/y")):
            info = zipfile.ZipInfo(name)
            info.external_attr = 0o120777 << 16
            archive.writestr(info, target)
    (error,) = read_unread(path)
    reason = "is a link to ../y.pcap, which is no capture of the archive"
    assert (error.path, error.reason) == (f"{path}/far.pcap", reason)


def test_a_link_to_a_link_to_a_capture_is_no_gap(tmp_path: Path) -> None:
    links = [("a.pcap", "b.pcap", tarfile.SYMTYPE), ("b.pcap", "./gw.pcap", tarfile.LNKTYPE)]
    links += [("p.pcap", "q.pcap", tarfile.SYMTYPE), ("q.pcap", "p.pcap", tarfile.SYMTYPE)]
    path = tarred(tmp_path / "x.tar", [("gw.pcap", CAPTURE)])
    with tarfile.open(path, "a") as archive:
        for name, target, kind in links:
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, target
            archive.addfile(info)
    reasons = [error.reason for error in read_unread(path)]
    assert reasons == [f"is a link to {name}.pcap, which is no capture of the archive" for name in "qp"]


def read_unread(path: Path) -> list[CaptureError]:
    with pytest.warns(UserWarning, match=re.escape(str(path))):
        return read_pcap(path).unread


def test_encrypted_files(tmp_path: Path) -> None:
    path = zipped(tmp_path / "x.zip", [("a.pcap", CAPTURE), ("b.txt", CAPTURE), ("c.txt", CAPTURE), ("d", CAPTURE)])
    data = bytearray(path.read_bytes())
    at = 0
    for _ in range(3):
        at = data.find(b"PK\x01\x02", at + 1)
        data[at + 8] |= 1
    path.write_bytes(data)
    assert [(error.path, error.reason) for error in read_unread(path)] == [
        (str(path), "2 files in it could not be looked into: each is encrypted"),
        (f"{path}/a.pcap", "is encrypted"),
    ]


def test_cut_and_damaged_archives(tmp_path: Path) -> None:
    errors: list[CaptureError] = []
    for kind, make in MAKE.items():
        errors.clear()
        path = make(tmp_path / f"x.{kind}", [*MEMBERS, ("random", Random(1).randbytes(50_000))])
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 3])
        captures = Looker(errors.append).of_word(str(tmp_path))
        assert [error.path for error in errors] == [str(path)] or captures == [str(path)], kind  # which is refused
        path.unlink()
    path = tmp_path / "y.tar"
    tarred(path, MEMBERS[:1])
    path.write_bytes(path.read_bytes()[: 512 + len(CAPTURE) - 100])
    (error,) = read_unread(path)
    assert "is not looked through to its end" in error.reason
    reader = open_capture(f"{path}/monday/gw.pcap")
    list(reader)
    assert (reader.info.sha256, "capture-source" in [d.kind for d in reader.defects]) == ("", True)


def test_archives_that_become_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("source", "compressions", "archives"):
        monkeypatch.setattr(f"analyzer.capture.{name}.FREE_EXPANSION", 100_000)
    zeros = pcap([ike_frame(isakmp(b"x"))]) + bytes(300_000)
    members = [("a.pcap", CAPTURE), ("b.pcap", zeros), ("c.pcap", zeros)]
    for kind in ("zip", "tar.gz"):
        path = MAKE[kind](tmp_path / f"x.{kind}", members)
        done = run("export", path, "--table", "captures", "--format", "csv", "--max-expansion", "2")
        assert done.exit_code == 3
        assert "too large" in done.stderr or "became larger" in done.stderr
        assert f"{path}/a.pcap" in done.stdout
        words = ("--table", "captures", "--format", "csv", "--max-expansion", "5000", "--separate")
        whole = run("export", path, *words)
        assert (whole.exit_code, whole.stdout.count(str(path))) == (0, 3)
    with pytest.raises(CaptureError, match="too large"):
        open_capture(f"{tmp_path / 'x.zip'}/c.pcap", max_expansion=2)


def test_bounds_on_files_and_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MOST_FILES", 6)
    monkeypatch.setattr(archives, "MOST_NAMED", 2)
    inner = zipped(tmp_path / "inner", []).read_bytes()
    path = tarred(tmp_path / "x.tar", [(f"{n}.zip", inner) for n in range(5)] + [("a.pcap", CAPTURE)] * 3)
    errors = [error.reason for error in read_unread(path)]
    assert errors == ["is an archive in an archive, and was not opened"] * 2 + ["4 more files in it were not read"]
    assert cleaned("a\0b/./../c//d/") == "a\ufffdb/c/d"
    assert cleaned("/..") == "unnamed"
    assert len(cleaned("é" * 10_000)) == 500
    assert cleaned("\udc80") == "?"


def test_an_archive_is_looked_through_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spool, "IN_MEMORY", 1000)
    path = MAKE["tar.xz"](tmp_path / "x", MEMBERS)
    first = opened(str(path), Bound(1 << 20, 100))
    assert opened(str(path), Bound(1 << 20, 100)) is first
    assert opened(str(path)) is first
    assert opened(str(path), Bound(1 << 20, 99)) is not first
    tarred(path, MEMBERS[:1])
    os.utime(path, ns=(1, 1))
    changed = opened(str(path))
    assert changed is not None
    assert list(changed.captures) == ["monday/gw.pcap"]
    assert opened(str(FAILED)) is None


def test_an_archive_without_captures(tmp_path: Path) -> None:
    path = zipped(tmp_path / "x.zip", MEMBERS[1:2])
    with pytest.raises(CaptureError, match="no capture in this archive"):
        read_pcap(path)
    shut = run("summary", path)
    assert (shut.exit_code, "no capture in this archive" in shut.stderr) == (3, True)
    (tmp_path / "gw.pcap").write_bytes(CAPTURE)
    done = run("summary", tmp_path)  # beside others it is a file like any other
    assert (done.exit_code, done.stderr) == (0, "")
    path.rename(tmp_path / "x.pcap.zip")
    assert run("summary", tmp_path).exit_code == 3
