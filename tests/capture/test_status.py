import os
import zipfile
from pathlib import Path

from analyzer.capture.status import status_of


def test_of_a_capture_in_an_archive_the_archive_counts(tmp_path: Path) -> None:
    archive = tmp_path / "a.zip"
    magic = bytes.fromhex("d4c3b2a1020004000000000000000000ffff000001000000")
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("gw.pcap", magic)
    assert status_of(f"{archive}/gw.pcap") == status_of(str(archive)) is not None


def test_pipes_and_what_is_not_there_have_no_status(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    for name in ("-", str(tmp_path / "fifo"), str(tmp_path / "gone"), str(tmp_path), "/dev/null", "\0"):
        assert status_of(name) is None


def test_it_shows_that_a_file_changed(tmp_path: Path) -> None:
    file = tmp_path / "a.pcap"
    file.write_bytes(b"1234")
    before = status_of(str(file))
    assert before is not None
    assert (before.size, before.last) == (4, max(file.stat().st_mtime_ns, file.stat().st_ctime_ns))
    os.utime(file, ns=(0, 0))
    after = status_of(str(file))
    assert after != before
    assert after is not None
    assert after.last == after.ctime_ns, "a time that was set back hides nothing"
