"""A file in an archive, as what reads captures wants it: zip and tar have their own tests."""

import io

import pytest

from analyzer.capture.part import Part


def test_a_part_is_read_as_a_file() -> None:
    part = Part()
    assert isinstance(part, io.RawIOBase)
    assert (part.readable(), part.inside, part.trouble, part.is_packed) == (True, "", "", False)
    with pytest.raises(NotImplementedError):
        _ = part.stored_bytes
