"""The story as text for a terminal: of one negotiation, and of a whole capture. The page says it in the same words."""

import re
import textwrap
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final, NamedTuple

from analyzer.report.dossier import Dossier, Record, dossiers
from analyzer.report.facts import asides, facts
from analyzer.report.floods import MOST_SHAPES, MOST_SHOWN
from analyzer.report.groups import Group, groups
from analyzer.report.headline import headline
from analyzer.report.ladder import Rung, dated, ladder
from analyzer.report.life import life_lines
from analyzer.report.offers import Comparison, comparisons
from analyzer.report.sentences import child_text, evidence_text, finding_text, mismatch_text
from analyzer.report.verdict import FindingGroup, Verdict, verdict_of
from analyzer.report.words import clip, display_filter, endpoint, frame_list, moment, plural, seconds, spi_filter
from analyzer.report.zone import UTC_ZONE, Zone
from analyzer.tables.schema import SCHEMA
from analyzer.tables.store import Tables
from analyzer.tables.text import visible

NEEDED: Final[dict[str, tuple[str, ...] | None]] = dict.fromkeys((
    "captures", "negotiations", "messages", "payloads", "notifications", "child_sas", "exchanges", "events",
    "esp_streams", "icmp_errors", "findings", "diagnoses", "defects", "floods",
)) | {"captures": tuple(name for name in SCHEMA["captures"].names if name != "sha256")}  # fmt: skip
"""The tables that `capture_story` reads, and their columns (None: all): the others need not be filled for it."""

MOST_STORIES: Final = 25
_MOST_LADDERS: Final = 5
_BRIEF_START: Final = 6
_BRIEF_END: Final = 6
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
_OUTCOME_STYLE: Final = {"established": "good", "failed": "bad", "unanswered": "bad"}
_SEVERITY_STYLE: Final = {"critical": "bad", "high": "bad", "medium": "warn", "low": "", "info": "dim"}


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
        style = _SEVERITY_STYLE.get(f["severity"], "")
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
    frames = ["" if rung.frame is None else f"#{rung.frame}" for rung in rungs]
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


def capture_story(tables: Tables, width: int = 100, zone: Zone = UTC_ZONE) -> Iterator[Line]:
    """What happened, equal negotiations once, the worst first; then findings, and what could not be read.

    zone: that of its times.
    """
    verdict = verdict_of(tables, zone)
    for c in verdict.captures:
        yield from wrapped(verdict.capture_text(c), 0, "dim", width=width)
    found = groups(tables)
    if verdict.filtered.filter:
        yield from wrapped(verdict.filtered.sentence, 0, "warn", width=width)
    if verdict.total != 1 and verdict.account:
        yield from wrapped(verdict.account, 0, "title", width=width)
    yield from _stray_lines(tables, width)
    yield from _flood_lines(verdict, width)
    if len(found) > MOST_STORIES:
        yield from _cause_lines(verdict, width)
    ladders = 0
    given: dict[str, int] = {}
    shown = dossiers(tables, [group.numbers[0] for group in found[:MOST_STORIES]], zone)
    for group, d in zip(found, shown, strict=False):
        troubled = bool(d.diagnoses) or d.n["outcome"] != "established"
        drawn = troubled and ladders < _MOST_LADDERS
        ladders += drawn
        yield Line("")
        yield from _short_story(group, d, width, given, drawn=drawn)
    if len(found) > MOST_STORIES:
        left = sum(len(group.numbers) for group in found[MOST_STORIES:])
        text = f"{plural(left, 'negotiation')} more; the worst stand above. `report` shows all of them."
        yield Line("")
        yield from wrapped(text, 0, "dim", width=width)
    yield from _finding_group_lines(verdict, width)
    if verdict.unread:
        yield Line("")
    for text in verdict.unread:
        yield from wrapped(text, 2, "warn", first="! ", width=width)


def _flood_lines(v: Verdict, width: int) -> Iterator[Line]:
    """Each flood once: what was seen, of the first what it looks like, what it rests on, what to do."""
    for place, f in enumerate(v.floods[:MOST_SHOWN]):
        yield Line("")
        title = f"{f['title']} ({f['confidence']}, {f['kind']})"
        yield from wrapped(title, 8, "bad", first="  Flood", width=width)
        yield from wrapped(f["detail"] or "", 8, width=width)
        if place:
            continue
        for text in (f["shapes"] or ())[:MOST_SHAPES]:
            yield from wrapped(text, 10, first="        -", width=width)
        left = len(f["shapes"] or ()) - MOST_SHAPES + (f["other_shapes"] or 0)
        if left > 0:
            yield Line(f"        and {plural(left, 'other shape')}: `export --table floods`", "dim")
        yield from wrapped(f"Basis: {f['basis']}; {evidence_text(f['samples'])} and others.", 8, "dim", width=width)
        yield from wrapped(f["advice"] or "", 8, "good", first="  Next", width=width)
    if len(v.floods) > MOST_SHOWN:
        yield Line(f"  and {plural(len(v.floods) - MOST_SHOWN, 'flood')} more: `export --table floods`", "dim")


def _cause_lines(v: Verdict, width: int, most: int = 12) -> Iterator[Line]:
    """The likeliest diagnoses of all negotiations, the most frequent first: for captures of too many stories."""
    if v.causes:
        yield Line("")
        yield Line("Why negotiations went wrong", "title")
    for cause in v.causes[:most]:
        left = cause.negotiations - len(cause.numbers)
        text = f"{cause.title} ({cause.confidence}, {cause.diagnosis}): {frame_list(cause.numbers)}"
        text += f" and {left:,} more" if left else ""
        yield from wrapped(text, 10, first=f"{cause.negotiations:>8,}", width=width)
    if len(v.causes) > most:
        yield Line(f"          and {plural(len(v.causes) - most, 'rarer cause')}", "dim")


def _stray_lines(tables: Tables, width: int, most: int = 10) -> Iterator[Line]:
    """The messages of a capture in which there is no negotiation: somebody sent them all the same."""
    messages = tables["messages"]
    if len(tables["negotiations"]) or len(tables["floods"]) or not len(messages):
        return
    for m in islice(messages.records(), most):
        ends = f"{endpoint(m['src_ip'], m['src_port'])} to {endpoint(m['dst_ip'], m['dst_port'])}"
        what = _stray_text(m)
        yield from wrapped(f"frame {m['frame_number']}: {ends}: {what}", 4, first="  -", width=width)
    if len(messages) > most:
        yield Line(f"    and {len(messages) - most:,} more; `export --table messages` has them all", "dim")


def _stray_text(m: Record) -> str:
    """What a message is, as far as its header was captured."""
    if m["length"] is not None:
        return f"{m['exchange'] or 'no exchange type'}, IKE version {m['major_version']}"
    known = [m["exchange"], f"IKE version {m['major_version']}" if m["major_version"] else None]
    return ", ".join([*filter(None, known), "the ISAKMP header is not whole in this capture"])


def _finding_group_lines(v: Verdict, width: int, most: int = 12) -> Iterator[Line]:
    """Findings in short: what is in use and also offered is said once."""
    counts = [f"{count:,} {name}" for name, count in v.severities if count]
    if not counts:
        return
    yield Line("")
    yield Line(f"Findings: {', '.join(counts)}")
    in_use = {(g.finding.removesuffix("-chosen"), g.subject) for g in v.findings if g.finding.endswith("-chosen")}
    shown = [g for g in v.findings if (g.finding.removesuffix("-offered"), g.subject) not in in_use]
    for group in shown[:most]:
        yield from _finding_group(group, v.total, width)
    if len(v.findings) > len(shown[:most]):
        more = plural(len(v.findings) - len(shown[:most]), "kind")
        yield Line(f"  and {more} more; `check` lists all of them", "dim")


def _finding_group(g: FindingGroup, total: int, width: int) -> Iterator[Line]:
    where = g.where
    if g.negotiations and total > 1:
        more = f" and {g.negotiations - len(g.numbers):,} more" if g.negotiations > len(g.numbers) else ""
        where = f"negotiation{'' if g.negotiations == 1 else 's'} {frame_list(g.numbers)}{more}; {where}"
    style = _SEVERITY_STYLE.get(g.severity, "")
    yield from wrapped(f"{g.title}: {g.subject} ({where.strip('; ')})", 12, style, first=f"  {g.severity}", width=width)


def _short_story(group: Group, d: Dossier, width: int, given: dict[str, int], *, drawn: bool) -> Iterator[Line]:
    n = d.n
    style = "bad" if n["failed_at"] else _OUTCOME_STYLE.get(n["outcome"] or "", "warn")
    alike, notes = len(group.numbers), asides(d)
    label = f"{n['negotiation']}."
    yield from wrapped(headline(d, short=alike > 1), len(label) + 1, style, first=label, width=width)
    if alike > 1:
        others = f" of {group.initiators:,} initiators" if group.initiators > 1 else ""
        text = f"Same for {alike:,} negotiations{others}: {frame_list(group.numbers)}; "
        if notes or d.diagnoses or drawn:
            text += f"details are those of {n['negotiation']}."
        else:
            text += "`show --negotiation N` shows each."
        yield from wrapped(text, len(label) + 1, "dim", width=width)
    for text in notes:
        yield from wrapped(text, len(label) + 1, width=width)
    yield from trouble_lines(d, width, given)
    rungs = ladder(d) if drawn else []
    if rungs:
        yield Line("")
        yield from ladder_lines(dated(_brief(rungs, n["negotiation"]), d.zone), width, brief=True)
        yield Line("")
        yield from wrapped(f"Wireshark: {filter_of(d)}", 2, "dim", width=width)


def _brief(rungs: list[Rung], number: int) -> list[Rung]:
    """A ladder's first and last steps: how it began, and where it stopped."""
    if len(rungs) <= _BRIEF_START + _BRIEF_END + 1:
        return rungs
    left = plural(len(rungs) - _BRIEF_START - _BRIEF_END, "step")
    cut = Rung("cut", None, None, None, True, f"{left} left out", note=f"all of them: show --negotiation {number}")
    return [*rungs[:_BRIEF_START], cut, *rungs[-_BRIEF_END:]]
