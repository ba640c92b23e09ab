"""The verdict over a capture: what became of its IKE SAs, what was found, and what could not be read."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from analyzer.report.words import OUTCOMES, SEVERITIES, listed, plural, seconds, severity_rank
from analyzer.tables.store import Tables
from analyzer.tables.text import iso_time

_MOST_NUMBERS: Final = 8
_DEFECT_ORIGIN: Final = {
    "capture": "the capture file is damaged or cut short",
    "wire": "a sender broke the protocol, or bytes were lost",
    "limit": "a limit of this program was reached",
}


class FindingGroup(NamedTuple):
    """The same finding about the same subject in one or many negotiations. `numbers`: the first few of them."""

    finding: str
    severity: str
    confidence: str
    title: str
    subject: str
    policy: str | None
    clause: str | None
    evidence: str | None
    detail: str
    negotiations: int
    numbers: tuple[int, ...]
    frames: tuple[int, ...]


class CauseGroup(NamedTuple):
    """How often a diagnosis ranks first, and where."""

    diagnosis: str
    title: str
    confidence: str
    negotiations: int
    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """Counts and groups. `outcomes` with zeros, in fixed order; `child_failed`: established, but a child SA failed."""

    captures: tuple[dict[str, Any], ...]
    total: int
    outcomes: tuple[tuple[str, int], ...]
    child_failed: int
    severities: tuple[tuple[str, int], ...]
    findings: tuple[FindingGroup, ...]
    causes: tuple[CauseGroup, ...]
    unread: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """The whole capture in one sentence."""
        if not self.total:
            messages = sum(c["ike_messages"] or 0 for c in self.captures)
            if messages:
                return f"{plural(messages, 'ISAKMP message')}, but none of them belongs to a negotiation."
            esp = sum(c["esp_packets"] or 0 for c in self.captures)
            also = f" It holds {plural(esp, 'ESP or AH packet')} of SAs negotiated elsewhere." if esp else ""
            return f"No IKE message in this capture.{also}"
        parts = [f"{count} {name}" for name, count in self.outcomes if count]
        child = ""
        if self.child_failed:
            child = ", but a child SA failed" if self.total == 1 else f"; {self.child_failed:,} with a failed child SA"

        counts = parts[0].partition(" ")[2] if self.total == 1 else listed(parts)
        return f"{plural(self.total, 'IKE SA')}: {counts}{child}."

    def capture_text(self, c: dict[str, Any]) -> str:
        """One input file in a line."""
        span = ""
        if c["first_time"] is not None and c["last_time"] is not None:
            lasted = seconds((c["last_time"] - c["first_time"]) / 1e9)
            span = f", {lasted} from {iso_time(c['first_time'])}"
        counts = plural(c["packets"] or 0, "packet")
        counts += f", {c['ike_messages'] or 0:,} ISAKMP, {c['esp_packets'] or 0:,} ESP or AH"
        return f"{c['capture']}: {c['format'] or 'unknown format'}, {counts}{span}"


def verdict_of(tables: Tables) -> Verdict:
    """The verdict over all captures in these tables."""
    negotiations = tables["negotiations"]
    outcomes = [outcome or "unknown" for outcome in negotiations.column("outcome")]
    counted = Counter(outcomes)
    names = [*OUTCOMES, *sorted(set(counted) - set(OUTCOMES))]
    failed_at = negotiations.column("failed_at")
    child_failed = sum(o == "established" and at is not None for o, at in zip(outcomes, failed_at, strict=True))
    severities = Counter(tables["findings"].column("severity"))
    return Verdict(
        captures=tuple(tables["captures"].records()),
        total=len(negotiations),
        outcomes=tuple((name, counted[name]) for name in names),
        child_failed=child_failed,
        severities=tuple((name, severities[name]) for name in SEVERITIES),
        findings=tuple(_finding_groups(tables)),
        causes=tuple(_cause_groups(tables)),
        unread=tuple(_unread(tables)),
    )


def _finding_groups(tables: Tables) -> list[FindingGroup]:
    """Findings that differ only in their negotiation, together; the worst first, then the most frequent."""
    groups: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
    for f in tables["findings"].records():
        key = (f["finding"], f["severity"], f["confidence"], f["subject"], f["policy"], f["clause"])
        groups.setdefault(key, []).append(f)
    found = []
    for rows in groups.values():
        f = rows[0]
        numbers = tuple(dict.fromkeys(row["negotiation"] for row in rows if row["negotiation"] is not None))
        frames = tuple(frame for row in rows[:_MOST_NUMBERS] for frame in row["evidence_frames"] or ())
        fixed = (f["finding"], f["severity"], f["confidence"], f["title"] or f["finding"], f["subject"] or "")
        rule = (f["policy"], f["clause"], f["evidence"], f["detail"] or "")
        found.append(FindingGroup(*fixed, *rule, len(numbers), numbers[:_MOST_NUMBERS], frames))
    return sorted(found, key=lambda g: (severity_rank(g.severity), -g.negotiations, g.finding, g.subject))


def _cause_groups(tables: Tables) -> list[CauseGroup]:
    groups: dict[tuple[str, str, str], list[int]] = {}
    for x in tables["diagnoses"].select("rank", {1}):
        groups.setdefault((x["diagnosis"], x["title"] or x["diagnosis"], x["confidence"]), []).append(x["negotiation"])
    found = [
        CauseGroup(ident, title, sure, len(numbers), tuple(numbers[:_MOST_NUMBERS]))
        for (ident, title, sure), numbers in groups.items()
    ]
    return sorted(found, key=lambda g: (-g.negotiations, g.diagnosis, g.confidence))


def _unread(tables: Tables) -> Iterable[str]:
    """What the reader must not take for nothing: defects by kind, and encrypted messages without keys."""
    first: dict[str, tuple[str, int | None]] = {}
    counts: Counter[str] = Counter()
    for kind, effect, frame in zip(
        *(tables["defects"].column(c) for c in ("kind", "effect", "frame_number")), strict=True
    ):
        counts[kind or "unknown"] += 1
        first.setdefault(kind or "unknown", (effect or "", frame))
    for kind, count in sorted(counts.items()):
        effect, frame = first[kind]
        where = f" (first in frame {frame})" if frame is not None else ""
        origin = _DEFECT_ORIGIN.get(kind.partition("-")[0], "")
        yield f"{kind}, {plural(count, 'time')}{where}: {origin or 'damage'}; {effect}"
    sealed = list(zip(tables["messages"].column("encrypted"), tables["messages"].column("decrypted"), strict=True))
    closed = sum(bool(encrypted) and not decrypted for encrypted, decrypted in sealed)
    if closed:
        yield f"{plural(closed, 'encrypted message')} stayed closed: inferred from lengths and order, or unknown"
