"""The input's bytes: plain, compressed, damaged."""

import gzip
import hashlib
import lzma
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
import zstandard

from analyzer.capture import compressions
from analyzer.capture import source as module
from analyzer.capture.source import Source
from analyzer.errors import CaptureError
from tests.work import lines_run

DATA = Random(1).randbytes(300_000) + bytes(700_000)
COMPRESS: dict[str, Callable[[bytes], bytes]] = {
    "": bytes,
    "gzip": lambda data: gzip.compress(data, mtime=0),
    "xz": lzma.compress,
    "zstd": lambda data: zstandard.ZstdCompressor().compress(data),
}


def read(path: Path, step: int = 1 << 16) -> tuple[bytes, Source]:
    source = Source(str(path))
    out, view = bytearray(), memoryview(bytearray(step))
    while count := source.readinto(view):
        out += view[:count]
        if count < step:
            break
    return bytes(out), source


@pytest.fixture
def file(tmp_path: Path) -> Callable[[bytes], Path]:
    def make(data: bytes) -> Path:
        path = tmp_path / "capture"
        path.write_bytes(data)
        return path

    return make


@pytest.mark.parametrize("compression", COMPRESS)
@pytest.mark.parametrize("step", [777, 1 << 22])
def test_all_bytes_and_the_hash_of_the_stored_ones(file: Callable[[bytes], Path], compression: str, step: int) -> None:
    stored = COMPRESS[compression](DATA)
    data, source = read(file(stored), step)
    assert data == DATA
    assert (source.compression, source.trouble, source.total_bytes) == (compression, "", len(stored))
    assert source.finish() == hashlib.sha256(stored).hexdigest()
    assert source.size_bytes == len(stored)


@pytest.mark.parametrize("compression", COMPRESS)
def test_the_hash_is_of_the_whole_input_however_little_was_read(
    file: Callable[[bytes], Path], compression: str
) -> None:
    stored = COMPRESS[compression](DATA)
    source = Source(str(file(stored)))
    source.readinto(memoryview(bytearray(100)))
    assert source.finish() == hashlib.sha256(stored).hexdigest()
    assert source.size_bytes == len(stored)


@pytest.mark.parametrize("compression", ["gzip", "xz", "zstd"])
def test_members_one_behind_the_other(file: Callable[[bytes], Path], compression: str) -> None:
    make = COMPRESS[compression]
    data, source = read(file(make(DATA[:1000]) + make(b"") + make(DATA[1000:])))
    assert data == DATA
    assert not source.trouble


def test_zeros_behind_a_gzip_member_are_padding(file: Callable[[bytes], Path]) -> None:
    data, source = read(file(gzip.compress(DATA) + bytes(512)))
    assert data == DATA
    assert not source.trouble


@pytest.mark.parametrize("compression", ["gzip", "xz", "zstd"])
def test_cut_compressed_data_are_read_as_far_as_they_go(file: Callable[[bytes], Path], compression: str) -> None:
    stored = COMPRESS[compression](DATA)
    data, source = read(file(stored[: len(stored) * 2 // 3]))
    assert DATA.startswith(data)
    assert len(data) > 100_000
    assert source.trouble


@pytest.mark.parametrize("compression", ["gzip", "xz", "zstd"])
def test_damaged_compressed_data_are_read_as_far_as_they_go(file: Callable[[bytes], Path], compression: str) -> None:
    stored = bytearray(COMPRESS[compression](DATA * 4))
    at = 0 if compression == "zstd" else len(stored) // 2
    stored[at + 6 : at + 40] = bytes(34)
    data, source = read(file(bytes(stored)))
    assert source.trouble
    assert len(data) < len(DATA) * 4


@pytest.mark.parametrize("garbage", [b"\r\n", b"garbage", b"\0\0garbage"])
@pytest.mark.parametrize("compression", ["gzip", "xz", "zstd"])
def test_garbage_behind_a_member_is_said(file: Callable[[bytes], Path], compression: str, garbage: bytes) -> None:
    data, source = read(file(COMPRESS[compression](DATA) + garbage))
    assert data == DATA
    assert source.trouble


def test_xz_that_asks_for_too_much_memory(file: Callable[[bytes], Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compressions, "MEMORY_LIMIT", 1 << 20)
    data, source = read(file(lzma.compress(DATA, preset=6)))
    assert data == b""
    assert "emory" in source.trouble


def test_a_bomb_takes_no_more_memory_than_asked_for(file: Callable[[bytes], Path]) -> None:
    source = Source(str(file(gzip.compress(bytes(50_000_000)))))
    view = memoryview(bytearray(1000))
    assert source.readinto(view) == 1000
    assert source.size_bytes <= 1 << 16
    source.close()


@pytest.mark.parametrize(
    ("name", "words"), [("missing", "no such file"), (".", "directory"), ("bad\0name", "cannot be opened")]
)
def test_what_cannot_be_opened(tmp_path: Path, name: str, words: str) -> None:
    with pytest.raises(CaptureError, match=words):
        Source(str(tmp_path / name))


@pytest.fixture
def small_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "FREE_EXPANSION", 1 << 20)


BOMB = Random(2).randbytes(1000) + bytes(8 << 20)


@pytest.mark.usefixtures("small_limits")
@pytest.mark.parametrize("compression", ["gzip", "xz", "zstd"])
@pytest.mark.parametrize("step", [777_777, 1 << 22])
def test_a_bomb_is_read_up_to_the_limit(file: Callable[[bytes], Path], compression: str, step: int) -> None:
    stored = COMPRESS[compression](BOMB)
    data, source = read(file(stored), step)
    assert source.stopped
    assert not source.trouble
    assert BOMB.startswith(data)
    assert len(data) == source.expanded_bytes == max(1 << 20, 500 * source.size_bytes)
    assert source.finish() == hashlib.sha256(stored).hexdigest()


@pytest.mark.usefixtures("small_limits")
@pytest.mark.parametrize("compression", ["gzip", "xz", "zstd"])
def test_a_limit_that_is_just_large_enough(file: Callable[[bytes], Path], compression: str) -> None:
    path = file(COMPRESS[compression](BOMB))
    enough = -(-len(BOMB) // path.stat().st_size)
    for expansion, stopped in ((enough, False), (enough - 1, True)):
        source = Source(str(path), expansion=expansion)
        view = memoryview(bytearray(len(BOMB) + 10))
        assert (source.readinto(view) == len(BOMB)) is not stopped
        assert source.stopped is stopped
        source.close()


@pytest.mark.usefixtures("small_limits")
def test_what_is_not_compressed_or_small_has_no_limit(file: Callable[[bytes], Path]) -> None:
    data, source = read(file(BOMB))
    assert (data, source.stopped) == (BOMB, False)
    exact = bytes(1 << 20)
    data, source = read(file(gzip.compress(exact)))
    assert (len(data), source.stopped) == (1 << 20, False)
    _, source = read(file(gzip.compress(exact * 2)))
    assert source.stopped


@pytest.mark.parametrize("compression", ["gzip", "xz", "zstd"])
def test_empty_members_cost_no_more_each_the_more_they_are(file: Callable[[bytes], Path], compression: str) -> None:
    def work(count: int) -> int:
        path = file(COMPRESS[compression](b"") * count + COMPRESS[compression](b"x"))
        return lines_run(lambda: read(path))

    few, many = work(1000), work(2000)
    assert many < 2.2 * few
