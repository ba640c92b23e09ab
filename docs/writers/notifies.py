"""notifies.md: every Notify message type that the registries name, what `explain` says of it, and who shows it."""

import re
from collections.abc import Iterator

from analyzer.assessment import ranking
from analyzer.cli.explained.notifies import KIND
from analyzer.isakmp.registry import Entry, notify_class

from .algorithms import named
from .markdown import WRITTEN, plain, reference, table
from .shown import examples

TABLES = (
    ("IKEv2: errors", 2, "ikev2-notify-error", "error"),
    ("IKEv2: status", 2, "ikev2-notify-status", "status"),
    ("IKEv2: private numbers", 2, "ikev2-notify-private", ""),
    ("IKEv1: errors", 1, "ikev1-notify", "error"),
    ("IKEv1: status", 1, "ikev1-notify", "status"),
)


def page() -> Iterator[str]:
    """notifies.md."""
    yield WRITTEN
    yield """# Notifies

Every Notify message type that the analyzer knows by name: what stands in the column `notify` of the table
[`notifications`](../tables.md#notifications). In clear anybody can have sent one. An error notify leads to a
diagnosis where it names the cause. A private number may be claimed by several vendors; the peer's vendor ID decides
which is meant. `isakmp-analyzer explain NAME` says the same.
"""
    for title, version, name, kind in TABLES:
        yield f"## {title}\n"
        entries = [e for e in named(name) if kind in ("", notify_class(version, e.value))]
        heads = ("Number", "Name", "What it says, and what to do", "Diagnosis and fixtures", "Reference")
        yield from table(heads, (_row(version, entry) for entry in entries))


def _row(version: int, entry: Entry) -> tuple[str, ...]:
    kind = f"IKEv{version} notify {entry.value},"
    explained = {
        s.heading: s.text for p in KIND.pages(entry.name.lower()) if p.kind.startswith(kind) for s in p.sections
    }
    named_by = dict.fromkeys(
        f"[{row.diagnosis}](diagnoses.md#{row.diagnosis}) ({row.part})"
        for row in ranking.NAMED
        if row.ike_version == version and entry.value in row.notifies
    )
    advice = f"**What to do.** {plain(explained['What to do'])}" if "What to do" in explained else ""
    shown = ", ".join(examples("notifications", entry.name)).replace(", and ", " and ")
    return (
        str(entry.value),
        plain(entry.name) + (f" ({plain(entry.vendor)})" if entry.vendor else ""),
        f"{plain(explained['What it says'])} {advice}".rstrip(),
        "; ".join(filter(None, (", ".join(named_by), shown))),
        "; ".join(reference(re.sub(r"^RFC(?=\d)", "RFC ", part)) for part in explained["References"].split("\n")),
    )
