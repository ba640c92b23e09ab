"""What the tests have made of captures: functions that other processes find."""

import os
import signal
import time
from pathlib import Path

from analyzer.analysis import Analysis
from analyzer.batch.reading import Reading

_PATIENCE = 30  # seconds
HOW = Reading(None, ("ietf",), (500, 4500))


def outcomes(_capture: str, analysis: Analysis) -> list[tuple[int, str]]:
    """Number and outcome of each negotiation."""
    return list(analysis.tables["negotiations"].cells("negotiation", "outcome"))


def in_turn(capture: str, _analysis: Analysis, *, marks: Path, waits: dict[str, str]) -> int:
    """Leave a mark named like the capture, once that of the capture it waits for is there; the process that does it.

    What a scheduler hands to the process that waits never comes: then it goes on without it.
    """
    name, until = Path(capture).stem, time.monotonic() + _PATIENCE
    while name in waits and not (marks / waits[name]).exists() and time.monotonic() < until:
        time.sleep(0.001)
    (marks / name).touch()
    return os.getpid()


def ended(capture: str, _analysis: Analysis, *, by: dict[str, int]) -> str:
    """Have this process ended by a signal, at the captures of these names."""
    name = Path(capture).stem
    if name in by:
        os.kill(os.getpid(), by[name])
        signal.pause()
    return name


def raised(capture: str, _analysis: Analysis, *, errors: dict[str, BaseException]) -> str:
    """Raise, at the captures of these names."""
    name = Path(capture).stem
    if name in errors:
        raise errors[name]
    return name


def unsendable(_capture: str, analysis: Analysis) -> Analysis:
    """What no process can send to another."""
    return analysis
