"""What the tests of this folder read."""

import pytest

from benchmarks.make_capture import make_capture
from tests.fixtures.spoiled import Raw, raw_frames


@pytest.fixture(scope="session")
def generated(tmp_path_factory: pytest.TempPathFactory) -> list[Raw]:
    """The frames of the benchmark's IKE capture, made small."""
    path = tmp_path_factory.mktemp("made") / "made.pcap"
    make_capture(path, "ike", 1500)
    return raw_frames(path)
