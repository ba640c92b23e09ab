"""Text of a capture as HTML: the one place where it is made safe, for templates and for rows that are made in bulk.

Control and direction characters become visible, what is longer than anyone reads is cut, and the rest is escaped.
"""

import re
from typing import Final

from markupsafe import Markup, escape

from analyzer.capture.placed_frame import PlacedFrame
from analyzer.report.words import clip
from analyzer.tables.text import visible

# Short, printable, and nothing that HTML would read: what most of a page is, and what comes out as it went in
_is_plain: Final = re.compile("[ !#-%(-;=?-~]{0,1000}").fullmatch


def readable(value: object) -> object:
    """The last step of every expression of a template before it is escaped: missing is empty, text is visible."""
    if value is None:
        return ""
    if isinstance(value, str) and not isinstance(value, Markup):
        return visible(clip(value))
    if isinstance(value, PlacedFrame):
        return visible(str(value))  # which names its file
    return value


def safe(value: object) -> str:
    """A value as HTML; Markup is HTML already."""
    if type(value) is str and _is_plain(value):
        return value
    if type(value) is int:
        return str(value)
    return value if type(value) is Markup else str(escape(readable(value)))
