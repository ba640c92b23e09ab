"""What a caller reads when an input cannot be used: the path, why, and what to do."""

import pytest

from analyzer.errors import AnalyzerError, CaptureError, KeyFileError, PolicyError


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (CaptureError("x.pcap", "is empty"), "x.pcap: is empty"),
        (CaptureError("x", "is a directory", "Name a file"), "x: is a directory. Name a file"),
    ],
)
def test_capture_error_is_one_sentence(error: CaptureError, message: str) -> None:
    assert str(error) == message


@pytest.mark.parametrize("kind", [CaptureError, KeyFileError, PolicyError])
def test_one_root_catches_all(kind: type[Exception]) -> None:
    assert issubclass(kind, AnalyzerError)
