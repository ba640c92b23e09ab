"""notifies.md: every Notify message type that the registries name, and which diagnosis an error notify leads to."""

from collections.abc import Iterator

from analyzer.assessment import ranking
from analyzer.isakmp.registry import Entry, notify_class

from .algorithms import named, references
from .markdown import WRITTEN, plain, table
from .shown import examples

TABLES = (
    ("IKEv2: errors", 2, "ikev2-notify-error"),
    ("IKEv2: status", 2, "ikev2-notify-status"),
    ("IKEv2: private numbers", 2, "ikev2-notify-private"),
    ("IKEv1", 1, "ikev1-notify"),
)


def page() -> Iterator[str]:
    """notifies.md."""
    yield WRITTEN
    yield """# Notifies

Every Notify message type that the analyzer knows by name: what stands in the column `notify` of the table
[`notifications`](../tables.md#notifications). In clear anybody can have sent one. An error notify leads to a
diagnosis where it names the cause; a private number may be claimed by several vendors, and the peer's vendor ID decides
which is meant.
"""
    for title, version, name in TABLES:
        yield f"## {title}\n"
        yield from table(
            ("Number", "Name", "Class", "Diagnosis", "Shown by", "Reference"),
            (_row(version, entry) for entry in named(name)),
        )


def _row(version: int, entry: Entry) -> tuple[str, ...]:
    name = plain(entry.name) + (f" ({plain(entry.vendor)})" if entry.vendor else "")
    named_by = dict.fromkeys(
        f"[{row.diagnosis}](diagnoses.md#{row.diagnosis}) ({row.part})"
        for row in ranking.NAMED
        if row.ike_version == version and entry.value in row.notifies
    )
    shown = ", ".join(examples("notifications", entry.name)).replace(", and ", " and ")
    kind = notify_class(version, entry.value)
    return str(entry.value), name, kind, ", ".join(named_by), shown, references(entry)
