"""How a capture was taken, as its file says: by which program, where, with which filter, what was lost, what is beside.

A file can claim anything: each of these is what it says, and was not on the wire.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from analyzer.report.words import clip, listed, plural

_MOST_NAMED: Final = 4
_MOST_TEXT: Final = 300  # characters of a comment
THEIR_COMMENT: Final = "comment of that frame: "
"""What `extract` puts in front of the comment that a frame had before."""

_OUR_COMMENT: Final = re.compile(r"Frame \d+ of ", re.ASCII)
KNOWN: Final = (
    "application", "os", "hardware", "interfaces", "dropped", "comment", "packet_comments", "secrets", "other_blocks",
)  # fmt: skip
"""The columns of `captures` that this asks."""


def our_comment(frame_number: int, capture: str) -> str:
    """What the comment of a frame that `extract` writes begins with."""
    return f"Frame {frame_number} of {capture}"


def remarks(comment: str) -> list[str]:
    """What the comment of a frame says of it. Of one that `extract` wrote: what the frame had before."""
    if not _OUR_COMMENT.match(comment):
        return [comment] if comment else []
    lines = (line.removeprefix(THEIR_COMMENT) for line in comment.split("\n") if line.startswith(THEIR_COMMENT))
    return [line for line in lines if not _OUR_COMMENT.match(line)]  # one of ours: an extract of an extract


def taken(c: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Labels and texts, for the page; nothing of what the file does not say."""
    rows = (
        ("Written by", ", ".join(_writer(c))),
        ("Interfaces", _some(c.get("interfaces") or (), "interface")),
        ("Dropped", _dropped(c)),
        ("Comment", clip(c.get("comment") or "", _MOST_TEXT)),
        ("Packet comments", f"{c['packet_comments']:,}" if c.get("packet_comments") else ""),
        ("Keys in the file", _secrets(c)),
        ("Other blocks", _some(c.get("other_blocks") or (), "kind")),
    )
    return [(label, text) for label, text in rows if text]


def taken_text(c: Mapping[str, Any]) -> str:
    """The same in a sentence or two, for the terminal; "" where the file says none of it."""
    parts = list(_writer(c))
    parts += [_some(c["interfaces"], "interface")] if c.get("interfaces") else []
    parts += [f"{c['dropped']:,} dropped"] if c.get("dropped") else []
    parts += [plural(c["packet_comments"], "packet comment")] if c.get("packet_comments") else []
    parts += [f"comment: {clip(c['comment'], _MOST_TEXT).rstrip('.')}"] if c.get("comment") else []
    text = f"The file says: {'; '.join(parts)}." if parts else ""
    keys = _secrets(c)
    return " ".join(filter(None, (text, f"Keys are in the file: {keys}." if keys else "")))


def _writer(c: Mapping[str, Any]) -> Iterator[str]:
    if c.get("application"):
        yield clip(c["application"], _MOST_TEXT)
    if c.get("os"):
        yield f"on {clip(c['os'], _MOST_TEXT)}"
    if c.get("hardware"):
        yield f"hardware {clip(c['hardware'], _MOST_TEXT)}"


def _dropped(c: Mapping[str, Any]) -> str:
    if c.get("dropped") is None:
        return ""
    return f"{plural(c['dropped'], 'packet')}, by the capturing host's own count"


def _secrets(c: Mapping[str, Any]) -> str:
    return ", ".join(c.get("secrets") or ())


def _some(texts: tuple[str, ...], thing: str) -> str:
    """The first of them, and how many more."""
    more = len(texts) - _MOST_NAMED
    shown = [clip(text, _MOST_TEXT) for text in texts[:_MOST_NAMED]]
    return listed([*shown, *([plural(more, f"more {thing}")] if more > 0 else [])])
