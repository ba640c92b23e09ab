"""Parts of a capture's story as text, each in as many lines as there is room for."""

import re
from collections.abc import Iterable, Iterator
from enum import IntEnum
from itertools import islice
from typing import Final

from analyzer.report.dossier import Dossier, Record
from analyzer.report.facts import asides
from analyzer.report.floods import MOST_SHAPES, MOST_SHOWN
from analyzer.report.groups import Group
from analyzer.report.headline import headline, kind_text
from analyzer.report.ladder import Rung, dated, ladder
from analyzer.report.sentences import evidence_text
from analyzer.report.story import SEVERITY_STYLES, Line, filter_of, ladder_lines, trouble_lines, wrapped
from analyzer.report.verdict import FindingGroup, Verdict
from analyzer.report.words import endpoint, frame_list, listed, plural
from analyzer.tables.store import Tables

_BRIEF_START: Final = 6
_BRIEF_END: Final = 6
_MOST_SUBJECTS: Final = 3
_ADVICE: Final = 2  # lines of it where there is room for no more
_OUTCOME_STYLE: Final = {"established": "good", "failed": "bad", "unanswered": "bad"}
_CUT: Final = " ..."
_END_OF_WORD: Final = re.compile(r"[\s,;:(]+$")


class Depth(IntEnum):
    """How much is said of one negotiation: what happened; what to do; why, and what else is known; its ladder."""

    HEADLINE = 0
    NEXT = 1
    WHOLE = 2
    LADDER = 3


def clipped(lines: Iterable[Line], most: int, width: int) -> list[Line]:
    """The first of these lines; where more follow, the last one says so by its end."""
    found = list(islice(lines, most + 1))
    if len(found) <= most:
        return found
    found = found[:most]
    if found:
        last = found[-1]
        text = last.text
        if len(text) > width - len(_CUT):
            text = text[: width - len(_CUT)].rpartition(" ")[0]
        found[-1] = last._replace(text=_END_OF_WORD.sub("", text) + _CUT)
    return found


def is_troubled(d: Dossier) -> bool:
    """Whether a negotiation's ladder is worth its room."""
    return bool(d.diagnoses) or d.n["outcome"] != "established"


def story_lines(group: Group, d: Dossier, width: int, given: dict[str, int], depth: Depth) -> Iterator[Line]:
    """What happened to negotiations that are equal, by the example of the first.

    given: as for `trouble_lines`; changed.
    """
    n = d.n
    alike, notes = len(group.numbers), asides(d) if depth >= Depth.WHOLE else []
    label = f"{n['negotiation']}."
    indent = len(label) + 1
    yield from wrapped(headline(d, short=alike > 1), indent, _style(d), first=label, width=width)
    if alike > 1:
        ends = ((group.initiators, "initiators"), (group.responders, "responders"))
        others = listed([f"{count:,} {name}" for count, name in ends if count > 1])
        same = f"One of {alike:,} of this kind" if group.kind else f"Same for {alike:,} negotiations"
        text = f"{same}{', of ' if others and group.kind else ' of ' if others else ''}{others}: "
        text += f"{frame_list(group.numbers, 12 if depth >= Depth.WHOLE else 4)}; "
        if notes or d.diagnoses or depth == Depth.LADDER:
            text += f"details are those of {n['negotiation']}."
        else:
            text += "`show --negotiation N` shows each."
        yield from wrapped(text, indent, "dim", width=width)
    for text in notes:
        yield from wrapped(text, indent, width=width)
    if depth >= Depth.WHOLE:
        yield from trouble_lines(d, width, given)
    elif depth == Depth.NEXT:
        advice = d.diagnoses[0]["advice"] if d.diagnoses else None
        lines = wrapped(advice or "", 8, "good", first="  Next", width=width)
        yield from clipped(lines, _ADVICE, width) if advice else ()
    rungs = ladder(d) if depth == Depth.LADDER and is_troubled(d) else []
    if rungs:
        yield Line("")
        yield from ladder_lines(dated(_brief(rungs, n["negotiation"]), d.zone), width, brief=True)
        yield Line("")
        yield from wrapped(f"Wireshark: {filter_of(d)}", 2, "dim", width=width)


def _style(d: Dossier) -> str:
    return "bad" if d.n["failed_at"] else _OUTCOME_STYLE.get(d.n["outcome"] or "", "warn")


def _brief(rungs: list[Rung], number: int) -> list[Rung]:
    """A ladder's first and last steps: how it began, and where it stopped."""
    if len(rungs) <= _BRIEF_START + _BRIEF_END + 1:
        return rungs
    left = plural(len(rungs) - _BRIEF_START - _BRIEF_END, "step")
    cut = Rung("cut", None, None, None, True, f"{left} left out", note=f"all of them: show --negotiation {number}")
    return [*rungs[:_BRIEF_START], cut, *rungs[-_BRIEF_END:]]


def entry_lines(group: Group, d: Dossier, width: int, most: int, indent: int = 6) -> list[Line]:
    """The same in one line or two, behind the number of the first and how many they are."""
    alike = len(group.numbers)
    text = headline(d, short=True)
    if alike > 1:
        text = f"{alike:,} \u00d7 {kind_text(d)}"
        ends = ((group.initiators, "initiator"), (group.responders, "responder"))
        names = (plural(count, name) if count > 1 else endpoint(d.n[f"{name}_ip"], None) for count, name in ends)
        text += f"; {' to '.join(names)}"
    label = f"{d.n['negotiation']}.".rjust(indent - 1)
    return clipped(wrapped(text, indent, _style(d), first=label, width=width), most, width)


def flood_lines(v: Verdict, width: int) -> Iterator[Line]:
    """Each flood once: what was seen, of the first what it looks like, what it rests on, what to do."""
    for place, f in enumerate(v.floods[:MOST_SHOWN]):
        yield Line("")
        yield from _flood(f, width)
        if place:
            continue
        for text in (f["shapes"] or ())[:MOST_SHAPES]:
            yield from wrapped(text, 10, first="        -", width=width)
        left = len(f["shapes"] or ()) - MOST_SHAPES + (f["other_shapes"] or 0)
        if left > 0:
            yield Line(f"        and {plural(left, 'other shape')}: `export --table floods`", "dim")
        yield from wrapped(f"Basis: {f['basis']}; {evidence_text(f['samples'])} and others.", 8, "dim", width=width)
        yield from wrapped(f["advice"] or "", 8, "good", first="  Next", width=width)
    yield from _more_floods(v, MOST_SHOWN)


def floods_in_few(v: Verdict, width: int, most: int) -> list[Line]:
    """The same in up to `most` lines, four at least: what was seen of the first, what to do; a line for others."""
    lines = max(1, (most - 3) // 3)  # of each part
    found = [Line(""), *_flood(v.floods[0], width, lines)]
    if most > len(found) + lines:
        advice = wrapped(v.floods[0]["advice"] or "", 8, "good", first="  Next", width=width)
        found += clipped(advice, lines, width)
    others = max(0, min(len(v.floods) - 1, most - len(found) - 1))
    for f in v.floods[1 : 1 + others]:
        found += clipped(wrapped(f["detail"] or "", 8, "bad", first="  Flood", width=width), 1, width)
    return [*found, *_more_floods(v, 1 + others)]


def _flood(f: Record, width: int, most: int = 100) -> list[Line]:
    title = f"{f['title']} ({f['confidence']}, {f['kind']})"
    return [
        *clipped(wrapped(title, 8, "bad", first="  Flood", width=width), most, width),
        *clipped(wrapped(f["detail"] or "", 8, width=width), most, width),
    ]


def _more_floods(v: Verdict, shown: int) -> Iterator[Line]:
    if len(v.floods) > shown:
        yield Line(f"  and {plural(len(v.floods) - shown, 'flood')} more: `export --table floods`", "dim")


def stray_lines(tables: Tables, width: int, most: int = 10) -> Iterator[Line]:
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


def finding_counts(v: Verdict) -> str:
    """How many findings of each severity; "" without any."""
    counts = [f"{count:,} {name}" for name, count in v.severities if count]
    return f"Findings: {', '.join(counts)}." if counts else ""


def finding_group_lines(v: Verdict, width: int, most: int = 12) -> Iterator[Line]:
    """Findings in short: what is in use and also offered is said once."""
    if not finding_counts(v):
        return
    yield Line("")
    yield Line(finding_counts(v).rstrip("."))
    shown = _not_in_use(v)
    for group in shown[:most]:
        yield from _finding_group(group, v.total, width)
    if len(v.findings) > len(shown[:most]):
        more = len(v.findings) - len(shown[:most])
        yield Line(f"  and {more:,} more; `check` lists all of them", "dim")


def _not_in_use(v: Verdict) -> list[FindingGroup]:
    in_use = {(g.finding.removesuffix("-chosen"), g.subject) for g in v.findings if g.finding.endswith("-chosen")}
    return [g for g in v.findings if (g.finding.removesuffix("-offered"), g.subject) not in in_use]


def _finding_group(g: FindingGroup, total: int, width: int) -> Iterator[Line]:
    where = g.where
    if g.negotiations and total > 1:
        more = f" and {g.negotiations - len(g.numbers):,} more" if g.negotiations > len(g.numbers) else ""
        where = f"negotiation{'' if g.negotiations == 1 else 's'} {frame_list(g.numbers)}{more}; {where}"
    style = SEVERITY_STYLES.get(g.severity, "")
    yield from wrapped(f"{g.title}: {g.subject} ({where.strip('; ')})", 12, style, first=f"  {g.severity}", width=width)


def findings_in_few(v: Verdict, width: int, most: int) -> list[Line]:
    """Findings in up to `most` lines, two at least: a line for each check and severity, whatever it is about."""
    if not finding_counts(v):
        return []
    found: dict[tuple[str, str], list[FindingGroup]] = {}
    for g in _not_in_use(v):
        found.setdefault((g.severity, g.finding), []).append(g)
    room = max(0, most - 2)
    folded = list(found.items())
    if len(folded) > room or len(_not_in_use(v)) < len(v.findings):
        folded = folded[: max(0, room - 1)]
    counts = finding_counts(v).rstrip(".")
    lines = [Line(""), Line(counts)]
    for (severity, _), some in folded:
        text = f"{some[0].title}: {_subjects(some)}"
        if len(some) == 1 and some[0].negotiations:
            text += f" ({plural(some[0].negotiations, 'negotiation')})"
        style = SEVERITY_STYLES.get(severity, "")
        lines += clipped(wrapped(text, 12, style, first=f"  {severity}", width=width), 1, width)
    left = len(v.findings) - sum(len(some) for _, some in folded)
    if left and room:
        lines.append(Line(f"  and {left:,} more; `check` lists all of them", "dim"))
    elif left:
        lines[-1] = Line(f"{counts}; `check` lists them")
    return lines


def _subjects(some: list[FindingGroup]) -> str:
    texts = list(dict.fromkeys(g.subject for g in some))
    more = len(texts) - _MOST_SUBJECTS
    return listed(texts) if more <= 0 else f"{', '.join(texts[:_MOST_SUBJECTS])} and {more:,} more"


def unread_lines(v: Verdict, width: int, most: int | None = None) -> Iterator[Line]:
    """What could not be read. most: that many parts in a line each; whole if not given."""
    if v.unread:
        yield Line("")
    shown = v.unread if most is None or len(v.unread) <= most else v.unread[: most - 1]
    for text in shown:
        lines = wrapped(text, 2, "warn", first="! ", width=width)
        yield from lines if most is None else clipped(lines, 1, width)
    if len(shown) < len(v.unread):
        more = f"! and {plural(len(v.unread) - len(shown), 'other reason')}: `export --table defects`"
        yield Line(more, "warn")
