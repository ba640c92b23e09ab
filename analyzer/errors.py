"""Exceptions: the caller's mistakes, inputs that cannot be read, outputs that cannot be written.

Damage inside a capture is a Defect, never an exception.
"""

import copyreg
from pathlib import Path
from types import TracebackType
from typing import Any

_PACKAGE = Path(__file__).parent
REPORT_IT = (
    "This is a fault in the program: please report it with this line. PYTHONDEVMODE=1 in the environment shows the "
    "traceback"
)
NOT_TO_ITS_END = "not read to its end"
CUT = "the file ends inside a record"


class AnalyzerError(Exception):
    """Root of everything this package raises on purpose; the message ends with what the user can do.

    It crosses from one process to another with its message and what it holds.
    """

    def __reduce__(self) -> tuple[Any, ...]:
        return copyreg.__newobj__, (type(self), *self.args), self.__dict__  # type: ignore[attr-defined]


class CaptureError(AnalyzerError):
    """An input cannot be read as a capture at all: missing, a directory, empty, or of no known format."""

    def __init__(self, path: str, reason: str, advice: str = "") -> None:
        self.path = path
        self.reason = reason
        self.advice = advice
        name = "standard input" if path == "-" else path
        super().__init__(f"{name}: {reason}" + (f". {advice}" if advice else ""))


class KeyFileError(AnalyzerError):
    """A key file cannot be read, or a line in it is not a key row."""


class PolicyError(AnalyzerError):
    """The named policy does not exist."""


class PeerConfigError(AnalyzerError):
    """A file of peers cannot be read, or says something that is not understood."""


class NetworkError(AnalyzerError):
    """What is given as a network is none."""


class FilterError(AnalyzerError):
    """An expression of the filter language that cannot be understood.

    reason: why. at: where its fault is, in characters from 0. The message shows the place below the expression.
    """

    def __init__(self, reason: str, at: int, shown: str) -> None:
        self.reason = reason
        self.at = at
        super().__init__(f"{reason}\n{shown}")


class ZoneError(AnalyzerError):
    """There is no time zone of the given name."""


class OutputError(AnalyzerError):
    """An output cannot be written: no space, no permission, closed. path: the file, or "-" for standard output."""

    def __init__(self, path: str, reason: str) -> None:
        self.path = path
        self.reason = reason
        super().__init__(f"{'standard output' if path == '-' else path}: cannot be written ({reason})")


class InternalError(AnalyzerError):
    """The analyzer failed on an input, by a fault of its own. fault: the type of what was raised, and its place."""

    def __init__(self, path: str, error: BaseException) -> None:
        self.path = path
        self.fault = f"{type(error).__name__} at {place_of(error)}"
        name = "standard input" if path == "-" else path
        super().__init__(f"{name}: the analyzer failed ({self.fault}). {REPORT_IT}")


class WorkerError(AnalyzerError):
    """The process that worked on an input has ended before it was done: for want of memory, or somebody ended it.

    code: its exit code, or less than 0 the signal that ended it. workers: how many of a cluster have ended at it.
    """

    def __init__(self, path: str, code: int | None, workers: int = 0) -> None:
        self.path = path
        name = "standard input" if path == "-" else path
        how = f"by signal {-code}" if code is not None and code < 0 else f"with code {code}"
        ended = f"the process that worked on it was ended {how}"
        advice = "try it alone, or with --jobs 1"
        if workers:
            ended = f"each worker of the cluster that worked on it ended ({workers} of them)"
            advice = "try it alone, or give workers more"
        super().__init__(f"{name}: {ended}. The system may have had no more memory: {advice}")


class ClusterError(AnalyzerError):
    """A Dask cluster cannot be used: it cannot be reached, or its workers are not fit for the work."""


class LimitError(AnalyzerError):
    """The work on an input took more time or memory than it may, or than there is."""

    def __init__(self, path: str, reason: str, advice: str) -> None:
        self.path = path
        self.reason = reason
        name = "standard input" if path == "-" else path
        super().__init__(f"{name}: {reason}. {advice}")


def place_of(error: BaseException) -> str:
    """Where in this package an exception was raised, as `folder/module.py:line`; the innermost such place."""
    place = "an unknown place"
    at: TracebackType | None = error.__traceback__
    while at is not None:
        file = Path(at.tb_frame.f_code.co_filename)
        if file.is_relative_to(_PACKAGE):
            place = f"{file.relative_to(_PACKAGE).as_posix()}:{at.tb_lineno}"
        at = at.tb_next
    return place
