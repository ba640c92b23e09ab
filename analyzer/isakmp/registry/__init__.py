"""IANA and private numbers with their names and references: data files, one per registry, and the one loader."""

from analyzer.isakmp.registry import vendors
from analyzer.isakmp.registry.tables import (
    Entry,
    claimants,
    entries,
    entry,
    exchange_name,
    name,
    notify_class,
    notify_entry,
    notify_name,
    payload_name,
    rows,
    values_table,
)

__all__ = [
    "Entry",
    "claimants",
    "entries",
    "entry",
    "exchange_name",
    "name",
    "notify_class",
    "notify_entry",
    "notify_name",
    "payload_name",
    "rows",
    "values_table",
    "vendors",
]
