import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from analyzer.capture.frame_set import FrameSet

frames = st.lists(st.integers(1, 70_000), max_size=40)


@given(frames, frames, frames)
def test_a_set_of_numbers(one: list[int], many: list[int], asked: list[int]) -> None:
    found = FrameSet(one)
    found.update(np.array(many, np.int64))
    expected = {*one, *many}
    assert list(found) == sorted(expected)
    assert (len(found), found.last) == (len(expected), max(expected, default=0))
    assert [frame in found for frame in asked] == [frame in expected for frame in asked]
    places = found.among(np.array(asked, np.int64)).tolist()
    assert places == [place for place, frame in enumerate(asked) if frame in expected]


def test_a_bit_for_each_frame_of_the_capture() -> None:
    assert len(FrameSet([8_000_000])._bits) < 1_100_000
    assert len(FrameSet(range(1, 100_001))._bits) < 100_000
