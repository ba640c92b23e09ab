"""The story as text for a terminal: of one negotiation, and of a whole capture. The page says it in the same words."""

import textwrap
from collections.abc import Iterator
from typing import Final, NamedTuple

from analyzer.report.dossier import Dossier, Record, dossiers, worst_first
from analyzer.report.ladder import Rung, ladder
from analyzer.report.offers import Comparison, comparisons
from analyzer.report.sentences import child_text, evidence_text, facts, finding_text, headline
from analyzer.report.verdict import Verdict, verdict_of
from analyzer.report.words import clip, display_filter, plural, seconds
from analyzer.tables.store import Tables
from analyzer.tables.text import visible

MOST_STORIES: Final = 25
_BRIEF_START: Final = 6
_BRIEF_END: Final = 6
_ARROWS: Final = {
    ("message", "clear"): "------>",
    ("message", "encrypted"): "======>",
    ("message", "decrypted"): "======>",
    ("repeat", "clear"): "- - - >",
    ("repeat", "encrypted"): "= = = >",
    ("icmp", "clear"): "--- ! >",
    ("esp", "encrypted"): "#######",
}
_OUTCOME_STYLE: Final = {"established": "good", "failed": "bad", "unanswered": "bad"}
_SEVERITY_STYLE: Final = {"critical": "bad", "high": "bad", "medium": "warn", "low": "", "info": "dim"}


class Line(NamedTuple):
    """One line of output, safe for a terminal. style: title, good, bad, warn, dim or nothing."""

    text: str
    style: str = ""


def _wrap(text: str, indent: int, style: str = "", first: str | None = None, width: int = 100) -> Iterator[Line]:
    """Text as lines; `first` stands in the first line's indentation. Line breaks in our own advice are kept."""
    pad = " " * indent
    lead = pad if first is None else first.ljust(indent)
    for part in clip(text).split("\n"):
        wrapped = textwrap.wrap(visible(part), max(20, width - indent), break_on_hyphens=False) or [""]
        for line in wrapped:
            yield Line(lead + line, style)
            lead = pad


def negotiation_story(d: Dossier, width: int = 100) -> Iterator[Line]:
    """Everything about one negotiation: headline, facts, ladder, offers, child SAs, what went wrong, what to do."""
    yield from _wrap(headline(d), 0, "title", width=width)
    yield Line("")
    for label, text in facts(d):
        yield from _wrap(text, 18, first=f"  {label}", width=width)
    yield Line("")
    yield from ladder_lines(ladder(d), width)
    for comparison in comparisons(d):
        yield Line("")
        yield from comparison_lines(comparison, width)
    if d.child_sas:
        yield Line("")
        for child in d.child_sas:
            yield from _wrap(
                child_text(child), 4, "bad" if child["outcome"] == "failed" else "", first="  -", width=width
            )
    yield from trouble_lines(d, width)
    yield from finding_lines(d.findings, width)


def trouble_lines(d: Dossier, width: int = 100) -> Iterator[Line]:
    """The diagnoses, the likeliest first, each with its basis, its frames and what to do next."""
    for place, x in enumerate(d.diagnoses):
        if place == 0:
            yield Line("")
        word = "Why" if place == 0 else "or"
        title = f"{x['title'] or x['diagnosis']} ({x['confidence']}, {x['diagnosis']})"
        yield from _wrap(title, 8, "bad" if place == 0 else "warn", first=f"  {word}", width=width)
        if x["detail"]:
            yield from _wrap(x["detail"], 8, width=width)
        yield from _wrap(
            f"Basis: {x['basis'] or 'seen'}; {evidence_text(x['evidence_frames'])}.", 8, "dim", width=width
        )
        if x["advice"]:
            yield from _wrap(
                x["advice"], 8, "good" if place == 0 else "", first="  Next" if place == 0 else None, width=width
            )


def finding_lines(findings: list[Record], width: int = 100, most: int = 40) -> Iterator[Line]:
    """Findings, severity first."""
    if findings:
        yield Line("")
    for f in findings[:most]:
        style = _SEVERITY_STYLE.get(f["severity"], "")
        yield from _wrap(finding_text(f), 12, style, first=f"  {f['severity']}", width=width)
        if f["evidence_frames"]:
            yield from _wrap(evidence_text(f["evidence_frames"]), 12, "dim", width=width)
    if len(findings) > most:
        yield Line(f"  and {plural(len(findings) - most, 'finding')} more", "dim")


def ladder_lines(rungs: list[Rung], width: int = 100) -> Iterator[Line]:
    """The ladder as text: time, frame, arrow, message; below it what the message holds."""
    for rung in rungs:
        if rung.gap_s is not None and rung.gap_s >= 1:
            yield Line(f"{'':10}  ... {seconds(rung.gap_s)} later", "dim")
        yield from _rung_lines(rung, width)


def _rung_lines(rung: Rung, width: int) -> Iterator[Line]:
    if rung.kind == "path":
        yield Line(visible(f"{'':22}{rung.contents[0]}  <->  {rung.contents[1]}   {rung.title}"), "dim")
        return
    if rung.kind == "cut":
        yield Line(visible(f"{'':22}[{rung.title}; {rung.note}]"), "warn")
        return
    time = "" if rung.offset_s is None else f"+{seconds(rung.offset_s)}".replace("+-", "-")
    arrow = _ARROWS.get((rung.kind, rung.protection), "------>")
    if not rung.from_initiator:
        arrow = arrow[::-1].replace(">", "<")
    elif rung.kind == "esp":
        arrow = arrow[:-1] + ">"
    frame = "" if rung.frame is None else f"#{rung.frame}"
    note = f"  ({rung.note})" if rung.note and rung.kind != "message" else ""
    style = {"repeat": "dim", "icmp": "warn"}.get(rung.kind, "")
    yield from _wrap(rung.title + note, 32, style, first=f"{time:>12}  {frame:>7}  {arrow:9}", width=width)
    if rung.contents:
        sized = f"   [{rung.note}]" if rung.note else ""
        yield from _wrap(", ".join(rung.contents) + sized, 34, "dim", width=width)
    for error in rung.errors:
        yield from _wrap(error, 34, "bad", first=f"{'':32}! ", width=width)


def comparison_lines(c: Comparison, width: int = 100) -> Iterator[Line]:
    """Offered against chosen; what was chosen stands in square brackets."""
    yield Line(visible(f"  {c.title}: offered in {c.offered_frames}, [chosen] in {c.chosen_frames}"), "title")
    for row in c.types:
        texts = [f"[{a.name}]" if a.chosen else a.name for a in row.offered]
        have = {a.name for a in row.offered}
        texts += [f"[{name}] (not offered)" for name in row.chosen if name not in have]
        note = f"; {row.note}" if row.note else ""
        style = {"not offered": "bad", "refused": "warn"}.get(row.mark, "")
        yield from _wrap(", ".join(texts) + note, 34, style, first=f"    {row.name}", width=width)
    for suite in c.suites:
        text = ", ".join(cell for cell in suite.cells if cell)
        text = f"[{text}]" if suite.chosen else text
        yield from _wrap(text, 12, first=f"    {suite.label}", width=width)
    if c.verdict:
        yield from _wrap(c.verdict, 4, "warn", width=width)


def capture_story(tables: Tables, width: int = 100) -> Iterator[Line]:
    """The verdict, then each negotiation in short, the worst first when there are many."""
    verdict = verdict_of(tables)
    yield from _verdict_lines(verdict, width)
    numbers = worst_first(tables)
    shown = sorted(numbers) if len(numbers) <= MOST_STORIES else numbers[:MOST_STORIES]
    for d in dossiers(tables, shown):
        yield Line("")
        yield from _short_story(d, width)
    if len(numbers) > MOST_STORIES:
        yield Line("")
        rest = plural(len(numbers) - MOST_STORIES, "negotiation")
        yield Line(f"{rest} more; the worst stand above. See all with: isakmp-analyzer report CAPTURE -o FOLDER", "dim")


def _verdict_lines(v: Verdict, width: int) -> Iterator[Line]:
    for c in v.captures:
        yield from _wrap(v.capture_text(c), 0, "dim", width=width)
    yield from _wrap(v.sentence, 0, "title", width=width)
    counts = [f"{count} {name}" for name, count in v.severities if count]
    if counts:
        yield Line(f"Findings: {', '.join(counts)}")
    for group in v.findings[:8]:
        style = _SEVERITY_STYLE.get(group.severity, "")
        where = f"{plural(group.negotiations, 'negotiation')}" if group.negotiations else "the capture as a whole"
        yield from _wrap(
            f"{group.title}: {group.subject} ({where})", 12, style, first=f"  {group.severity}", width=width
        )
    for text in v.unread:
        yield from _wrap(text, 2, "warn", first="! ", width=width)


def _short_story(d: Dossier, width: int) -> Iterator[Line]:
    n = d.n
    style = "bad" if n["failed_at"] else _OUTCOME_STYLE.get(n["outcome"] or "", "warn")
    number = f"{n['negotiation']}."
    yield from _wrap(headline(d), len(number) + 1, style, first=number, width=width)
    rungs = ladder(d)
    if d.diagnoses or n["outcome"] != "established":
        yield from ladder_lines(_brief(rungs, n["negotiation"]), width)
        yield from trouble_lines(d, width)
        yield Line(f"  Wireshark: {display_filter({m['frame_number'] for m in d.messages})}", "dim")


def _brief(rungs: list[Rung], number: int) -> list[Rung]:
    """A ladder's first and last steps: how it began, and where it stopped."""
    if len(rungs) <= _BRIEF_START + _BRIEF_END + 1:
        return rungs
    left = plural(len(rungs) - _BRIEF_START - _BRIEF_END, "step")
    cut = Rung("cut", None, None, None, True, f"{left} left out", note=f"all of them: show --negotiation {number}")
    return [*rungs[:_BRIEF_START], cut, *rungs[-_BRIEF_END:]]
