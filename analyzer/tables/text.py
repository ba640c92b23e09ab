"""Cell values as text that cannot deceive: times in ISO 8601, control and direction characters made visible."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import cache, lru_cache
from typing import Final

from analyzer.capture.dates import is_dated

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND: Final = 1_000_000_000  # nanoseconds

# Control characters, and those that hide, reorder or break text: bidi controls, zero-width and tag characters, line
# separators, lone surrogates, noncharacters.
_HIDDEN: Final = (
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u115f\u1160\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ud800-\udfff"
    "\ufeff\uffa0\ufff9-\ufffb\ufffe\uffff\U000e0000-\U000e007f]"
)
_FILLERS: Final = frozenset("\u115f\u1160\u3164\uffa0")  # those of them that count as printable
_SHORT: Final = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}


@cache
def _hidden() -> re.Pattern[str]:
    """Compiled when the first such text comes: that takes longer than most captures have to do with it."""
    return re.compile(_HIDDEN)


def _escape(match: re.Match[str]) -> str:
    character = match[0]
    code = ord(character)
    if character in _SHORT:
        return _SHORT[character]
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def visible(text: str) -> str:
    r"""The text with every hidden or reordering character written out: ESC becomes \x1b, U+202E \u202e."""
    if text.isprintable() and (text.isascii() or _FILLERS.isdisjoint(text)):
        return text
    return _hidden().sub(_escape, text)


@lru_cache(maxsize=4096)
def _second(seconds: int) -> str:
    return (_EPOCH + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%S")


def iso_time(nanoseconds: int) -> str:
    """Nanoseconds since 1970 as ISO 8601 in UTC, all nine digits: 2026-11-20T10:11:12.000000123Z; "" without a date."""
    if not is_dated(nanoseconds):
        return ""
    seconds, rest = divmod(nanoseconds, _SECOND)
    return f"{_second(seconds)}.{rest:09d}Z"


class _Seconds(dict[str, str]):
    """The text of each second since 1970, by its digits."""

    def __missing__(self, digits: str) -> str:
        text = self[digits] = _second(int(digits))
        return text


def iso_times(times: Sequence[int]) -> list[str]:
    """Many of them, one at least: most share their second with others."""
    if min(times) < _SECOND:
        return [iso_time(time) for time in times]
    seconds = _Seconds()
    return [f"{seconds[digits[:-9]]}.{digits[-9:]}Z" for digits in map(str, times)]


def decimal(value: float) -> str:
    """A number of seconds to the nanosecond, without exponent and trailing zeros."""
    return f"{value:.9f}".rstrip("0").rstrip(".")


def utf8(text: str) -> str:
    """Text without lone surrogates, which are no UTF-8: they are written out."""
    return text.encode(errors="backslashreplace").decode()
