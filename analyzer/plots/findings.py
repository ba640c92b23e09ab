"""How many findings there are of each kind, coloured by severity."""

from collections import Counter
from typing import TYPE_CHECKING, Final

from analyzer.plots.canvas import SEVERITY_COLOURS, axes, counted, empty, labelled, legend, readable, titled
from analyzer.report.weaknesses import heaviest
from analyzer.report.words import plural, severity_rank
from analyzer.tables.properties import Frames

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_ROWS: Final = 30


def findings(frames: Frames, ax: "Axes | None" = None) -> "Axes":
    """A bar for each kind of finding and severity, the most severe above."""
    counts = Counter(heaviest(frames.tables["findings"]).cells("severity", "finding"))
    order = sorted(counts, key=lambda key: (severity_rank(key[0]), -counts[key], key[1] or ""))
    rows, left = order[:MOST_ROWS], order[MOST_ROWS:]
    ax = axes(ax, len(rows))
    said = f"{plural(sum(counts[key] for key in left), 'finding')} of {plural(len(left), 'milder kind')} not drawn"
    titled(ax, "Findings by severity", [said] if left else [])
    ax.set_xlabel("findings")
    if not rows:
        empty(ax, "no finding")
        return ax
    labelled(ax, [name or "" for _, name in rows])
    for severity in dict.fromkeys(severity for severity, _ in rows):
        places = [y for y, (other, _) in enumerate(rows) if other == severity]
        ours = [counts[rows[y]] for y in places]
        total = sum(count for (other, _), count in counts.items() if other == severity)
        colour = SEVERITY_COLOURS.get(severity, "#a9b2bd")
        bars = ax.barh(places, ours, 0.7, color=colour, label=readable(f"{severity or 'unknown'} ({total:,})"))
        ax.bar_label(bars, [f"{count:,}" for count in ours], padding=3, fontsize="small")
    counted(ax)
    legend(ax)
    return ax
