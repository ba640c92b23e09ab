"""Frames of zstd, against what its library writes."""

import io
from random import Random

import pytest
import zstandard

from analyzer.capture.compressions import decompressed
from analyzer.capture.zstd import Zstd

WORDS = b"".join(b"%d bytes of some words\n" % n for n in range(40_000))  # some blocks
SKIPPABLE = b"\x5a\x2a\x4d\x18\x05\0\0\0notes"
LIMIT = 256 << 20


def packed(*, checksum: bool = False, size: bool = True, level: int = 3) -> bytes:
    return zstandard.ZstdCompressor(level=level, write_checksum=checksum, write_content_size=size).compress(WORDS)


def read(stored: bytes, most: int = 1 << 22) -> tuple[bytes, Exception | None]:
    """All that comes of them, and what ended it."""
    reader, found = decompressed("zstd", io.BytesIO(stored)), b""
    view = memoryview(bytearray(most))
    try:
        while count := reader.readinto(view):
            found += view[:count]
    except Exception as error:
        return found, error
    return found, None


@pytest.mark.parametrize("checksum", [True, False])
@pytest.mark.parametrize("size", [True, False])
@pytest.mark.parametrize("level", [1, 19])
def test_frames_of_each_form(checksum: bool, size: bool, level: int) -> None:
    stored = packed(checksum=checksum, size=size, level=level)
    for most in (1000, 1 << 22):
        assert read(stored, most) == (WORDS, None)
    assert read(SKIPPABLE + stored + SKIPPABLE + stored + bytes(20)) == (WORDS * 2, None)
    for content in (b"", b"x", bytes(1 << 20), Random(1).randbytes(300_000)):
        assert read(zstandard.ZstdCompressor(write_checksum=checksum).compress(content)) == (content, None)


def test_byte_by_byte() -> None:
    stored, frame, found = packed(checksum=True) + b"behind", Zstd(LIMIT), b""
    for at in range(len(stored)):
        found += frame.decompress(stored[at : at + 1], 1 << 20)
        if frame.eof:
            break
        assert frame.hungry
    assert (found, frame.decompress(b"behind", 9), frame.unused_data) == (WORDS, b"", b"behind")


@pytest.mark.parametrize("behind", [b"\r\n", b"a line of text", b"\x28\xb5\x2f", b"\x28\xb5\x2f\xfd\xff\xff\xff"])
def test_what_is_behind_a_frame_costs_nothing_of_it(behind: bytes) -> None:
    found, error = read(packed() + behind)
    assert found == WORDS
    assert error is not None


def test_damage_costs_its_block_and_what_follows() -> None:
    content, block = Random(1).randbytes(5 << 17), 1 << 17
    stored = zstandard.ZstdCompressor(write_checksum=True).compress(content)  # stored as they are
    begin = len(stored) - 4 - 5 * (block + 3)
    for number in range(5):
        damaged = bytearray(stored)
        damaged[begin + number * (block + 3)] |= 6  # a type of block that there is not
        found, error = read(bytes(damaged))
        assert found == content[: number * block]
        assert error is not None
    found, error = read(stored[:-4] + b"sums")
    assert found == content
    assert error is not None


def test_a_bomb_is_given_in_pieces() -> None:
    frame, stored = Zstd(LIMIT), zstandard.ZstdCompressor().compress(bytes(100_000_000))
    assert len(frame.decompress(stored, 1000)) == 1000
    assert len(frame.decompress(b"", 1 << 30)) <= 1 << 17
    assert not frame.hungry


def test_a_window_that_asks_for_too_much_memory() -> None:
    content = Random(2).randbytes(3 << 20)
    stored = zstandard.ZstdCompressor(level=19, write_content_size=False).compress(content)
    with pytest.raises(zstandard.ZstdError, match="memory"):
        Zstd(1 << 20).decompress(stored, 1)
