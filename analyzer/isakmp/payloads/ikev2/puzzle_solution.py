"""Puzzle Solution payload (RFC 8019 section 8.2)."""

from typing import NamedTuple

from analyzer.isakmp.cursor import Cursor

_KEYS = 4


class PuzzleSolution(NamedTuple):
    """Four keys of one size, with which the PRF of the cookie ends in as many zero bits as the puzzle asks for."""

    keys: tuple[bytes, ...]


def decode(cursor: Cursor) -> PuzzleSolution:
    """Decode a PS payload; bytes that are no four keys of one size are one."""
    size = cursor.remaining
    if not size or size % _KEYS:
        expected = f"{_KEYS} keys of one size"
        cursor.defect("wire-payload-length", expected, f"{size} bytes", "kept as bytes", cursor.start)
        return PuzzleSolution((cursor.rest("keys"),))
    return PuzzleSolution(tuple(cursor.take(size // _KEYS, "key") for _ in range(_KEYS)))
