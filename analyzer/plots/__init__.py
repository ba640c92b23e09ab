"""Pictures for a notebook: each takes an Analysis, a part of one or a negotiation, and returns a matplotlib Axes.

    from analyzer import plots
    plots.timeline(analysis)                    # drawn by the notebook
    plots.findings(analysis).figure.savefig("findings.png")

ax: Axes to draw into; without, each makes a figure of its own, without pyplot, so that it needs no display and stays in
no list of open figures. What a picture has no room for is counted below its title. Times are UTC. Colours can be told
apart by who sees few of them, and none calls an algorithm good. matplotlib is loaded when the first picture is drawn.
AnalyzerError: it is not installed.
"""

from analyzer.plots.algorithms import algorithms
from analyzer.plots.exposure import exposure
from analyzer.plots.findings import findings
from analyzer.plots.round_trips import round_trips
from analyzer.plots.timeline import timeline

__all__ = ["algorithms", "exposure", "findings", "round_trips", "timeline"]
