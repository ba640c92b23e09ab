"""Work counted in executed lines of Python: the same on every machine and under every load, unlike seconds."""

import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import CodeType, FrameType
from typing import Any


def lines_run(do: Callable[[], object]) -> int:
    """How many lines `do` executes; every round of a loop or comprehension counts again.

    What C code walks inside one call (`sorted`, `in` on a list) is not seen.
    """
    count = 0

    def line(frame: FrameType, event: str, arg: Any) -> Any:
        nonlocal count
        count += event == "line"
        return line

    before = sys.gettrace()
    sys.settrace(line)
    try:
        do()
    finally:
        sys.settrace(before)
    return count


def lines_by_code(do: Callable[[], object], folder: Path) -> Counter[CodeType]:
    """How many lines `do` executes in each function, comprehension and generator of the files below a folder."""
    counts: Counter[CodeType] = Counter()
    ours = str(folder)

    def line(frame: FrameType, event: str, arg: Any) -> Any:
        if event == "line":
            counts[frame.f_code] += 1
        return line

    def call(frame: FrameType, event: str, arg: Any) -> Any:
        return line if frame.f_code.co_filename.startswith(ours) else None

    before = sys.gettrace()
    sys.settrace(call)
    try:
        do()
    finally:
        sys.settrace(before)
    return counts
