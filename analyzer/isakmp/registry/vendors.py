"""Which implementation or capability a vendor ID names: known patterns, the longest first, exact before prefix."""

import hashlib
import re
import struct
from functools import cache, lru_cache
from typing import NamedTuple

from analyzer.isakmp.registry.tables import rows

_LEAST_TEXT = 4
_CHECK_POINT = "Check Point"
_CHECK_POINT_TABLES = {"product": "=check-point-products", "version": "=check-point-versions"}
_KEY = 2  # bytes that most patterns begin with, unlike others
_REMEMBERED = 64  # bytes of the longest vendor ID whose match is remembered


class VendorMatch(NamedTuple):
    """A known vendor ID. `kind`: implementation, capability, or one of them with "-uncertain".

    `detail`: what its version bytes say. `trailing`: bytes behind the pattern, which some vendors fill with versions,
    capabilities or times.
    """

    name: str
    vendor: str
    kind: str
    detail: str
    trailing: bytes


class Parts(NamedTuple):
    """Numbers behind a vendor ID's pattern: at `place`, in the struct format `form`; `names` as `Layout` has them."""

    place: int
    form: str
    names: tuple[str, ...]


class _Pattern(NamedTuple):
    mask: bytes  # 0x0f and 0xf0 where half a byte is wild
    value: bytes
    exact: bool
    row: dict[str, str]


@cache
def _patterns() -> dict[bytes, list[_Pattern]]:
    """Patterns by their first bytes, those that begin wild under b""; the most telling first, exact before prefix."""
    table: dict[bytes, list[_Pattern]] = {}
    for row in rows("vendor-ids"):
        digits = row["pattern"]
        mask = bytes.fromhex("".join("0" if digit == "." else "f" for digit in digits))
        value = bytes.fromhex(digits.replace(".", "0"))
        pattern = _Pattern(mask, value, row["match"] in ("exact", "exact-wildcard"), row)
        key = value[:_KEY] if mask[:_KEY] == b"\xff" * _KEY else b""
        table.setdefault(key, []).append(pattern)
    for patterns in table.values():
        patterns.sort(key=_preference)
    return table


def _preference(pattern: _Pattern) -> tuple[int, bool, str]:
    digits = pattern.row["pattern"]
    return digits.count(".") - len(digits), not pattern.exact, digits


def _matches(pattern: _Pattern, data: bytes) -> bool:
    size = len(pattern.value)
    if len(data) < size or (pattern.exact and len(data) != size):
        return False
    return all(byte & mask == value for byte, mask, value in zip(data, pattern.mask, pattern.value, strict=False))


def _best(data: bytes) -> _Pattern | None:
    table = _patterns()
    candidates = sorted(
        [p for p in (*table.get(data[:_KEY], ()), *table.get(b"", ())) if _matches(p, data)], key=_preference
    )
    return candidates[0] if candidates else None


def identify(data: bytes) -> VendorMatch | None:
    """The best known pattern for a vendor ID's bytes, or None."""
    return _identified(data) if len(data) <= _REMEMBERED else _match(data)


@lru_cache(maxsize=4096)
def _identified(data: bytes) -> VendorMatch | None:
    return _match(data)


def _match(data: bytes) -> VendorMatch | None:
    best = _best(data)
    if best is None:
        return None
    row = best.row
    trailing = data[len(best.value) :]
    return VendorMatch(row["name"], row["vendor"], row["kind"], _detail(row["detail"], data), trailing)


def parts(data: bytes) -> Parts | None:
    """The numbers that its vendor puts into this vendor ID; None where none are known or they are not all there."""
    best = _best(data)
    place, form, words = best.row["detail"].split(" ", 2) if best is not None and best.row["detail"] else ("0", "", "")
    if not form or len(data) < int(place) + struct.calcsize(form):
        return None
    return Parts(int(place), form, _names(words, best is not None and best.row["vendor"] == _CHECK_POINT))


@cache
def _names(words: str, check_point: bool) -> tuple[str, ...]:
    """The fields that the words of a rule name; of "version {}.{}" the major and the minor one."""
    found = [(name, "=hex" if form else "") for name, form in re.findall(r"(?:(\w+) (?:0x)?)?\{([^}]*)\}", words)]
    if ("", "") in found:
        return f"major_{found[0][0]}", f"minor_{found[0][0]}"
    if check_point:
        return tuple(name + (mark or _CHECK_POINT_TABLES.get(name, "")) for name, mark in found)
    return tuple(name + mark for name, mark in found)


def _detail(rule: str, data: bytes) -> str:
    """Version bytes in words: a rule is place, struct format and the words for its values."""
    if not rule:
        return ""
    place, form, words = rule.split(" ", 2)
    if len(data) < int(place) + struct.calcsize(form):
        return ""
    return words.format(*struct.unpack_from(form, data, int(place)))


@cache
def _hashes() -> dict[bytes, str]:
    """Digests that vendors are known to make their IDs of, by the strings of all known vendor IDs."""
    table: dict[bytes, str] = {}
    for row in rows("vendor-ids"):
        text = row["text"]
        for string in (text, text + "\n", text.upper(), text.lower()) if text else ():
            for algorithm in ("md5", "sha1"):
                digest = hashlib.new(algorithm, string.encode(), usedforsecurity=False).digest()
                table.setdefault(digest, f"{algorithm.upper()} of {string.strip()!r}")
    return table


def describe(data: bytes) -> str:
    """A vendor ID in words, known or not: its name, else the string it is or is a hash of, else nothing."""
    match = identify(data)
    if match is not None:
        return f"{match.name} ({match.detail})" if match.detail else match.name
    text = data.rstrip(b"\0").decode("ascii", "replace")
    if len(text) >= _LEAST_TEXT and text.isascii() and text.isprintable():
        return repr(text)
    return _hashes().get(data, "")
