"""What a folder holds and a pattern names; tests/cli/test_inputs.py has what cannot be looked into."""

from pathlib import Path

import pytest

from analyzer.capture.found import Looker, captures_at
from analyzer.errors import CaptureError


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
