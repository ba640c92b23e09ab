"""Compressed bytes become bytes: how a file's content begins; tests/capture/test_source.py reads whole files."""

import bz2
import gzip
import io
import lzma

import pytest
import zstandard

from analyzer.capture.compressions import Bound, compression_of, decompressed, head_of

WORDS = b"what a capture begins with" * 100
PACKED = {
    "gzip": gzip.compress(WORDS),
    "xz": lzma.compress(WORDS),
    "bzip2": bz2.compress(WORDS),
    "zstd": zstandard.ZstdCompressor().compress(WORDS),
}


@pytest.mark.parametrize("name", PACKED)
def test_the_first_bytes_of_the_content(name: str) -> None:
    assert compression_of(PACKED[name]) == name
    assert head_of(io.BytesIO(PACKED[name]), 20) == (WORDS[:20], name, False)
    twice = gzip.compress(PACKED[name])
    assert head_of(io.BytesIO(twice), 20) == (WORDS[:20], f"{name} in gzip", False)
    thrice = head_of(io.BytesIO(gzip.compress(twice)), 20)
    assert thrice.data == PACKED[name][:20]  # two levels are undone


def test_damaged_and_endless_data_begin_with_what_there_is(monkeypatch: pytest.MonkeyPatch) -> None:
    assert head_of(io.BytesIO(b"\x1f\x8b\xff\xff"), 20) == (b"", "gzip", True)
    assert head_of(io.BytesIO(WORDS), 20) == (WORDS[:20], "", False)
    monkeypatch.setattr("analyzer.capture.compressions._MOST_SEARCHED", 1000)
    late = gzip.compress(gzip.compress(b"") * 1000 + gzip.compress(WORDS))  # bytes that become none for long
    assert head_of(io.BytesIO(late), 20) == (b"", "gzip in gzip", True)
    assert head_of(io.BytesIO(gzip.compress(b"")), 20) == (b"", "gzip", False)


def test_bzip2_streams_one_behind_the_other() -> None:
    view = memoryview(bytearray(2 * len(WORDS) + 10))
    count = decompressed("bzip2", io.BytesIO(PACKED["bzip2"] * 2)).readinto(view)
    assert bytes(view[:count]) == WORDS * 2


def test_what_bytes_may_become() -> None:
    assert (Bound(10, 5).of(1), Bound(10, 5).of(3)) == (10, 15)
