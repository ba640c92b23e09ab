"""The directory of a zip archive, and one file of it."""

import stat
import struct
import zipfile
from pathlib import Path

import pytest

from analyzer.capture import zipped
from analyzer.capture.zipped import DirectoryError, ZipPart, Zipped, directory, target_of

WORDS = b"some bytes " * 1000
METHODS = {
    "stored": zipfile.ZIP_STORED,
    "deflate": zipfile.ZIP_DEFLATED,
    "bzip2": zipfile.ZIP_BZIP2,
    "lzma": zipfile.ZIP_LZMA,
}


def archive(path: Path, method: int = zipfile.ZIP_DEFLATED, names: tuple[str, ...] = ("a",)) -> Path:
    with zipfile.ZipFile(path, "w", method) as made:
        for name in names:
            made.writestr(name, b"" if name.endswith("/") else WORDS)
    return path


def entries(path: Path) -> list[Zipped]:
    with path.open("rb", buffering=0) as file:
        return list(directory(file))


def content(path: Path, entry: Zipped) -> tuple[bytes, ZipPart]:
    with ZipPart(path.open("rb", buffering=0), entry, owned=True) as part:
        return part.readall(), part


@pytest.mark.parametrize("method", METHODS)
def test_all_methods(tmp_path: Path, method: str) -> None:
    path = archive(tmp_path / "x.zip", METHODS[method], ("a", "folder/", "b/c"))
    found = entries(path)
    assert [entry.name for entry in found] == ["a", "b/c"]
    for entry in found:
        data, part = content(path, entry)
        assert (data, part.trouble, part.size_bytes) == (WORDS, "", len(WORDS))
        assert part.is_packed == (method != "stored")
        assert part.stored_bytes == entry.packed


@pytest.mark.parametrize("method", METHODS)
def test_damage_ends_a_file_and_is_said(tmp_path: Path, method: str) -> None:
    path = archive(tmp_path / "x.zip", METHODS[method])
    (entry,) = entries(path)
    data = bytearray(path.read_bytes())
    data[entry.start + 31 + entry.packed // 2] ^= 0x55
    path.write_bytes(data)
    assert content(path, entry)[1].trouble
    path.write_bytes(data[: entry.start + 31 + entry.packed // 2])
    read, part = content(path, entry)
    assert part.trouble
    assert len(read) < len(WORDS)


def test_a_directory_that_lies(tmp_path: Path) -> None:
    path = archive(tmp_path / "x.zip", names=("a", "b"))
    first, second = entries(path)
    for lie in (
        first._replace(start=first.start + 1),
        first._replace(start=1 << 40),
        first._replace(start=-5),
        first._replace(start=1 << 70),
        first._replace(size=len(WORDS) + 1),
        first._replace(size=len(WORDS) - 1),
        first._replace(packed=first.packed - 10),
        first._replace(crc=0),
        first._replace(method=zipfile.ZIP_LZMA),
        second._replace(method=zipfile.ZIP_BZIP2),
    ):
        read, part = content(path, lie)
        assert part.trouble, lie
        assert len(read) <= lie.size


def test_what_is_refused(tmp_path: Path) -> None:
    path = archive(tmp_path / "x.zip", names=("a", "b"))
    data = bytearray(path.read_bytes())
    at = data.rfind(b"PK\x01\x02")  # the entry of b
    data[at + 8] |= 1
    path.write_bytes(data)
    assert [entry.refused for entry in entries(path)] == ["", "is encrypted"]
    data[at + 8 : at + 12] = bytes((0, 0, 9, 0))
    path.write_bytes(data)
    assert entries(path)[1].refused == "is compressed by method 9, which is not read"
    data[at + 8 : at + 12] = bytes((0, 0, 8, 0))
    data[at + 42 : at + 46] = struct.pack("<I", 10)  # inside of a
    path.write_bytes(data)
    assert [entry.refused for entry in entries(path)] == ["", "shares its bytes with another file of the archive"]
    data[at + 28 : at + 30] = bytes(2)
    data[at + 30 : at + 32] = b"\1\0"  # what was its name is an extra field
    path.write_bytes(data)
    assert [entry.name for entry in entries(path)] == ["a", ""]
    data[at + 38 : at + 42] = struct.pack("<I", 0o120777 << 16)
    path.write_bytes(data)
    assert [(entry.name, entry.is_link) for entry in entries(path)] == [("a", False), ("", True)]


@pytest.mark.parametrize("mode", [stat.S_IFIFO, stat.S_IFSOCK, stat.S_IFCHR, stat.S_IFBLK, stat.S_IFDIR, 0o170000, 0])
def test_whatever_has_bytes_is_a_file_whatever_its_mode_says(tmp_path: Path, mode: int) -> None:
    """`cat x | zip stream.zip -` writes the mode of a pipe."""
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w") as made:
        for name, words in (("-", WORDS), ("folder/", b""), ("no folder/", WORDS)):
            info = zipfile.ZipInfo(name)
            info.external_attr = (mode | 0o600) << 16
            made.writestr(info, words)
    assert [entry.name for entry in entries(path)] == ["-", "no folder/"]
    assert content(path, entries(path)[0])[0] == WORDS


def test_what_a_link_leads_to(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w") as made:
        for name, target in (("a/soft", b"../b"), ("long", b"x" * 10_000)):
            info = zipfile.ZipInfo(name)
            info.external_attr = (stat.S_IFLNK | 0o777) << 16
            made.writestr(info, target)
    with path.open("rb", buffering=0) as file:
        assert [target_of(file, entry) for entry in directory(file)] == ["b", "x" * 4096]


@pytest.mark.parametrize("content", [b"PK\x03\x04", b"PK\x05\x06" + bytes(10), b"PK\x03\x04" + bytes(5000)])
def test_no_directory(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.zip"
    path.write_bytes(content)
    with pytest.raises(DirectoryError, match="cannot be read"):
        entries(path)


def test_names_that_are_no_text(tmp_path: Path) -> None:
    path = archive(tmp_path / "x.zip", names=("é",))
    path.write_bytes(path.read_bytes().replace("é".encode(), b"\xff\xff"))
    with pytest.raises(DirectoryError, match="cannot be read"):
        entries(path)


def test_a_huge_directory_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = archive(tmp_path / "x.zip", names=tuple(f"{n:0100}" for n in range(50)))
    monkeypatch.setattr(zipped, "MOST_DIRECTORY", 5000)
    with pytest.raises(DirectoryError, match="more than the 5,000 that are read"):
        entries(path)


def test_lzma_that_asks_for_too_much_memory(tmp_path: Path) -> None:
    path = archive(tmp_path / "x.zip", zipfile.ZIP_LZMA)
    (entry,) = entries(path)
    data = bytearray(path.read_bytes())
    at = entry.start + 31 + 5
    data[at : at + 4] = b"\xff\xff\xff\xff"
    path.write_bytes(data)
    read, part = content(path, entry)
    assert (read, "memory" in part.trouble) == (b"", True)


def test_an_archive_behind_other_bytes(tmp_path: Path) -> None:
    path = archive(tmp_path / "x.zip")
    path.write_bytes(b"#!/bin/sh\n" * 10 + path.read_bytes())
    (entry,) = entries(path)
    assert content(path, entry)[0] == WORDS
