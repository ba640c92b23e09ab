"""Lines of a log as people see them in an editor, whatever wrote the file."""

import codecs
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from analyzer.capture.window import Window

LONGEST: Final = 1 << 18
"""Characters of a line that are read: a message of 64 KiB has 131,072 digits. What is behind them is passed over."""

_MARKS: Final = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
# Colours and cursor movements (ECMA-48), and other control characters but the tab; marks of writing direction, which
# turn around what is behind them (Unicode standard annex 9)
_INVISIBLE: Final = re.compile(
    r"\x1b\[[0-?]{0,32}[ -/]{0,8}[@-~]?|[\x00-\x08\x0b-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]"
)
_SAMPLE: Final = 4096
_LEAST_TEXT: Final = 0.95  # of a sample: a log may have a few bytes of anything in it


def encoding_of(head: bytes) -> str:
    """By the byte order mark; else UTF-8, of which no more than ASCII matters."""
    return next((name for mark, name in _MARKS if head.startswith(mark)), "utf-8")


def text_of(head: bytes) -> str | None:
    """The beginning of a text without what cannot be seen; None of what is none."""
    text = head.decode(encoding_of(head), errors="replace")
    sample = text[:_SAMPLE]
    printable = sum(one.isprintable() or one in "\r\n\t\f\x1b\ufeff" for one in sample)
    if not sample or printable < _LEAST_TEXT * len(sample):
        return None
    return _INVISIBLE.sub("", text)


def clean(line: str) -> str:
    """A line without what cannot be seen."""
    if not line.isprintable():
        line = _INVISIBLE.sub("", line)
    return line


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


def joined(found: Iterable[tuple[int, str]], begins: Callable[[str], bool] | None) -> Iterator[tuple[int, str]]:
    """Lines without blanks at their ends; those that a terminal wrapped in one, at the number of the first.

    begins: whether a line is the beginning of one; None: each is.
    """
    number, whole = 0, ""
    for place, text in found:
        if number and begins is not None and len(whole) < LONGEST and not begins(text):
            whole += text
            continue
        if number:
            yield number, whole.rstrip()
        number, whole = place, text
    if number:
        yield number, whole.rstrip()
