"""Bytes kept for reading again."""

import os

import pytest

from analyzer.capture import spool as module
from analyzer.capture.spool import Spool


@pytest.mark.parametrize("in_memory", [0, 7, 100])
@pytest.mark.parametrize("pread", [True, False])
def test_what_was_written_is_read_anywhere(monkeypatch: pytest.MonkeyPatch, in_memory: int, *, pread: bool) -> None:
    monkeypatch.setattr(module, "IN_MEMORY", in_memory)
    if not pread:
        monkeypatch.delattr(os, "pread")
    spool = Spool()
    for piece in (b"abcd", b"", b"efgh", b"ij"):
        spool.write(piece)
    assert spool.size == 10
    assert [spool.read(*place) for place in ((0, 10), (3, 2), (8, 50), (10, 1))] == [b"abcdefghij", b"de", b"ij", b""]
