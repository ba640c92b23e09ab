"""Exit codes: what a script learns from a run."""

from enum import IntEnum
from typing import Final


class Exit(IntEnum):
    """The exit codes, as every --help documents them."""

    DONE = 0
    FOUND = 1  # findings at or above --fail-on, or drift
    USAGE = 2
    UNREADABLE = 3  # an input could not be read; the others were still reported
    INTERRUPTED = 130


EXIT_HELP: Final = (
    "Exit codes: 0 done; 1 findings at or above --fail-on, or drift; 2 wrong usage; 3 an input could not be read (the "
    "others are still reported); 130 interrupted."
)
