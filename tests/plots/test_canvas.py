"""What all pictures have in common: they need no display and no pyplot, and say so where there is nothing to draw."""

import struct
import subprocess
import sys
import warnings
from typing import Any

import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure

import analyzer
from analyzer import plots
from analyzer.plots.canvas import SEVERITY_COLOURS, axes, labelled, readable
from analyzer.plots.timeline import _SIGNS
from analyzer.tables.store import Tables
from analyzer.vocabulary import SEVERITIES
from tests.conftest import ROOT
from tests.fixtures.cases import case
from tests.report.sample import BAD, ESC, put, sample

DRAWN = [getattr(plots, name) for name in plots.__all__]
MATHS = r"$\frac{$"


class Held(analyzer.Analysis):
    """An analysis of tables that are there already."""

    def __init__(self, tables: Tables) -> None:
        super().__init__()
        self.tables = tables


def texts(ax: Axes) -> list[str]:
    """All that is written in a picture."""
    return [text.get_text() for text in ax.figure.findobj(lambda one: hasattr(one, "get_text"))]  # type: ignore[union-attr,attr-defined]


def png(ax: Any) -> tuple[int, int]:
    """Width and height of what a notebook shows of it; nothing may be warned of, such as a sign that no font has."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        data = ax._repr_png_()
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack(">II", data[16:24])
    return width, height


@pytest.mark.parametrize("draw", DRAWN)
def test_of_nothing_an_empty_picture(draw: Any) -> None:
    ax = draw(analyzer.Analysis())
    assert isinstance(ax, Axes)
    assert ax.get_title(loc="left")
    assert any(text.startswith("no ") for text in texts(ax))
    assert png(ax) == (900, 462 if draw is plots.round_trips else 306)


@pytest.mark.parametrize("draw", DRAWN)
def test_hostile_names_are_no_mathematics(draw: Any) -> None:
    tables = sample()
    for number, text in ((101, BAD), (102, MATHS), (103, ESC), (104, None)):
        cells = {"initiator_ip": text, "responder_ip": text, "outcome": text, "encryption": text or "X"}
        put(tables, "negotiations", negotiation=number, ike_version=2, first_time=number * 10**15, **cells)
        put(tables, "findings", finding=f"weak-{text}", severity=text, negotiation=number, subject=text)
        kind = {"transform_type": 1, "protocol_id": 1, "side": "chosen"}
        put(tables, "transforms", negotiation=number, transform=text, **kind)
        put(tables, "exchanges", negotiation=number, exchange=text, round_trip_s=0.001 * number)
    ax = draw(Held(tables))
    assert png(ax)[0] == 900
    assert not [text for text in texts(ax) if "\x1b" in text or "\x07" in text]


@pytest.mark.parametrize("draw", DRAWN)
def test_rows_of_missing_values_make_a_picture(draw: Any) -> None:
    tables = Tables()
    for name in tables:
        put(tables, name, **({"negotiation": 1} if "negotiation" in tables[name].schema.names else {}))
    assert png(draw(Held(tables)))[0] == 900


@pytest.mark.parametrize("draw", DRAWN)
def test_it_draws_where_it_is_asked_to(draw: Any) -> None:
    ax = Figure().add_subplot()
    assert draw(analyzer.read_pcap(case("ikev2-rekey").capture).negotiation(1), ax=ax) is ax


def test_no_pyplot_and_no_matplotlib_before_the_first_picture() -> None:
    code = f"""
import sys, analyzer
analysis = analyzer.read_pcap({str(case("ikev2-rekey").capture)!r})
from analyzer import plots
assert analyzer.plots is plots
assert "matplotlib" not in sys.modules
plots.timeline(analysis)._repr_png_()
assert "matplotlib.pyplot" not in sys.modules
sys.modules["matplotlib.axes"] = None
plots.canvas._kind.cache_clear()
try:
    plots.timeline(analysis)
except analyzer.errors.AnalyzerError as error:
    print(error)
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == (
        "Plots need matplotlib, which is not installed; do: pip install matplotlib\n",
        "",
    )


def test_every_severity_and_outcome_has_a_colour_and_none_is_green() -> None:
    assert tuple(SEVERITY_COLOURS) == SEVERITIES
    colours = [*SEVERITY_COLOURS.values(), *(colour for colour, _ in _SIGNS.values())]
    parts = [tuple(int(colour[place : place + 2], 16) for place in (1, 3, 5)) for colour in colours]
    assert not [colour for colour in parts if colour[1] > max(colour[0], colour[2]) + 16]
    assert len(set(_SIGNS.values())) == len(_SIGNS)


def test_long_names_are_cut_and_lines_stand_from_above() -> None:
    assert readable("a" * 61) == "a" * 59 + "…"
    assert readable("a" * 60) == "a" * 60
    ax = axes(None, 2)
    labelled(ax, ["first", "second"])
    bottom, top = ax.get_ylim()
    assert bottom > 1
    assert top < 0
