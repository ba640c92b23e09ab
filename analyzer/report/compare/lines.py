"""A comparison as text for a terminal: two columns where there is room, what differs first."""

import textwrap
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import Final

from analyzer.report.compare.model import MOST_TEXT, NO_CAUSE, UNKNOWN, Aspect, Compared, Party
from analyzer.report.story import Line, wrapped
from analyzer.report.words import clip, plural
from analyzer.report.zone import UTC_ZONE, Zone
from analyzer.tables.text import visible

MOST_SHOWN: Final = 60  # differences of each kind; JSON has all
_LABEL: Final = 30  # the longest names of notifies
_LEAST_COLUMNS: Final = 80  # for two columns beside the label


def comparison_lines(c: Compared, width: int = 100, zone: Zone = UTC_ZONE, *, equal: bool = False) -> Iterator[Line]:
    """All of a comparison. equal: what is equal too, and not only how much of it. zone: of their beginnings."""
    for party in (c.a, c.b):
        yield from _party_lines(party, c.capture_of(party), zone, width)
    for remark in c.remarks:
        yield from wrapped(remark, 2, "warn", first="! ", width=width)
    yield Line("")
    if not c.differences:
        yield from wrapped("No difference in what could be compared.", 0, "title", width=width)
    if c.mattering:
        yield from wrapped("What differs and can matter to the outcome", 0, "title", width=width)
        yield from _table(c.mattering, width)
        yield from wrapped(NO_CAUSE, 2, "dim", width=width)
        yield Line("")
    if c.others:
        yield from wrapped("What else differs", 0, "title", width=width)
        yield from _table(c.others, width)
        yield Line("")
    yield from _equal_lines(c.equal, width, shown=equal)
    yield from _unknown_lines(c.unknown, width)


def _party_lines(party: Party, capture: str, zone: Zone, width: int) -> Iterator[Line]:
    when = f", from {zone.stamp(party.first_time)}" if party.first_time is not None else ""
    where = f"{capture}, negotiation {party.negotiation}{when}"
    yield from wrapped(f"{where}: {party.headline}", 3, "title", first=party.word, width=width)


def _table(aspects: Sequence[Aspect], width: int) -> Iterator[Line]:
    for aspect in aspects[:MOST_SHOWN]:
        yield from (_beside if width >= _LEAST_COLUMNS else _below)(aspect, width)
    if len(aspects) > MOST_SHOWN:
        yield Line(f"  and {plural(len(aspects) - MOST_SHOWN, 'difference')} more: `--format json` has all", "dim")


def _beside(aspect: Aspect, width: int) -> Iterator[Line]:
    column = (width - 2 - _LABEL - 4) // 2
    cells = (_wrap(aspect.name, _LABEL), _wrap(aspect.a.shown, column - 2), _wrap(aspect.b.shown, column - 2))
    for place, (name, a, b) in enumerate(zip_longest(*cells, fillvalue="")):
        marks = ("A ", "B ") if not place else ("  ", "  ")
        yield Line(f"  {name:<{_LABEL}}  {marks[0]}{a:<{column - 2}}  {marks[1]}{b}".rstrip())


def _below(aspect: Aspect, width: int) -> Iterator[Line]:
    yield from wrapped(aspect.name, 2, width=width)
    for word, answer in (("A", aspect.a), ("B", aspect.b)):
        yield from wrapped(answer.shown, 6, first=f"    {word}", width=width)


def _wrap(text: str, width: int) -> list[str]:
    return textwrap.wrap(visible(text), max(width, 10), break_on_hyphens=False) or [""]


def _equal_lines(aspects: Sequence[Aspect], width: int, *, shown: bool) -> Iterator[Line]:
    if not aspects:
        return
    counts = Counter(aspect.topic for aspect in aspects)
    text = ", ".join(f"{topic} {count}" for topic, count in counts.items())
    yield from wrapped(f"Equal: {len(aspects)} ({text})", 2, "" if shown else "dim", width=width)
    for aspect in aspects if shown else ():
        yield from wrapped(clip(aspect.a.text, MOST_TEXT), 6, "dim", first=f"    {aspect.name}: ", width=width)


def _unknown_lines(aspects: Sequence[Aspect], width: int) -> Iterator[Line]:
    if not aspects:
        return
    yield from wrapped(f"Cannot be known of one side or both: {len(aspects)}", 2, "warn", width=width)
    groups: dict[tuple[str, str], list[str]] = {}
    for aspect in aspects:
        why = tuple(answer.text if answer.state == UNKNOWN else "" for answer in (aspect.a, aspect.b))
        groups.setdefault((why[0], why[1]), []).append(aspect.name)
    for (a, b), names in groups.items():
        reasons = "; ".join(f"{word}: {why}" for word, why in (("A", a), ("B", b)) if why)
        yield from wrapped(f"{', '.join(names[:8])}{_more(names)} ({reasons})", 4, "dim", first="  -", width=width)


def _more(names: Sequence[str]) -> str:
    return f" and {len(names) - 8} more" if len(names) > 8 else ""
