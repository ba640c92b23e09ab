"""Which implementation or capability a vendor ID names: known patterns, the longest first, exact before prefix."""

from functools import cache, lru_cache
from typing import NamedTuple

from analyzer.isakmp import registry

_RANK = {"exact": 0, "exact-wildcard": 1, "exact-or-prefix": 2, "prefix": 3, "prefix-wildcard": 4}


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


class _Pattern(NamedTuple):
    mask: bytes  # 0x0f and 0xf0 for half bytes
    value: bytes
    exact: bool
    name: str
    vendor: str
    kind: str


@cache
def _patterns() -> dict[bytes, list[_Pattern]]:
    """Patterns by their first two bytes (b"" where those are wild), in order of preference."""
    ordered = sorted(registry.rows("vendor-ids"), key=lambda row: (-_weight(row), _RANK[row["match"]], row["pattern"]))
    table: dict[bytes, list[_Pattern]] = {}
    for row in ordered:
        digits = row["pattern"]
        mask = bytes.fromhex("".join("0" if digit == "." else "f" for digit in digits))
        value = bytes.fromhex(digits.replace(".", "0"))
        pattern = _Pattern(
            mask,
            value,
            row["match"].startswith("exact") and row["match"] != "exact-or-prefix",
            row["name"],
            row["vendor"],
            row["kind"],
        )
        table.setdefault(value[:2] if mask[:2] == b"\xff\xff" else b"", []).append(pattern)
    return table


def _weight(row: dict[str, str]) -> int:
    """Digits that must agree: a wild digit says nothing."""
    return len(row["pattern"]) - row["pattern"].count(".")


def _matches(pattern: _Pattern, data: bytes) -> bool:
    size = len(pattern.value)
    if len(data) < size or (pattern.exact and len(data) != size):
        return False
    if pattern.mask.count(0xFF) == size:
        return data.startswith(pattern.value)
    return all(byte & mask == value for byte, mask, value in zip(data, pattern.mask, pattern.value, strict=False))


@lru_cache(maxsize=4096)
def identify(data: bytes) -> VendorMatch | None:
    """The best known pattern for a vendor ID's bytes, or None."""
    table = _patterns()
    found = [p for p in (*table.get(data[:2], ()), *table.get(b"", ())) if _matches(p, data)]
    if not found:
        return None
    best = max(found, key=lambda p: (len(p.value) - p.mask.count(0), p.exact))
    trailing = data[len(best.value) :]
    return VendorMatch(best.name, best.vendor, best.kind, "", trailing)
