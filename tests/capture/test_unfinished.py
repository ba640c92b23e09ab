import gzip
from pathlib import Path

import pytest

from analyzer.capture import unfinished
from analyzer.capture.open import DEFAULT_PORTS
from analyzer.capture.unfinished import ends_inside
from tests.cli.running import HEALTHY

WHOLE = HEALTHY.read_bytes()


def ends(path: Path, data: bytes) -> bool:
    path.write_bytes(data)
    return ends_inside(str(path), DEFAULT_PORTS)


def test_a_capture_that_is_cut_anywhere_but_between_records_ends_inside_one(tmp_path: Path) -> None:
    found = [ends(tmp_path / "a", WHOLE[:size]) for size in range(len(WHOLE) + 1)]
    records, place = [24], 24
    while place < len(WHOLE):
        place += 16 + int.from_bytes(WHOLE[place + 8 : place + 12], "little")
        records.append(place)
    whole = [size for size, inside in enumerate(found) if not inside]
    assert [size for size in whole if size >= 64] == [size for size in records if size >= 64]
    assert found[0], "an empty file is one that was opened to write"


def test_a_compressed_one_too(tmp_path: Path) -> None:
    packed = gzip.compress(WHOLE)
    assert not ends(tmp_path / "a.gz", packed)
    assert ends(tmp_path / "a.gz", packed[: len(packed) // 2])


def test_what_is_no_capture_is_nobodys_beginning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not ends(tmp_path / "notes.txt", b"short")
    assert not ends(tmp_path / "notes.txt", b"long" * 99)
    assert ends(tmp_path / "notes.pcap", b"short")
    assert not ends_inside(str(tmp_path / "gone"), DEFAULT_PORTS)

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(unfinished, "open_capture", fail)
    assert not ends(tmp_path / "a", WHOLE), "what reports it has a net of its own"
