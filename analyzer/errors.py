"""Exceptions: the caller's mistakes and inputs that cannot be read.

Damage inside a capture is a Defect, never an exception.
"""


class AnalyzerError(Exception):
    """Root of everything this package raises on purpose; the message ends with what the user can do."""


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
