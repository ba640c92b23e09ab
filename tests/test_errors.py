"""What a caller reads when an input cannot be used: the path, why, and what to do."""

import pickle

import pytest

from analyzer.errors import (
    AnalyzerError,
    CaptureError,
    InternalError,
    KeyFileError,
    OutputError,
    PolicyError,
    WorkerError,
    place_of,
)


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


@pytest.mark.parametrize(
    "error",
    [
        CaptureError("-", "is empty", "Look"), OutputError("x", "full"), KeyFileError("k"), PolicyError("p"),
        InternalError("x.pcap", ValueError("secret")), WorkerError("x.pcap", -9), WorkerError("-", 4),
    ],
)  # fmt: skip
def test_errors_cross_from_one_process_to_another(error: AnalyzerError) -> None:
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is type(error)
    assert (str(again), again.args, vars(again)) == (str(error), error.args, vars(error))
    assert "secret" not in repr(vars(error))


def test_how_a_worker_was_ended() -> None:
    assert str(WorkerError("x.pcap", -9)).startswith("x.pcap: the process that worked on it was ended by signal 9. ")
    lost = "x.pcap: each worker of the cluster that worked on it ended (4 of them). The system"
    assert str(WorkerError("x.pcap", None, 4)).startswith(lost)
    assert str(WorkerError("-", 4)).startswith("standard input: the process that worked on it was ended with code 4. ")
