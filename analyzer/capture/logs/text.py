"""Text of a log as people see it in an editor, whatever wrote the file."""

import codecs
import re
from typing import Final

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
