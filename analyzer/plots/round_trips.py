"""How long answers took, by exchange."""

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from analyzer.plots.canvas import axes, empty, legend, readable, titled
from analyzer.report.words import plural, seconds
from analyzer.tables.properties import Frames

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_BINS: Final = 30
MOST_KINDS: Final = 6
_COLOURS: Final = ("#0072b2", "#e69f00", "#56b4e9", "#cc79a7", "#d55e00", "#f0e442", "#8a94a3")


def round_trips(frames: Frames, ax: "Axes | None" = None) -> "Axes":
    """A histogram of the time from a request to its answer, by exchange, on a logarithmic axis.

    Exchanges without an answer have none, nor have those of which the capture does not show the time.
    """
    import numpy as np  # noqa: PLC0415

    ax = axes(ax, 12)
    found: dict[str, list[float]] = defaultdict(list)
    untimed = 0
    for exchange, trip in frames.tables["exchanges"].cells("exchange", "round_trip_s"):
        if trip is not None and trip > 0:
            found[readable(exchange or "unknown")].append(trip)
        else:
            untimed += 1
    order = sorted(found, key=lambda name: (-len(found[name]), name))
    rest = [trip for name in order[MOST_KINDS:] for trip in found[name]]
    groups = {name: found[name] for name in order[:MOST_KINDS]} | ({"others": rest} if rest else {})
    titled(
        ax,
        "From request to answer",
        [f"{plural(untimed, 'exchange')} without request and answer not drawn"] if untimed else [],
    )
    ax.set_xlabel("time")
    ax.set_ylabel("exchanges")
    if not groups:
        empty(ax, "no request with its answer")
        return ax
    low, high = (edge(t for trips in groups.values() for t in trips) for edge in (min, max))
    edges = np.geomspace(low * 0.9, high * 1.1, _BINS + 1)
    labels = [f"{name} ({len(t):,}, median {seconds(float(np.median(t)))})" for name, t in groups.items()]
    colours = _COLOURS[: len(groups)]
    ax.hist(list(groups.values()), list(edges), stacked=True, label=labels, color=colours, edgecolor="white", lw=0.5)
    ax.set_xscale("log")
    ax.xaxis.set_major_formatter(lambda value, _: seconds(value))
    ax.xaxis.set_minor_formatter("")
    legend(ax)
    return ax
