"""The story of a negotiation as text for a terminal. The page says it in the same words."""

import re
import textwrap
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from analyzer.capture.placed_frame import brief as brief_frame
from analyzer.report.dossier import Dossier, Record
from analyzer.report.facts import facts
from analyzer.report.headline import headline
from analyzer.report.ladder import Rung, dated, ladder
from analyzer.report.life import life_lines
from analyzer.report.offers import Comparison, comparisons
from analyzer.report.sentences import child_text, evidence_text, finding_text, mismatch_text
from analyzer.report.words import clip, display_filter, files_text, moment, plural, seconds, spi_filter
from analyzer.tables.text import visible

_ARROWS: Final = {
    ("message", "clear"): "------>",
    ("message", "encrypted"): "======>",
    ("message", "decrypted"): "======>",
    ("retransmission", "clear"): "- - - >",
    ("retransmission", "encrypted"): "= = = >",
    ("icmp", "clear"): "--- ! >",
    ("esp", "encrypted"): "######>",
}
_TIE: Final = "\u00a0"
_TOGETHER: Final = re.compile(
    r"(?<=\d) (?=(?:ms|s|min|h|\u00b5s|bytes?|times)\b)| (?=\u00d7)"
    r"|(?<=-\d\d) (?=\d\d:\d\d:)|(?<=\d\.\d{3}) (?=UTC\b)"
)
SEVERITY_STYLES: Final = {"critical": "bad", "high": "bad", "medium": "warn", "low": "", "info": "dim"}


class Line(NamedTuple):
    """One line of output, safe for a terminal. style: title, good, bad, warn, dim or nothing."""

    text: str
    style: str = ""


def wrapped(text: str, indent: int, style: str = "", first: str | None = None, width: int = 100) -> Iterator[Line]:
    """Text as lines; `first` stands in the first line's indentation. Line breaks in our own advice are kept.

    A number and its unit stay on one line.
    """
    pad = " " * indent
    lead = pad if first is None else first.ljust(indent)
    for part in clip(text).split("\n"):
        lines = textwrap.wrap(_TOGETHER.sub(_TIE, visible(part)), max(20, width - indent), break_on_hyphens=False) or [
            ""
        ]
        for line in lines:
            yield Line(lead + line.replace(_TIE, " "), style)
            lead = pad


def negotiation_story(d: Dossier, width: int = 100) -> Iterator[Line]:
    """Everything about one negotiation: what happened, why, what to do, the facts, the ladder, offers, child SAs."""
    yield from wrapped(headline(d), 0, "title", width=width)
    yield from trouble_lines(d, width)
    yield Line("")
    for label, text in facts(d):
        yield from wrapped(text, 18, first=f"  {label}", width=width)
    yield Line("")
    yield from ladder_lines(dated(ladder(d), d.zone), width)
    for comparison in comparisons(d):
        yield Line("")
        yield from comparison_lines(comparison, width)
    known = [m for m in d.mismatches if m["accepted"] is not None]
    if known:
        yield Line("")
    for m in known:
        yield from wrapped(mismatch_text(m), 4, "" if m["fits"] else "warn", first="  -", width=width)
    if d.child_sas:
        yield Line("")
        for child in d.child_sas:
            style = "bad" if child["outcome"] == "failed" else ""
            yield from wrapped(child_text(child), 4, style, first="  -", width=width)
    life = life_lines(d)
    if life:
        yield Line("")
    for text in life:
        yield from wrapped(text, 4, first="  -", width=width)
    yield from finding_lines(d.findings, width)
    yield Line("")
    yield from wrapped(f"Wireshark: {filter_of(d)}", 2, "dim", width=width)


def filter_of(d: Dossier) -> str:
    """A display filter for a negotiation's messages and the ICMP errors about it; of very many by the SPI."""
    if d.left["messages"]:
        return spi_filter(d.n["initiator_spi"])
    return display_filter({row["frame_number"] for row in (*d.messages, *d.icmp_errors)})


def trouble_lines(d: Dossier, width: int = 100, given: dict[str, int] | None = None) -> Iterator[Line]:
    """The diagnoses, the likeliest first, each with its basis, its frames and what to do next.

    given: the negotiation for which each piece of advice was given. With it, advice is given once, and of diagnoses
    that are no more than possible only what they are and what to do.
    """
    for place, x in enumerate(d.diagnoses):
        if place == 0:
            yield Line("")
        title = f"{x['title'] or x['diagnosis']} ({x['confidence']}, {x['diagnosis']})"
        before = None if given is None else given.setdefault(x["advice"] or "", d.n["negotiation"])
        again = before is not None and before != d.n["negotiation"]
        if place and given is not None and x["confidence"] == "possible":
            advice = f": {x['advice']}" if x["advice"] and not again else ""
            yield from wrapped(title + advice, 8, first="  or", width=width)
            continue
        yield from wrapped(title, 8, "warn" if place else "bad", first="  or" if place else "  Why", width=width)
        if x["detail"]:
            yield from wrapped(x["detail"], 8, width=width)
        basis = f"Basis: {x['basis'] or 'seen'}; {evidence_text(x['evidence_frames'])}."
        yield from wrapped(basis, 8, "dim", width=width)
        if x["advice"] and again:
            yield from wrapped(f"as for negotiation {before}", 8, "dim", first="  Next", width=width)
        elif x["advice"]:
            yield from wrapped(x["advice"], 8, "good" if place == 0 else "", first="  Next", width=width)


def finding_lines(findings: list[Record], width: int = 100, most: int = 40) -> Iterator[Line]:
    """The findings of one negotiation, one or two lines each, the severity first."""
    if findings:
        yield Line("")
    for f in findings[:most]:
        style = SEVERITY_STYLES.get(f["severity"], "")
        yield from wrapped(finding_text(f), 12, style, first=f"  {f['severity']}", width=width)
        if f["evidence_frames"]:
            yield from wrapped(evidence_text(f["evidence_frames"]), 12, "dim", width=width)
    if len(findings) > most:
        yield Line(f"  and {plural(len(findings) - most, 'finding')} more", "dim")


def ladder_lines(steps: Iterable[Rung], width: int = 100, *, brief: bool = False) -> Iterator[Line]:
    """The ladder as text: time of day, time since the first message, frame, arrow, message, and what the message holds.

    brief: one line for each message where it fits, payloads in short.
    """
    rungs = list(steps)
    times = _columns([[rung.clock, "" if rung.offset_s is None else moment(rung.offset_s)] for rung in rungs])
    frames = ["" if rung.frame is None else f"#{brief_frame(rung.frame)}" for rung in rungs]
    files = files_text(rung.frame for rung in rungs if rung.frame is not None)
    if files:
        yield from wrapped(files, 2, "dim", width=width)
    column, frame_column = (max(map(len, texts), default=0) for texts in (times, frames))
    for rung, time, frame in zip(rungs, times, frames, strict=True):
        if rung.gap_s is not None and rung.gap_s >= 1:
            yield Line(f"  {'':{column}}  ... {seconds(rung.gap_s)} later", "dim")
        yield from _rung_lines(rung, f"  {time:>{column}}", f"{frame:>{frame_column}}", width, brief=brief)


def _columns(rows: list[list[str]]) -> list[str]:
    """The cells of each row, set right in columns; a column of nothing takes no room."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(f"{cell:>{room}}" for cell, room in zip(row, widths, strict=True) if room) for row in rows]


def _rung_lines(rung: Rung, time: str, frame: str, width: int, *, brief: bool) -> Iterator[Line]:
    indent = len(time) + len(frame) + 13
    if rung.kind == "path":
        ends = f"initiator {rung.contents[0]}  <->  {rung.contents[1]} responder"
        yield from wrapped(f"{ends}  ({rung.title})", len(time) + 2, "dim", width=width)
        return
    if rung.kind == "day":
        yield Line(f"  {rung.title}", "dim")
        return
    if rung.kind in ("cut", "end"):
        text = f"[{rung.title}; {rung.note}]" if rung.note else rung.title
        yield from wrapped(text, len(time) + 2, "dim" if rung.kind == "end" else "warn", first=time, width=width)
        return
    arrow = _ARROWS.get((rung.kind, rung.protection), "------>")
    if not rung.from_initiator:
        arrow = arrow[::-1].replace(">", "<")
    head = f"{time}  {frame}  {arrow}"
    style = {"retransmission": "dim", "icmp": "warn"}.get(rung.kind, "")
    size = f"  [{rung.note}]" if rung.note else ""
    if rung.kind != "message":
        yield from wrapped(rung.title + (f", {rung.note}" if rung.note else ""), indent, style, head, width)
    elif brief:
        holds = f": {', '.join(rung.brief)}" if rung.brief and rung.holds else ""
        yield from wrapped(rung.title + holds + size, indent, style, head, width)
    else:
        yield from wrapped(rung.title + size, indent, style, head, width)
        if rung.holds:
            yield from wrapped(", ".join(rung.holds), indent + 2, "dim", width=width)
    for error in rung.errors:
        yield from wrapped(error, indent + 2, "bad", first=f"{'':{indent}}! ", width=width)


def comparison_lines(c: Comparison, width: int = 100) -> Iterator[Line]:
    """What was offered against what was chosen, which stands in square brackets."""
    title = f"{c.title}: offered in {c.offered_frames}, [chosen] in {c.chosen_frames}"
    yield from wrapped(title, 2, "title", width=width)
    for row in c.types:
        texts = [_marked(a.name, a.severity, chosen=a.chosen) for a in row.offered]
        have = {a.name for a in row.offered}
        texts += [f"[{name}] (not offered)" for name in row.chosen if name not in have]
        note = f"; {row.note}" if row.note else ""
        style = {"not offered": "bad", "refused": "warn"}.get(row.mark, "")
        yield from wrapped(", ".join(texts) + note, 34, style, first=f"    {row.name}", width=width)
    for suite in c.suites:
        cells = zip(suite.cells, suite.severities, strict=True)
        text = ", ".join(_marked(cell, severity) for cell, severity in cells if cell)
        text = f"[{text}]" if suite.chosen else text
        yield from wrapped(text, 12, first=f"    {suite.label}", width=width)
    if c.verdict:
        yield from wrapped(c.verdict, 4, "warn", width=width)


def _marked(name: str, severity: str, *, chosen: bool = False) -> str:
    """An algorithm with the severity of the finding about it; what was chosen stands in square brackets."""
    text = f"{name} ({severity})" if severity else name
    return f"[{text}]" if chosen else text
