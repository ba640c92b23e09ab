import os
from pathlib import Path

import pytest

from analyzer.capture import unchanged
from analyzer.capture.sets import CaptureSet
from analyzer.capture.unchanged import Unchanged, statuses


def test_a_value_is_kept_until_its_file_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    paths = [tmp_path / name for name in ("a", "b")]
    for path in paths:
        path.write_bytes(b"1")
    one, other = map(str, paths)
    both = CaptureSet([[one, other]], "", taken=(one, other))
    found: Unchanged[int] = Unchanged()
    found.put(one, statuses(one), 1)
    assert found.get(one) is None, "it was written a moment ago: its next change might not be seen"
    monkeypatch.setattr(unchanged, "SETTLED", -(1 << 62))
    for capture, value in ((one, 1), (both, 2)):
        found.put(capture, statuses(capture), value)
    assert (found.get(one), found.get(both), found.get(other)) == (1, 2, None)
    os.utime(other, (5, 5))
    assert (found.get(one), found.get(both)) == (1, None)
    found.put("-", statuses("-"), 3)
    assert found.get("-") is None
    found.keep([other])
    assert found.get(one) is None
