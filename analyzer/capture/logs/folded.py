"""Lines that a terminal wrapped, put together."""

from collections.abc import Callable, Iterable, Iterator
from typing import Final, TypeAlias

Begins: TypeAlias = Callable[[str, str], bool]
"""Whether a line is the beginning of one that a program wrote, or goes on with the text before it, the second one."""

LONGEST: Final = 1 << 18
"""Characters of a line that are read: a message of 64 KiB has 131,072 digits. What is behind them is passed over."""


def joined(found: Iterable[tuple[int, str]], begins: Begins) -> Iterator[tuple[int, str]]:
    """Lines without blanks at their ends; those that a terminal wrapped in one, at the number of the first."""
    number, whole = 0, ""
    for place, text in found:
        if whole and len(whole) < LONGEST and not begins(text, whole):
            whole += text
            continue
        if whole:
            yield number, whole.rstrip()
        number, whole = place, text
    if whole:
        yield number, whole.rstrip()
