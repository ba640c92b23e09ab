"""Spans: what a length field leaves of a packet."""

import pytest

from analyzer.capture.span import Span

DATA = bytes(range(20))


def test_lengths() -> None:
    span = Span(DATA, 4, 20, 5, in_frame=True)
    assert (span.captured, span.wire_length) == (16, 21)


@pytest.mark.parametrize(
    ("skip", "length", "start", "end", "missing"),
    [
        (2, 6, 6, 12, 0),  # shorter than what is there: trailer cut off, nothing missing
        (2, 14, 6, 20, 0),
        (2, 20, 6, 20, 6),  # longer: the rest is missing, whatever the outer layer said
        (16, 3, 20, 20, 3),
    ],
)
def test_part(skip: int, length: int, start: int, end: int, missing: int) -> None:
    part = Span(DATA, 4, 20, 100, in_frame=True).part(skip, length)
    assert part == Span(DATA, start, end, missing, in_frame=True)
    assert part.wire_length == length


def test_skip_keeps_what_is_missing_behind() -> None:
    assert Span(DATA, 4, 20, 7, in_frame=False).skip(3) == Span(DATA, 7, 20, 7, in_frame=False)
