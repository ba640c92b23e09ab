"""Findings one a line, for `check`: what grep and CI logs want."""

from collections.abc import Iterator
from typing import Final

from analyzer.report.sentences import evidence_text, finding_text
from analyzer.report.story import Line
from analyzer.report.words import SEVERITIES, clip, severity_rank
from analyzer.tables.store import Tables
from analyzer.tables.text import visible

_STYLES: Final = {"critical": "bad", "high": "bad", "medium": "warn", "info": "dim"}


def check_lines(tables: Tables) -> Iterator[Line]:
    """CAPTURE: SEVERITY ID negotiation N: what, by which clause; the worst first."""
    rows = sorted(tables["findings"].records(), key=lambda f: severity_rank(f["severity"]))
    for f in rows:
        where = f" negotiation {f['negotiation']}" if f["negotiation"] is not None else ""
        head = f"{f['capture']}: {f['severity']} {f['finding']}{where}"
        text = f"{head}: {finding_text(f)}, {evidence_text(f['evidence_frames'])}"
        yield Line(visible(clip(text)), _STYLES.get(f["severity"], ""))


def reaches(tables: Tables, threshold: str) -> bool:
    """Whether a finding is at least this severe; nothing reaches `never`."""
    if threshold not in SEVERITIES:
        return False
    severities = set(tables["findings"].column("severity"))
    return any(severity_rank(severity) <= severity_rank(threshold) for severity in severities)
