"""Every table of the contract by name. Its columns stand in one place each: a module of `analyzer/tables/columns/`.

`isakmp-analyzer fields` prints what stands there.

Conventions. SPIs are 16 lower-case hexadecimal digits (ESP and AH SPIs 8), as text. Times are nanoseconds since
1970-01-01 UTC in storage and `datetime64[ns, UTC]` in frames. An id is the number on the wire, in the registry of that
IKE version; the column after it holds its name. A missing value is missing (None), never 0 or "": it was not seen, or
cannot be known from this capture. Frame numbers are Wireshark's: 1 for the first packet of the file. Columns are only
ever added behind the last one.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import Any, Final

from analyzer.tables.kinds import TableSchema

SCHEMA_VERSION: Final = 1

# Tables in the contract's order, and the module of columns/ that holds each
_PLACES: Final = {
    "captures": "capture",
    "flows": "capture",
    "messages": "messages",
    "payloads": "contents",
    "proposals": "contents",
    "transforms": "contents",
    "notifications": "contents",
    "vendor_ids": "contents",
    "identities": "contents",
    "certificates": "contents",
    "ke_values": "contents",
    "nonces": "contents",
    "negotiations": "negotiations",
    "sights": "sights",
    "child_sas": "child_sas",
    "events": "events",
    "exchanges": "exchanges",
    "esp_streams": "capture",
    "icmp_errors": "capture",
    "findings": "judgement",
    "verdicts": "judgement",
    "diagnoses": "judgement",
    "mismatches": "judgement",
    "implementations": "judgement",
    "floods": "judgement",
    "responders": "judgement",
    "defects": "capture",
    "comments": "capture",
}


@cache
def _module(name: str) -> ModuleType:
    return import_module(f"analyzer.tables.columns.{name}")


class _Schema(Mapping[str, TableSchema[Any]]):
    """The tables by name. The columns of one are loaded when it is asked for: `--help` needs the names only."""

    def __getitem__(self, name: str) -> TableSchema[Any]:
        table: TableSchema[Any] = getattr(_module(_PLACES[name]), name.upper())
        return table

    def __contains__(self, name: object) -> bool:
        return name in _PLACES

    def __iter__(self) -> Iterator[str]:
        return iter(_PLACES)

    def __len__(self) -> int:
        return len(_PLACES)


SCHEMA: Final[Mapping[str, TableSchema[Any]]] = _Schema()
