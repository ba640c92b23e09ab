"""When a finding of one capture is one of another: the same check and subject between the same two hosts.

Frames, numbers of negotiations and child SAs, SPIs, severity and policy are not part of it, nor is who of the two
began. A scanner's probe is in no comparison: it says nothing of the hosts' own configuration.
"""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from analyzer.report.words import severity_rank

if TYPE_CHECKING:
    from analyzer.tables.store import Table, Tables

COLUMNS: Final = (
    *("finding", "severity", "negotiation", "subject", "policy", "title"),
    *("evidence_frames", "evidence_captures", "capture"),
)
"""Of table `findings`: what is compared, and where it is shown."""

_RUNNING: Final = (
    (re.compile(r"SPI [0-9a-f]{8,16}"), "SPI"),
    (re.compile(r"((?:ESP offer for )?child SA) \d+(?:(?:, | and )\d+)*(: .*)?"), r"\1\2"),
    (re.compile(r"(negotiation) \d+"), r"\1"),
    (re.compile(r"\d+ (addresses)"), r"\1"),
    (re.compile(r"([0-9a-f.:]+), to port \d+ and from port \d+"), r"\1"),  # a NAT gives another port each time
)
"""Whole subjects of checks that hold a random or running number, and what is left of them."""

_OF_SCANS: Final = frozenset({"scanner-probe", "horizontal-scan"})


class Finding(NamedTuple):
    """What makes it the same. subject: as `lasting` has it; hosts: sorted; empty where it is about the capture."""

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
        same = Finding(f["finding"] or "", lasting(f["subject"] or ""), hosts)
        place = next(iter(_known(f["evidence_captures"])), f["capture"] or "")
        frame = next(iter(_known(f["evidence_frames"])), 0)
        scan = outcome == "probe" or f["finding"] in _OF_SCANS
        yield Row(same, f["severity"] or "", f["policy"], f["title"] or "", place, frame, scan)


class Known:
    """The findings of a baseline, each with the worst severity that each policy gave it."""

    def __init__(self, tables: "Tables") -> None:
        self._ranks: dict[tuple[Finding, str | None], int] = {}
        for row in rows(tables):
            key, rank = (row.same, row.policy), severity_rank(row.severity)
            self._ranks[key] = min(rank, self._ranks.get(key, rank))

    def has(self, row: Row) -> bool:
        """Whether it is there by the same policy, and as severe: what is worse now is new."""
        rank = self._ranks.get((row.same, row.policy))
        return rank is not None and rank <= severity_rank(row.severity)


def lasting(subject: str) -> str:
    """A subject without an SPI, a number of a child SA or negotiation, or a port of a NAT.

    They differ each time hosts do the same.
    """
    for pattern, rest in _RUNNING:
        if found := pattern.fullmatch(subject):
            return found.expand(rest)
    return subject


def _known(values: Any) -> list[Any]:
    return [value for value in values or () if value is not None]
