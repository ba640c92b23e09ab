"""Packets that were not looked into, in words: their layers are not opened here, or the capture cut their headers."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from analyzer.report.words import listed, plural

COUNTED: Final = ("packets", "packets_not_opened", "not_opened")
"""The columns of `captures` that this asks."""
_MOST_NAMED: Final = 4


def not_opened(captures: Iterable[Mapping[str, Any]]) -> str:
    """What was not opened, and how much, as a sentence without its full stop; "" if nothing was left."""
    count, names = 0, dict[str, None]()
    for c in captures:
        count += c["packets_not_opened"] or 0
        names.update(dict.fromkeys(c["not_opened"] or ()))
    if not count:
        return ""
    shown = list(names)[:_MOST_NAMED]
    more = len(names) - len(shown)
    kinds = listed([*shown, *([plural(more, "other kind")] if more else [])])
    return f"{plural(count, 'packet')} of {kinds} {'was' if count == 1 else 'were'} not opened"


def opened(captures: Iterable[Mapping[str, Any]]) -> int:
    """How many packets were looked into."""
    return sum((c["packets"] or 0) - (c["packets_not_opened"] or 0) for c in captures)


def no_message(captures: Iterable[Mapping[str, Any]]) -> str:
    """The sentence about captures in which no ISAKMP message was found."""
    captures = tuple(captures)
    left, read = not_opened(captures), opened(captures)
    if not left:
        return "No IKE message in this capture."
    if not read:
        return f"No packet of this capture could be read: {left}."
    return f"No IKE message in the {plural(read, 'packet')} that could be read; {left}."


def but_not_all(captures: Iterable[Mapping[str, Any]]) -> str:
    """What the reader must know where messages were found and some packets not opened; "" if all were."""
    left = not_opened(captures)
    return f"{left}: what is not seen here is not seen in the others." if left else ""
