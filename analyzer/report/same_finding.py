"""When a finding of one capture is one of another: the same check and subject between the same two hosts.

Frames, numbers of negotiations, severity and policy are not part of it, nor is who of the two began.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from analyzer.tables.store import Table, Tables

COLUMNS: Final = (
    *("finding", "severity", "negotiation", "subject", "policy", "title"),
    *("evidence_frames", "evidence_captures", "capture"),
)
"""Of table `findings`: what is compared, and where it is shown."""

_OF_SCANS: Final = frozenset({"scanner-probe", "horizontal-scan"})


class Finding(NamedTuple):
    """What makes it the same. hosts: sorted; empty where it is about the capture as a whole."""

    finding: str
    subject: str
    hosts: tuple[str, ...]


class Row(NamedTuple):
    """A finding as a table has it. of_scan: about a scanner's probes."""

    same: Finding
    severity: str
    policy: str | None
    title: str
    capture: str
    frame_number: int
    of_scan: bool


def rows(tables: "Tables", findings: "Table | None" = None) -> Iterator[Row]:
    """The findings of captures in the order of their table, or of this one."""
    cells = tables["negotiations"].cells("negotiation", "initiator_ip", "responder_ip", "outcome")
    of = {number: (tuple(sorted((one or "", other or ""))), outcome) for number, one, other, outcome in cells}
    for f in (tables["findings"] if findings is None else findings).records():
        hosts, outcome = of.get(f["negotiation"], ((), None))
        same = Finding(f["finding"] or "", f["subject"] or "", hosts)
        place = next(iter(_known(f["evidence_captures"])), f["capture"] or "")
        frame = next(iter(_known(f["evidence_frames"])), 0)
        scan = outcome == "probe" or f["finding"] in _OF_SCANS
        yield Row(same, f["severity"] or "", f["policy"], f["title"] or "", place, frame, scan)


def known(tables: "Tables") -> frozenset[Finding]:
    """All that captures show, a scanner's too."""
    return frozenset(row.same for row in rows(tables))


def _known(values: Any) -> list[Any]:
    return [value for value in values or () if value is not None]
