"""Equal rows of many: what a dictionary would find."""

from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.capture import distinct as module
from analyzer.capture.distinct import distinct

ROWS = st.lists(st.tuples(st.integers(0, 3), st.sampled_from((0, 1, 2**64 - 1))), max_size=60)


@pytest.mark.parametrize("mixer", [module.MIXER, np.uint64(0)])  # with the other one all rows have one hash
@given(ROWS)
def test_what_a_dictionary_finds(mixer: np.uint64, rows: list[tuple[int, int]]) -> None:
    columns = [np.array([row[at] for row in rows], np.uint64) for at in (0, 1)]
    with patch.object(module, "MIXER", mixer):
        first, which = distinct(columns)
    assert len(first) == len(set(rows))
    assert [rows[first[number]] for number in which] == rows
    assert sorted(first.tolist()) == sorted({row: place for place, row in reversed(list(enumerate(rows)))}.values())
