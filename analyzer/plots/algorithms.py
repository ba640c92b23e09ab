"""Which algorithms were offered and chosen, by how many negotiations: the page's inventory as bars."""

from typing import TYPE_CHECKING, Final

from analyzer.plots.canvas import INK, SOFT, axes, counted, empty, labelled, legend, titled
from analyzer.report.inventory import Item, inventory
from analyzer.report.words import plural, severity_rank
from analyzer.tables.properties import Frames

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_ROWS: Final = 30
_SHORT: Final = {  # RFC 7296 3.3.2
    "Encryption": "ENCR",
    "Integrity": "INTEG",
    "Pseudorandom function": "PRF",
    "Key exchange": "KE",
    "Additional key exchange": "ADDKE",
    "Authentication": "AUTH",
}


def algorithms(frames: Frames, ax: "Axes | None" = None) -> "Axes":
    """Two bars for each algorithm: offered and chosen by how many negotiations; what the policy objects to is named.

    Probes of scanners and negotiations of floods do not count. Where there is no room for all, those that the policy
    objects to come first, then the most chosen.
    """
    items = inventory(frames.tables)
    kept = sorted(sorted(items, key=_weight)[:MOST_ROWS], key=items.index)
    ax = axes(ax, round(len(kept) * 1.3))
    left = len(items) - len(kept)
    titled(ax, "Algorithms offered and chosen", [f"{plural(left, 'other algorithm')} not drawn"] if left else [])
    ax.set_xlabel("negotiations")
    if not items:
        empty(ax, "no offer and no choice could be read")
        return ax
    labelled(ax, [_label(item) for item in kept])
    places = range(len(kept))
    offered, chosen = [i.offered for i in kept], [i.chosen for i in kept]
    ax.barh([y - 0.2 for y in places], offered, 0.36, color="white", edgecolor=SOFT, label="offered")
    ax.barh([y + 0.2 for y in places], chosen, 0.36, color=INK, edgecolor=INK, label="chosen")
    for y, item in enumerate(kept):
        for shift, count, severity in (
            (-0.2, item.offered, item.offered_severity),
            (0.2, item.chosen, item.chosen_severity),
        ):
            text = f"{count:,} ({severity})" if severity and count else f"{count:,}"
            ax.annotate(text, (count, y + shift), (3, 0), textcoords="offset points", va="center", fontsize="x-small")
    counted(ax)
    legend(ax)
    return ax


def _weight(item: Item) -> tuple[int, int, int]:
    worst = min(item.offered_severity, item.chosen_severity, key=severity_rank)
    return severity_rank(worst), -item.chosen, -item.offered


def _label(item: Item) -> str:
    purpose = "" if item.purpose == "IKE" else f"{item.purpose} "
    return f"{purpose}{_SHORT.get(item.kind, item.kind)}: {item.name}"
