"""What a caller reads when an input cannot be used: the path, why, and what to do."""

import pytest

from analyzer.errors import AnalyzerError, CaptureError, KeyFileError, OutputError, PolicyError, place_of


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (CaptureError("x.pcap", "is empty"), "x.pcap: is empty"),
        (CaptureError("x", "is a directory", "Name a file"), "x: is a directory. Name a file"),
        (OutputError("x.csv", "No space left on device"), "x.csv: cannot be written (No space left on device)"),
        (OutputError("-", "Bad file descriptor"), "standard output: cannot be written (Bad file descriptor)"),
    ],
)
def test_each_is_one_sentence(error: AnalyzerError, message: str) -> None:
    assert str(error) == message


@pytest.mark.parametrize("kind", [CaptureError, KeyFileError, OutputError, PolicyError])
def test_one_root_catches_all(kind: type[Exception]) -> None:
    assert issubclass(kind, AnalyzerError)


def test_the_place_of_a_fault_is_the_innermost_in_this_package() -> None:
    with pytest.raises(TypeError) as raised:
        CaptureError("x", "y", *[1, 2, 3])
    assert place_of(raised.value) == "an unknown place"  # this file is none of the package
    with pytest.raises(AttributeError) as raised_inside:
        place_of(None)  # type: ignore[arg-type]
    assert place_of(raised_inside.value).startswith("errors.py:")
