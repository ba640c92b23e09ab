"""Exit codes: what a script learns from a run."""

from enum import IntEnum
from typing import Final


class Exit(IntEnum):
    """The exit codes, as every --help documents them."""

    DONE = 0
    FOUND = 1  # findings at or above --fail-on, drift, or a file that is not as it was written
    USAGE = 2
    UNREADABLE = 3  # an input could not be read, or none of its packets; the others were still reported
    FAILED = 4  # the analyzer failed on an input, or an output could not be written
    INTERRUPTED = 130


_PRECEDENCE: Final = (Exit.INTERRUPTED, Exit.USAGE, Exit.FAILED, Exit.UNREADABLE, Exit.FOUND, Exit.DONE)

MEANINGS: Final = {
    Exit.DONE: "done",
    Exit.FOUND: "findings at or above --fail-on, drift, or a file that is not as it was written",
    Exit.USAGE: "wrong usage",
    Exit.UNREADABLE: "an input could not be read, or not to its end, or none of its packets "
    "(the others are still reported)",
    Exit.FAILED: "the analyzer failed on an input, or an output could not be written",
    Exit.INTERRUPTED: "interrupted",
}

EXIT_HELP: Final = (
    f"Exit codes: {'; '.join(f'{code.value} {meaning}' for code, meaning in MEANINGS.items())}. "
    "Where several hold, the first of 130, 2, 4, 3, 1; standard error names each."
)


def foremost(*codes: Exit) -> Exit:
    """The code to end with where several hold; DONE where none does."""
    return min(codes, key=_PRECEDENCE.index, default=Exit.DONE)
