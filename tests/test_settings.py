import os
from pathlib import Path

import pytest

from analyzer.errors import KeyFileError, PeerConfigError
from analyzer.settings import read_small


def refused(path: Path | str, words: str) -> None:
    with pytest.raises(KeyFileError, match=words):
        read_small(path, 1 << 20, "a key file", KeyFileError)


def test_a_small_file_is_read_up_to_its_last_byte(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(bytes(1 << 20))
    assert len(read_small(path, 1 << 20, "a key file", KeyFileError)) == 1 << 20
    path.write_bytes(bytes((1 << 20) + 1))
    refused(path, r"file: larger than 1 MiB; a key file is not that large")


def test_what_is_no_regular_file_is_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")  # opening it would wait for ever
    refused(tmp_path / "fifo", "fifo: not a regular file; a key file is one")
    refused(tmp_path, "Is a directory")
    refused("", "^'': Is a directory")
    if Path("/dev/zero").exists():
        refused("/dev/zero", "/dev/zero: not a regular file")
    (tmp_path / "link").symlink_to(tmp_path / "fifo")
    refused(tmp_path / "link", "not a regular file")


def test_what_cannot_be_read_is_the_error_asked_for(tmp_path: Path) -> None:
    refused(tmp_path / "gone", "gone: No such file or directory; give the path of a key file")
    refused("a\0b", "null")
    with pytest.raises(PeerConfigError):
        read_small(tmp_path / "gone", 1, "a TOML file", PeerConfigError)
