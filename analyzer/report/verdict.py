"""The verdict over a capture: what became of its IKE SAs, what was found, and what could not be read."""

from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, Final, NamedTuple

from analyzer.capture.text_notes import NOTES
from analyzer.capture.unopened import NOT_OPENED
from analyzer.report.dossier import dossiers, in_floods
from analyzer.report.filtered import Filtered, filtered
from analyzer.report.floods import floods_in_short
from analyzer.report.groups import Group, groups
from analyzer.report.headline import headline, what_failed
from analyzer.report.sources import clock_text
from analyzer.report.undecrypted import undecrypted
from analyzer.report.unopened import Kind, but_not_all, kinds_of, no_message
from analyzer.report.weaknesses import heaviest, others
from analyzer.report.words import (
    OUTCOMES,
    SEVERITIES,
    file_name,
    frames_text,
    listed,
    outcome_counts,
    plural,
    seconds,
    severity_rank,
)
from analyzer.report.zone import UTC_ZONE, Zone
from analyzer.tables.store import Tables

MOST_STORIES: Final = 30
_MOST_NUMBERS: Final = 8
_DEFECT_ORIGIN: Final = {
    "capture": "The capture is damaged, cut short, or not readable here",
    "capture-dropped": "The capture dropped packets",
    **dict.fromkeys(NOTES, "A text was read, not a capture"),
    "wire": "A sender broke the protocol, or bytes were lost",
    "limit": "A limit of this program was reached",
    "internal": "The analyzer failed, by a fault of its own",
}
_MOST_EFFECTS: Final = 3


class FindingGroup(NamedTuple):
    """The same finding about the same subject in one or many negotiations. `numbers`: the first few of them.

    also: what other policies say of the same, in a phrase each.
    """

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
    also: tuple[str, ...] = ()

    @property
    def where(self) -> str:
        """Frames to look at; of very many negotiations those of the first few."""
        if self.negotiations > len(self.numbers):
            return f"{frames_text(sorted(set(self.frames))[:6])} and others"
        return frames_text(self.frames, 6) if self.frames else ""


class CauseGroup(NamedTuple):
    """How often a diagnosis ranks first, and where."""

    diagnosis: str
    title: str
    confidence: str
    negotiations: int
    numbers: tuple[int, ...]


class Story(NamedTuple):
    """What happened, once for all equal negotiations. `number`: the one whose details are shown.

    trouble: something went wrong, if only later or with a child SA. cause, diagnosis, confidence and advice are those
    of the likeliest diagnosis, "" without one.
    """

    number: int
    outcome: str
    trouble: bool
    headline: str
    negotiations: int
    initiators: int
    numbers: tuple[int, ...]
    frames: tuple[int, ...]
    cause: str
    diagnosis: str
    confidence: str
    advice: str


class Verdict(NamedTuple):
    """Counts and groups. `outcomes` with zeros, in fixed order.

    later_failed: what failed of SAs that are up, and how often, the most frequent first. kinds: equal negotiations
    together, the worst first; stories: of the first of these. copies: by capture, the ISAKMP messages that came again
    at once, byte for byte: mirror ports and second interfaces record so; unknown of a part. floods: rows of that table;
    their negotiations are counted nowhere else. filtered: which part of the captures all this is about. undecrypted:
    messages; unread says so too. zone: that of its times.
    """

    captures: tuple[dict[str, Any], ...]
    total: int
    outcomes: tuple[tuple[str, int], ...]
    later_failed: tuple[tuple[str, int], ...]
    severities: tuple[tuple[str, int], ...]
    findings: tuple[FindingGroup, ...]
    causes: tuple[CauseGroup, ...]
    unread: tuple[str, ...]
    stories: tuple[Story, ...]
    kinds: tuple[Group, ...]
    copies: Mapping[str, int]
    floods: tuple[dict[str, Any], ...]
    filtered: Filtered
    undecrypted: int
    zone: Zone = UTC_ZONE

    @property
    def sentence(self) -> str:
        """The whole capture in one sentence: the story itself where there is only one negotiation.

        Of a part that matches a filter, what part it is comes first.
        """
        return " ".join(filter(None, (self.filtered.sentence, self.account)))

    @property
    def account(self) -> str:
        """The same without a word on the filter; "" where that leaves nothing."""
        shown = self.filtered
        if shown.total and not shown.matching:
            return ""
        besides = floods_in_short(self.floods)
        if self.total == 1:
            return self.stories[0].headline + (f" Besides: {besides}." if besides else "")
        if not self.total and besides:
            return f"What matches is part of {besides}." if shown.filter else f"No negotiation is seen, but {besides}."
        if not self.total:
            messages = sum(c["ike_messages"] or 0 for c in self.captures)
            if messages:
                none = (
                    "which belongs to no negotiation" if messages == 1 else "but none of them belongs to a negotiation"
                )
                return f"{plural(messages, 'ISAKMP message')}, {none}."
            esp = sum(c["esp_packets"] or 0 for c in self.captures)
            also = f" It holds {plural(esp, 'ESP or AH packet')} of SAs negotiated elsewhere." if esp else ""
            return no_message(self.captures) + also
        failed = listed([f"{count:,} with a failed {what}" for what, count in self.later_failed])
        later = f"; {failed}" if failed else ""
        counted = f"{plural(self.total, 'IKE SA')}: {outcome_counts(dict(self.outcomes))}{later}."
        return counted + (f" Besides: {besides}." if besides else "")

    @property
    def joined(self) -> list[str]:
        """Of each set of captures that it was read as one, and why."""
        sets = Counter((c["set"], c["joined"]) for c in self.captures if c["set"] is not None)
        return [f"{plural(count, 'capture')} read as one: {why}." for (_, why), count in sets.items()]

    def capture_text(self, c: dict[str, Any], *, whole_path: bool = True) -> str:
        """One input file in a line."""
        span = ""
        if c["first_time"] is not None and c["last_time"] is not None:
            lasted = seconds((c["last_time"] - c["first_time"]) / 1e9)
            span = f", {lasted} from {self.zone.stamp(c['first_time'])}"
        counts = f"{plural(c['packets'] or 0, 'packet')}, {c['ike_messages'] or 0:,} ISAKMP"
        copies = self.copies.get(c["capture"])
        counts += f" ({copies:,} of them {'a copy' if copies == 1 else 'copies'})" if copies else ""
        counts += f", {c['esp_packets']:,} ESP or AH" if c["esp_packets"] else ""
        name = c["capture"] if whole_path and c["capture"] != "-" else file_name(c["capture"])
        clock = clock_text(c)
        span += f"{clock}, by which times are given" if clock else ""
        return f"{name}: {c['format'] or 'unknown format'}, {counts}{span}"


def verdict_of(tables: Tables, zone: Zone = UTC_ZONE, stories: int = MOST_STORIES) -> Verdict:
    """The verdict over all captures in these tables, its times in this zone. stories: how many are made, at most."""
    flooded = in_floods(tables)
    cells = tables["negotiations"].cells("negotiation", "outcome", "failed_at", "diagnosis")
    rows = [row for row in cells if row[0] not in flooded]
    outcomes = [outcome or "unknown" for _, outcome, _, _ in rows]
    counted = Counter(outcomes)
    names = [*OUTCOMES, *sorted(set(counted) - set(OUTCOMES))]
    later = Counter(filter(None, (what_failed(*known) for _, *known in rows)))
    severities = Counter(heaviest(tables["findings"]).column("severity"))
    found = groups(tables)
    captures = tuple(tables["captures"].records())
    shown = filtered(captures, len(tables["negotiations"]))
    sealed = len(undecrypted(tables).frames)
    return Verdict(
        captures=captures,
        total=len(rows),
        outcomes=tuple((name, counted[name]) for name in names),
        later_failed=tuple(sorted(later.items(), key=lambda item: (-item[1], item[0]))),
        severities=tuple((name, severities[name]) for name in SEVERITIES),
        findings=tuple(_finding_groups(tables)),
        causes=tuple(_cause_groups(tables, flooded)),
        unread=tuple(_unread(tables, sealed)),
        stories=tuple(_stories(tables, found[:stories], zone)),
        kinds=tuple(found),
        copies={} if shown.filter else _copies(tables),  # a part of the messages cannot count all copies
        floods=tuple(tables["floods"].records()),
        filtered=shown,
        undecrypted=sealed,
        zone=zone,
    )


def _copies(tables: Tables) -> dict[str, int]:
    messages = tables["messages"]
    return Counter(capture for (capture,) in messages.at(messages.places("duplicate", {True}), "capture"))


def _stories(tables: Tables, found: list[Group], zone: Zone) -> Iterator[Story]:
    for group, d in zip(found, dossiers(tables, [group.numbers[0] for group in found], zone), strict=True):
        first = d.diagnoses[0] if d.diagnoses else {}
        yield Story(
            number=group.numbers[0],
            outcome=d.n["outcome"] or "unknown",
            trouble=bool(d.diagnoses) or d.n["outcome"] != "established" or bool(d.n["failed_at"]),
            headline=headline(d, short=len(group.numbers) > 1),
            negotiations=len(group.numbers),
            initiators=group.initiators,
            numbers=group.numbers[:_MOST_NUMBERS],
            frames=tuple(first.get("evidence_frames") or ()),
            cause=first.get("title") or first.get("diagnosis") or "",
            diagnosis=first.get("diagnosis") or "",
            confidence=first.get("confidence") or "",
            advice=first.get("advice") or "",
        )


def _finding_groups(tables: Tables) -> list[FindingGroup]:
    """Findings that differ only in their negotiation, together; the worst first, then the most frequent."""
    table = heaviest(tables["findings"])
    by_others = others(tables["findings"], table)
    groups: defaultdict[tuple[Any, ...], list[int]] = defaultdict(list)
    for row, key in enumerate(table.cells("finding", "severity", "confidence", "subject", "policy", "clause")):
        groups[key].append(row)
    numbers_of, frames_of = table.column("negotiation"), table.column("evidence_frames")
    texts = table.at([rows[0] for rows in groups.values()], "title", "evidence", "detail")
    found = []
    for (key, rows), (title, evidence, detail) in zip(groups.items(), texts, strict=True):
        finding, severity, confidence, subject, policy, clause = key
        known = dict.fromkeys(map(numbers_of.__getitem__, rows))
        known.pop(None, None)
        numbers = tuple(islice(known, _MOST_NUMBERS))
        frames = tuple(x for row in rows[:_MOST_NUMBERS] for x in frames_of[row] or ())
        keys = table.at(rows, "capture", "negotiation", "finding", "subject") if by_others else ()
        also = dict.fromkeys(f"{a.policy} {a.severity} ({a.clause})" for one in keys for a in by_others.get(one, ()))
        fixed = (finding, severity, confidence, title or finding, subject or "", policy, clause, evidence, detail or "")
        found.append(FindingGroup(*fixed, len(known), numbers, frames, tuple(also)))
    return sorted(found, key=lambda g: (severity_rank(g.severity), -g.negotiations, g.finding, g.subject))


def _cause_groups(tables: Tables, flooded: Container[int]) -> list[CauseGroup]:
    groups: dict[tuple[str, str, str], list[int]] = {}
    for x in tables["diagnoses"].select("rank", {1}):
        if x["negotiation"] in flooded:
            continue
        groups.setdefault((x["diagnosis"], x["title"] or x["diagnosis"], x["confidence"]), []).append(x["negotiation"])
    found = [
        CauseGroup(ident, title, sure, len(numbers), tuple(numbers[:_MOST_NUMBERS]))
        for (ident, title, sure), numbers in groups.items()
    ]
    return sorted(found, key=lambda g: (-g.negotiations, g.diagnosis, g.confidence))


def _unread(tables: Tables, count: int) -> Iterable[str]:
    """What the reader must not take for nothing: defects by origin, and how many messages were not decrypted."""
    origins: dict[str, list[Kind]] = {}
    captures = list(tables["captures"].records())
    if any(c["ike_messages"] for c in captures):  # else it is the verdict
        yield from filter(None, (but_not_all(captures),))
    for defect in kinds_of(tables):
        if defect.kind == NOT_OPENED:
            continue
        origin = _DEFECT_ORIGIN.get(defect.kind) or _DEFECT_ORIGIN.get(defect.kind.partition("-")[0], "Damage")
        origins.setdefault(origin, []).append(defect)
    for origin, kinds in origins.items():
        with_effect = len(kinds) <= _MOST_EFFECTS
        texts = [f"{x.text}, {x.effect}" if with_effect and x.effect not in ("", "none") else x.text for x in kinds]
        if kinds[0].kind in NOTES:
            texts, more = [x.effect for x in kinds], ""
        more = "" if with_effect else ". The table defects has each with its place"
        yield f"{origin}: {'; '.join(texts)}{more}."
    if count:
        was, it = ("was", "it holds") if count == 1 else ("were", "they hold")
        what = f"{plural(count, 'encrypted message')} {was} not decrypted"
        yield f"{what}. What {it} is inferred from size and position, or unknown."
