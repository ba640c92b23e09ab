import json
import os
import zipfile
from hashlib import sha256
from pathlib import Path

import pytest

from analyzer.capture.status import status_of
from analyzer.report import seen as seen_module
from analyzer.report.seen import SEEN, SETTLED, Seen

BAD = ("1", "[1, 2, 3]", '[1, 2, 3, "4"]')


def noted(folder: Path, *files: Path) -> None:
    """A run notes what files are like, long after they were written."""
    (folder / SEEN).write_text(Seen(folder, map(str, files)).text)
    late = max(status.last for status in map(status_of, map(str, files)) if status) + SETTLED + 1
    os.utime(folder / SEEN, ns=(late, late))


def test_what_is_as_it_was_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "a.pcap"
    file.write_bytes(b"1234")
    noted(tmp_path, file)
    monkeypatch.setattr(seen_module, "digest_of", None)
    seen = Seen(tmp_path, [str(file)])
    assert seen.is_unchanged(str(file))
    assert seen.has(str(file), "whatever it was")
    assert not seen.has(str(file), None)
    assert not seen.has(str(tmp_path / "other"), "of a file nobody asked about")


def test_what_may_have_changed_is_hashed(tmp_path: Path) -> None:
    file = tmp_path / "a.pcap"
    file.write_bytes(b"1234")
    noted(tmp_path, file)
    file.write_bytes(b"1234")
    seen = Seen(tmp_path, [str(file)])
    assert not seen.is_unchanged(str(file))
    assert seen.has(str(file), sha256(b"1234").hexdigest())
    assert not seen.has(str(file), sha256(b"0000").hexdigest())
    file.unlink()
    assert not Seen(tmp_path, [str(file)]).has(str(file), sha256(b"1234").hexdigest())


def test_equal_times_show_nothing_where_the_file_was_written_just_before(tmp_path: Path) -> None:
    file = tmp_path / "a.pcap"
    file.write_bytes(b"1234")
    noted(tmp_path, file)
    status = status_of(str(file))
    assert status is not None
    for after, unchanged in ((SETTLED, False), (SETTLED + 1, True)):
        os.utime(tmp_path / SEEN, ns=(status.last + after, status.last + after))
        assert Seen(tmp_path, [str(file)]).is_unchanged(str(file)) is unchanged


def test_a_capture_in_an_archive_is_not_read_again(tmp_path: Path) -> None:
    archive = tmp_path / "a.zip"
    magic = bytes.fromhex("d4c3b2a1020004000000000000000000ffff000001000000")
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("gw.pcap", magic)
    inside = f"{archive}/gw.pcap"
    assert Seen(tmp_path, [inside]).has(inside, sha256(magic).hexdigest())


def test_of_pipes_and_what_is_not_there_nothing_is_known(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    for name in ("-", str(tmp_path / "fifo"), str(tmp_path / "gone"), str(tmp_path), "/dev/null", "\0"):
        assert not Seen(tmp_path, [name]).has(name, "x")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "1",
        "{}",
        '{"files": 1}',
        *(f'{{"joined": {{}}, "files": {{"a": {bad}}}}}' for bad in BAD),
        "[" * 100_000,
        "\udcff",
    ],
)
def test_what_no_run_has_noted_counts_for_nothing(tmp_path: Path, text: str) -> None:
    file = tmp_path / "a.pcap"
    file.write_bytes(b"1234")
    (tmp_path / SEEN).write_bytes(text.encode("utf-8", "surrogateescape"))
    assert not Seen(tmp_path, [str(file)]).is_unchanged(str(file))


def test_a_link_in_its_place_is_not_followed(tmp_path: Path) -> None:
    file = tmp_path / "a.pcap"
    file.write_bytes(b"1234")
    noted(tmp_path, file)
    (tmp_path / SEEN).rename(tmp_path / "elsewhere")
    (tmp_path / SEEN).symlink_to("elsewhere")
    assert json.loads((tmp_path / SEEN).read_text())
    assert not Seen(tmp_path, [str(file)]).is_unchanged(str(file))
