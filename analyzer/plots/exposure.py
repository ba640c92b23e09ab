"""Which responders chose weak algorithms, and when: a square for each of them and each span of time."""

import re
from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from analyzer.capture.dates import is_dated
from analyzer.plots.canvas import SEVERITY_COLOURS, axes, empty, labelled, legend, titled
from analyzer.report.words import plural, severity_rank
from analyzer.tables.properties import Frames

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_PEERS: Final = 24
MOST_SPANS: Final = 31
_OF_CHILDREN: Final = frozenset({"esp-null-encryption", "esp-without-integrity"})  # of what was chosen for child SAs
_UNITS: Final = (("hour", "h"), ("day", "D"), ("month", "M"), ("year", "Y"))
_WIDE: Final = 14  # squares in a row that are wide enough for both numbers side by side
_APART: Final = 5  # squares that a date below them takes
_NOTHING_FOUND: Final = "#eef0f3"


class _Square(NamedTuple):
    """Negotiations of one responder in one span. weak: those with a finding; severity: the worst of these, or ""."""

    choices: int
    weak: int
    severity: str


def exposure(frames: Frames, ax: "Axes | None" = None) -> "Axes":
    """By responder and hour, day, month or year: of how many negotiations with a choice in how many it was a weak one.

    The colour is that of the worst finding about an algorithm that was chosen. A grey square is none that the policy
    objects to, no square is no choice that was seen: what is encrypted, such as the algorithms of IKEv2's child SAs, is
    not known without keys.
    """
    rows = _rows(frames)
    unit, spans = _spans({time for _, time, _ in rows})
    peers, squares = _squares(rows, unit, spans)
    ax = axes(ax, len(peers))
    notes = ["weak of all negotiations with a choice, coloured by the worst finding about one"]
    notes += [f"{plural(len(peers) - MOST_PEERS, 'other responder')} not drawn"] if len(peers) > MOST_PEERS else []
    undrawn = len({time.astype(f"datetime64[{unit}]") for _, time, _ in rows}.difference(spans))
    notes += [f"{plural(undrawn, f'earlier {_word(unit)}')} not drawn"] if undrawn else []
    titled(ax, "Weak algorithms chosen", notes if rows else [])
    ax.set_xlabel(f"{_word(unit)} (UTC)" if rows else "time (UTC)")
    if not rows:
        empty(ax, "no choice of algorithms with a time")
        return ax
    drawn = peers[:MOST_PEERS]
    labelled(ax, drawn)
    for (peer, span), square in squares.items():
        if peer in drawn:
            _draw(ax, spans.index(span), drawn.index(peer), square, "/" if len(spans) <= _WIDE else "\n/")
    ax.set_xlim(-0.5, len(spans) - 0.5)
    ax.set_xticks(range(len(spans)), _ticks([str(span) for span in spans]), fontsize="small")
    _legend(ax, {square.severity for (peer, _), square in squares.items() if peer in drawn})
    return ax


def _rows(frames: Frames) -> list[tuple[str, Any, str]]:
    """Responder, time and worst severity of each negotiation of which a choice was seen."""
    import numpy as np  # noqa: PLC0415

    worst: dict[int, str] = {}
    for finding, severity, number in frames.tables["findings"].cells("finding", "severity", "negotiation"):
        if (finding or "").endswith("-chosen") or finding in _OF_CHILDREN:
            worst[number] = min(worst.get(number, ""), severity, key=severity_rank)
    cells = frames.tables["negotiations"].cells("negotiation", "responder_ip", "first_time", "encryption")
    return [
        (responder or "unknown", np.datetime64(time, "ns"), worst.get(number, ""))
        for number, responder, time, encryption in cells
        if time is not None and is_dated(time) and (encryption is not None or number in worst)
    ]


def _spans(times: Iterable[Any]) -> tuple[str, list[Any]]:
    """The finest unit in which there is room for all of them, and its spans from the first to the last time.

    Of more years than there is room for the last ones.
    """
    import numpy as np  # noqa: PLC0415

    unit, spans = "h", []
    for _, unit in _UNITS:
        known = sorted({time.astype(f"datetime64[{unit}]") for time in times})
        if known and (known[-1] - known[0]).astype(int) < MOST_SPANS:
            return unit, list(np.arange(known[0], known[-1] + 1))
        spans = known[-MOST_SPANS:]
    return unit, spans


def _squares(rows: list[tuple[str, Any, str]], unit: str, spans: list[Any]) -> tuple[list[str], dict[Any, _Square]]:
    """Responders, the worst first, and what is seen of them in each span."""
    worst: dict[str, str] = {}
    choices: Counter[Any] = Counter()
    weak: Counter[Any] = Counter()
    severities: dict[Any, str] = {}
    for peer, time, severity in rows:
        place = peer, time.astype(f"datetime64[{unit}]")
        if place[1] in spans:
            choices[place] += 1
            weak[place] += bool(severity)
            severities[place] = min(severities.get(place, ""), severity, key=severity_rank)
            worst[peer] = min(worst.get(peer, ""), severity, key=severity_rank)
    peers = sorted(worst, key=lambda peer: (severity_rank(worst[peer]), peer))
    return peers, {place: _Square(choices[place], weak[place], severities[place]) for place in choices}


def _ticks(spans: list[str]) -> list[str]:
    """The last part of each time, and below it what stands before that where it changes and there is room."""
    parts = [re.fullmatch(r"(.*?)[-T]?(\d+)", span) for span in spans]
    before, last = ([part[n] if part else "" for part in parts] for n in (1, 2))
    changes = [place for place, text in enumerate(before) if not place or text != before[place - 1]]
    shown = {a for a, b in zip(changes, [*changes[1:], len(spans) + _APART], strict=True) if b - a >= _APART}
    step = 1 if len(spans) <= _WIDE else 2
    texts = [text if place % step == 0 else "" for place, text in enumerate(last)]
    return [f"{text}\n{before[place]}" if place in shown else text for place, text in enumerate(texts)]


def _draw(ax: "Axes", x: int, y: int, square: _Square, sign: str) -> None:
    colour = SEVERITY_COLOURS.get(square.severity, _NOTHING_FOUND)
    ax.barh(y, 0.94, 0.88, left=x - 0.47, color=colour)
    ink = "white" if square.severity == "critical" else "black"
    ax.text(x, y, f"{square.weak:,}{sign}{square.choices:,}", ha="center", va="center", fontsize="x-small", color=ink)


def _legend(ax: "Axes", severities: set[str]) -> None:
    from matplotlib.patches import Patch  # noqa: PLC0415

    shown = [(name, colour) for name, colour in SEVERITY_COLOURS.items() if name in severities]
    shown += [("no finding", _NOTHING_FOUND)] if "" in severities else []
    patches = [Patch(facecolor=colour, label=name) for name, colour in shown]
    legend(ax, handles=patches)


def _word(unit: str) -> str:
    return next(word for word, letter in _UNITS if letter == unit)
