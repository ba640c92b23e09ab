"""Lines of a log, by their numbers in an editor."""

import codecs
from collections.abc import Callable, Iterable, Iterator
from typing import Final, TypeAlias

from analyzer.capture.logs.text import clean, encoding_of
from analyzer.capture.window import Window

Begins: TypeAlias = Callable[[str, str], bool]
"""Whether a line is the beginning of one that a program wrote, or goes on with the text before it, the second one."""

LONGEST: Final = 1 << 18
"""Characters of a line that are read: a message of 64 KiB has 131,072 digits. What is behind them is passed over."""


def lines(window: Window, line_end: str = "\n") -> Iterator[tuple[int, str]]:
    """Number, from 1, and text of each line that is not empty. What is too long is cut."""
    first = bytes(memoryview(window.data)[window.position : min(window.limit, window.position + 4)])
    decoder = codecs.getincrementaldecoder(encoding_of(first))(errors="replace")
    number, rest = 1, ""
    passing = False  # over the rest of a line that was too long
    while True:
        data = bytes(memoryview(window.data)[window.position : window.limit])
        window.position = window.limit
        pieces = decoder.decode(data, final=not data).split(line_end)
        pieces[0] = rest + pieces[0]
        rest = pieces.pop()
        for piece in pieces:
            if not passing and (text := clean(piece[:LONGEST])).strip():
                yield number, text
            number, passing = number + 1, False
        if passing:
            rest = ""
        elif len(rest) > LONGEST:
            yield number, clean(rest[:LONGEST])
            rest, passing = "", True
        if not window.refill():
            break
    if not passing and (text := clean(rest + decoder.decode(b"", final=True))).strip():
        yield number, text


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
