"""Values of KE payloads and nonces, for who judges them: rows that no caller asked for are gone afterwards."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Final

from analyzer.negotiation.values import Drawn, Values
from analyzer.tables.kinds import Need
from analyzer.tables.store import Tables

COLUMNS: Final[Mapping[str, Sequence[str]]] = {
    "ke_values": ("frame_number", "negotiation", "side", "sha256", "fault", "ke_id"),
    "nonces": ("frame_number", "negotiation", "side", "sha256", "fault", "length"),
}


def with_values(keep: Mapping[str, Sequence[str]], wanted: Collection[str], needs: Need) -> dict[str, Sequence[str]]:
    """The columns to keep of some tables, and with them those that findings rest on: of others all are kept."""
    found = dict(keep)
    for name, columns in COLUMNS.items() if Need.FINDINGS in needs else ():
        if name in keep or name not in wanted:
            found[name] = tuple(dict.fromkeys((*keep.get(name, ()), *columns)))
    return found


def values_of(tables: Tables, starts: Mapping[str, int]) -> Values:
    """Those of one capture. starts: how many rows of each table are of captures before it."""
    return Values(*(tuple(_drawn(tables, name, starts.get(name, 0))) for name in COLUMNS))


def _drawn(tables: Tables, name: str, start: int) -> Iterator[Drawn]:
    table = tables[name]
    seen: set[tuple[int, str, str]] = set()
    for frame, negotiation, side, digest, fault, more in table.at(range(start, len(table)), *COLUMNS[name]):
        key = negotiation, side, digest
        if negotiation is not None and side is not None and key not in seen:
            seen.add(key)
            method, length = (None, more) if name == "nonces" else (more, 0)
            yield Drawn(frame, negotiation, side == "initiator", digest, fault or "", method, length)
