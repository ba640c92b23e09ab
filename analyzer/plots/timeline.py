"""When negotiations began, how long they were seen, and how they ended: a line for each pair of peers."""

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from analyzer.capture.dates import is_dated
from analyzer.plots.canvas import axes, empty, labelled, legend, titled
from analyzer.report.dossier import in_floods, outcome_rank
from analyzer.report.words import plural
from analyzer.tables.properties import Frames

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_LANES: Final = 24
_TROUBLE: Final = "established, later a failure"
# Colour and sign of each outcome, the mildest first: what is worse is drawn above it
_SIGNS: Final = {
    "probe": ("#56b4e9", "d"),
    "established": ("#0072b2", "o"),
    "incomplete": ("#8a94a3", "s"),
    "redirected": ("#b8a800", ">"),
    "unanswered": ("#e69f00", "^"),
    _TROUBLE: ("#cc79a7", "P"),
    "failed": ("#d55e00", "X"),
}


class _Bar(NamedTuple):
    outcome: str
    rank: int
    start: int
    end: int


def timeline(frames: Frames, ax: "Axes | None" = None) -> "Axes":
    """Every negotiation from its first message to its last, coloured by outcome; pairs of peers, the worst above.

    Those of floods are left out, and pairs for which there is no room share the last line.
    """
    lanes, notes = _lanes(frames)
    ax = axes(ax, len(lanes))
    titled(ax, "Negotiations over time", notes)
    ax.set_xlabel("time (UTC)")
    if not lanes:
        empty(ax, "no negotiation with a time")
        return ax
    labelled(ax, list(lanes))
    for place, (outcome, (colour, sign)) in enumerate(_SIGNS.items()):
        bars = [(y, bar) for y, some in enumerate(lanes.values()) for bar in some if bar.outcome == outcome]
        if bars:
            rows = [y + 0.09 * (3 - place) for y, _ in bars]  # each a little above the milder ones
            starts, ends = _times([b.start for _, b in bars]), _times([b.end for _, b in bars])
            ax.hlines(rows, starts, ends, colors=colour, linewidth=3, alpha=0.5)
            ax.scatter(starts, rows, color=colour, marker=sign, s=30, label=f"{outcome} ({len(bars):,})", zorder=3)
    _dated(ax)
    ax.grid(axis="x", alpha=0.3)
    legend(ax)
    return ax


def _lanes(frames: Frames) -> tuple[dict[str, list[_Bar]], list[str]]:
    """The bars of each line, from above, and what is not drawn."""
    flooded = in_floods(frames.tables)
    found: dict[str, list[_Bar]] = defaultdict(list)
    names = ("negotiation", "initiator_ip", "responder_ip", "outcome", "failed_at", "first_time", "last_time")
    unknown = 0
    for number, initiator, responder, outcome, failed_at, first, last in frames.tables["negotiations"].cells(*names):
        if first is None or not is_dated(first) or number in flooded:
            unknown += number not in flooded
            continue
        trouble = failed_at is not None
        said = _TROUBLE if outcome == "established" and trouble else outcome if outcome in _SIGNS else "incomplete"
        bar = _Bar(said, outcome_rank(outcome, trouble=trouble), first, first if last is None else max(first, last))
        found[f"{initiator or 'unknown'} → {responder or 'unknown'}"].append(bar)
    order = sorted(found, key=lambda name: (min(bar.rank for bar in found[name]), -len(found[name]), name))
    lanes = {name: found[name] for name in order}
    if len(order) > MOST_LANES:
        rest = order[MOST_LANES - 1 :]
        together = [bar for name in rest for bar in lanes.pop(name)]
        lanes[plural(len(rest), "other pair")] = together
    floods = len(frames.tables["floods"])
    notes = [f"{plural(floods, 'flood')} not drawn"] if floods else []
    return lanes, notes + ([f"{plural(unknown, 'negotiation')} without a time not drawn"] if unknown else [])


def _times(values: list[int]) -> Any:
    import numpy as np  # noqa: PLC0415

    return np.array(values, dtype="datetime64[ns]")


def _dated(ax: "Axes") -> None:
    """Times of day, and the date beside the axis where all of them share it."""
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter  # noqa: PLC0415

    locator = AutoDateLocator(minticks=3, maxticks=8)  # type: ignore[no-untyped-call]
    ax.xaxis.set_major_locator(locator)
    ax.xaxis.set_major_formatter(ConciseDateFormatter(locator))  # type: ignore[no-untyped-call]
