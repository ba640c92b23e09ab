"""What was read: captures by themselves, and sets of them, each of which is one story."""

from typing import Any

from analyzer.capture.places import Places
from analyzer.tables.store import Tables


def sources(tables: Tables) -> dict[str, list[dict[str, Any]]]:
    """The rows of `captures` by what rows of other tables call their capture: the set, or the one by itself."""
    found: dict[str, list[dict[str, Any]]] = {}
    for row in tables["captures"].records():
        found.setdefault(row.get("set") or row["capture"], []).append(row)
    return found


def ran(row: dict[str, Any]) -> tuple[int | None, int | None]:
    """When a capture began and ended, by the clock that the times of its messages are given by, in nanoseconds."""
    off, first, last = round((row["clock_offset_s"] or 0) * 1e9), row["first_time"], row["last_time"]
    return None if first is None else first - off, None if last is None else last - off


def clock_text(row: dict[str, Any]) -> str:
    """How far a capture's clock was off, which is taken off the times of its messages; empty: it was not."""
    offset = row["clock_offset_s"]
    if not offset:
        return ""
    how = "ahead of" if offset > 0 else "behind"
    return f", its clock {abs(offset):,.3f} s {how} that of the first"


def sets_of(tables: Tables) -> list[Places]:
    """Where the frames of each set stand that rows of these tables are about."""
    found: dict[int, Places] = {}
    for table in tables.values():
        if table.placed is not None:
            found |= {id(places): places for places in table.placed.sets}
    return list(found.values())
