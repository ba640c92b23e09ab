"""The timeline of a page: few negotiations as a lane each, many as bars by outcome, on one axis of time.

Places are percents of the width and heights are pixels, so that no text is stretched.
templates/partials/timeline.html.j2 draws it, templates/scripts/timeline.js moves what it has drawn.
"""

from collections.abc import Iterable, Iterator
from typing import Any, Final, NamedTuple

from analyzer.capture.dates import is_dated, lacks
from analyzer.report.dossier import in_floods
from analyzer.report.headline import what_failed
from analyzer.report.timeline.axis import Span, Tick, axis_data, clock_ticks, since_ticks
from analyzer.report.timeline.density import Row, row
from analyzer.report.timeline.lanes import Lane, Mark, Stream, lanes, set_back, unjoined
from analyzer.report.words import OUTCOMES, plural, seconds
from analyzer.report.zone import Zone
from analyzer.tables.store import Tables

MOST_LANES: Final = 60
"""So many negotiations have a lane each; more are bars."""

_FEW_MESSAGES: Final = 20  # a picture of no more, and of no more negotiations than these, stays as it is
_FEW_NEGOTIATIONS: Final = 4
_AT_A_GLANCE: Final = 20  # of more lanes than these what failed is shown above them too
_MOST_JUMPS: Final = 12
_MOST_FLOODS: Final = 5
_MS: Final = 1_000_000
_EVENTS: Final = {
    "rekey": ("rekeys and replacements", ("rekeyed", "child-rekeyed", "reauthenticated", "superseded")),
    "delete": ("deletes", ("deleted", "child-deleted")),
    "silent": ("liveness checks retransmitted or unanswered", ("liveness-missed", "liveness-failed")),
}

Known = list[tuple[int, str, str, "int | None", "int | None"]]


class Flooded(NamedTuple):
    """A flood, from x to end in percent."""

    number: int
    messages: int
    x: str
    end: str
    title: str


class Timeline(NamedTuple):
    """All of the picture. zone: of its times of day, with the date of the beginning; data: what its script needs.

    jumped, flooded: how many there are of jumps and floods, drawn or not. unjoined: streams of no negotiation, of which
    so many are left out.
    """

    zone: str
    clock: list[Tick]
    since: list[Tick]
    messages: Row
    jumps: list[Mark]
    jumped: int
    floods: list[Flooded]
    flooded: int
    unjoined: tuple[Stream, ...]
    left: int
    lanes: list[Lane]
    rows: list[Row]
    total: int
    is_dated: bool
    signs: list[str]
    data: dict[str, Any]

    @property
    def zooms(self) -> bool:
        """Whether there is more than the ladders show at a glance, so that looking at a part of the time helps.

        Not where times have no date: the script writes dates.
        """
        if not self.is_dated:
            return False
        return self.messages.total > _FEW_MESSAGES or self.total > _FEW_NEGOTIATIONS


def timeline(tables: Tables, zone: Zone) -> Timeline | None:
    """The timeline of everything in these tables; None where nothing has a time, or not all of it the same part."""
    inside = in_floods(tables)
    cells = tables["negotiations"].cells("negotiation", "outcome", "failed_at", "diagnosis", "first_time", "last_time")
    known = [
        (number, outcome or "unknown", what_failed(outcome, *why), first, last)
        for number, outcome, *why, first, last in cells
        if number not in inside
    ]
    span = _span(tables, known)
    if span is None or lacks(span.start) is not lacks(span.end):  # of logs without dates, and of others
        return None
    few = len(known) <= MOST_LANES
    drawn = lanes(tables, [n for n, *_ in known], span, zone) if few else []
    jumps, jumped = _jumps(tables, span, zone)
    floods, flooded = _floods(tables, span)
    rows = list(_outcomes(known, span, zone)) if len(known) > _AT_A_GLANCE else []
    rows = (
        [r for r in rows if r.failed or r.outcome != "established"] if few else [*rows, *_happened(tables, span, zone)]
    )
    shown = {mark.sign for lane in drawn for mark in (*lane.marks, *jumps)} | {r.sign for r in rows}
    return Timeline(
        zone.day(span.start),
        clock_ticks(span, zone),
        since_ticks(span),
        row("ISAKMP messages", tables["messages"].column("time"), span, zone),
        jumps,
        jumped,
        floods,
        flooded,
        *unjoined(tables, span),
        drawn,
        rows,
        len(known),
        is_dated(span.start),
        [sign for sign in SIGNS if sign in shown],
        _data(known, span, zone, few=few),
    )


SIGNS: Final = {
    "exchange": "exchange",
    "refused": "refused or failed",
    "silent": "unanswered, or retransmitted liveness check",
    "rekey": "rekey or replacement",
    "delete": "delete",
    "move": "change of address or port",
    "icmp": "ICMP error",
    "clock": "clock of the capture set back",
}
"""What each sign means, in the order of the legend."""


def _span(tables: Tables, known: Known) -> Span | None:
    """From the first to the last thing that the picture has."""
    times = [time for *_, first, last in known for time in (first, last) if time is not None]
    for name, columns in _TIMED.items():
        for column in columns:
            held = [time for time in tables[name].column(column) if time is not None]
            times += [min(held), max(held)] if held else []
    return Span.of(min(times), max(times)) if times else None


_TIMED: Final = {
    "messages": ("time",),
    "events": ("time",),
    "icmp_errors": ("time",),
    "floods": ("first_time", "last_time"),
    "esp_streams": ("first_time", "last_time"),
}


def _outcomes(known: Known, span: Span, zone: Zone) -> Iterator[Row]:
    """Negotiations by outcome and by what failed later, the worst first."""
    for outcome, failed in _kinds(known):
        times = [first for _, out, what, first, _ in known if (out, what) == (outcome, failed)]
        yield row(outcome, times, span, zone, outcome=outcome, failed=failed)


def _kinds(known: Known) -> list[tuple[str, str]]:
    order = [name for name in ("failed", *OUTCOMES) if name != "established"] + ["established"]

    def rank(kind: tuple[str, str]) -> tuple[int, int, str]:
        outcome, failed = kind
        place = order.index(outcome) if outcome in order else len(order)
        return (1 if failed and place else 2 * place, place, failed)

    return sorted({(outcome, failed) for _, outcome, failed, _, _ in known}, key=rank)


def _happened(tables: Tables, span: Span, zone: Zone) -> Iterator[Row]:
    """Events and ICMP errors, each kind that there is."""
    events = list(tables["events"].cells("event", "time"))
    for sign, (name, kinds) in _EVENTS.items():
        times = [time for event, time in events if event in kinds]
        if times:
            yield row(name, times, span, zone, sign=sign)
    errors = tables["icmp_errors"].column("time")
    if errors:
        yield row("ICMP errors", errors, span, zone, sign="icmp")


def _jumps(tables: Tables, span: Span, zone: Zone) -> tuple[list[Mark], int]:
    found, count = set_back(tables, _MOST_JUMPS)
    texts = [f"{zone.stamp(time)}: the clock was set back by {seconds(back / 1e9)}" for _, time, back in found]
    return [Mark("clock", span.at(x[1]), x[0], text) for x, text in zip(found, texts, strict=True)], count


def _floods(tables: Tables, span: Span) -> tuple[list[Flooded], int]:
    cells = tables["floods"].cells("flood", "title", "messages", "first_time", "last_time")
    timed = [one for one in cells if None not in one[3:]]
    found = []
    for number, title, messages, first, last in timed[:_MOST_FLOODS]:
        text = f"{title}: {plural(messages or 0, 'message')} over {seconds((last - first) / 1e9)}"
        found.append(Flooded(number, messages or 0, span.at(first), span.at(last), text))
    return found, len(timed)


def _data(known: Known, span: Span, zone: Zone, *, few: bool) -> dict[str, Any]:
    """What the script needs to draw a part of the time: times in milliseconds, of many negotiations since the last."""
    data = axis_data(span, zone)
    if few:
        return data
    kinds = _kinds(known)
    timed = sorted((first, number, (out, what), last) for number, out, what, first, last in known if first is not None)
    code = {kind: place for place, kind in enumerate(kinds)}
    return data | {
        "kinds": kinds,
        "number": _steps(number for _, number, _, _ in timed),
        "kind": [code[kind] for _, _, kind, _ in timed],
        "begin": _steps((first - span.start) // _MS for first, *_ in timed),
        "last": [max(0, ((last or first) - first) // _MS) for first, _, _, last in timed],
    }


def _steps(numbers: Iterable[int]) -> list[int]:
    """Each number less the one before it."""
    found, before = [], 0
    for number in numbers:
        found.append(number - before)
        before = number
    return found
