"""Addresses and ports of many payloads: what their datagrams have."""

from pathlib import Path
from random import Random

import numpy as np
import pytest

from analyzer.capture.ends import ends_of
from tests.together import columns_of, made_capture, messages_of


@pytest.mark.parametrize("seed", range(6))
def test_they_are_those_of_the_datagrams(seed: int, tmp_path: Path) -> None:
    path = tmp_path / "made.pcap"
    path.write_bytes(made_capture(Random(seed), 200))
    count = 0
    for columns in columns_of(path):
        places = np.flatnonzero(columns.whole)
        found, datagrams = ends_of(columns, places), messages_of(columns)
        assert len(set(found.ends)) == len(found.ends)
        for place, number in zip(places.tolist(), found.which.tolist(), strict=True):
            datagram = datagrams[place]
            assert datagram is not None
            assert found.ends[number] == datagram[3:7]
            count += 1
    assert count > 50
