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


def sets_of(tables: Tables) -> list[Places]:
    """Where the frames of each set stand that rows of these tables are about."""
    found: dict[int, Places] = {}
    for table in tables.values():
        if table.placed is not None:
            found |= {id(places): places for places in table.placed.sets}
    return list(found.values())
