"""What all pictures share: axes without pyplot, colours, texts of captures, and words where nothing is to be drawn."""

from collections.abc import Sequence
from functools import cache
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

from analyzer.errors import AnalyzerError
from analyzer.tables.text import visible

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WIDTH: Final = 9.0  # inches
_ROW: Final = 0.26  # inches for a line of text beside the picture
_MARGIN: Final = 1.5
_MOST_TEXT: Final = 60
SOFT: Final = "#556274"
INK: Final = "#1b2430"
# Okabe and Ito's colours, which differ for every kind of colour vision; green is not among them
SEVERITY_COLOURS: Final = {
    "critical": "#7a0019",
    "high": "#d55e00",
    "medium": "#e69f00",
    "low": "#56b4e9",
    "info": "#a9b2bd",
}


@cache
def _kind() -> "type[Axes]":
    """Axes that a notebook shows as the picture they are in. AnalyzerError: matplotlib is not installed."""
    try:
        from matplotlib.axes import Axes as Plain  # noqa: PLC0415  (an extra, and half a second)
    except ImportError:
        raise AnalyzerError("Plots need matplotlib, which is not installed; do: pip install matplotlib") from None

    class Shown(Plain):
        def _repr_png_(self) -> bytes:
            found = BytesIO()
            self.figure.savefig(found, format="png", dpi=100)  # type: ignore[union-attr]
            return found.getvalue()

    return Shown


def axes(ax: "Axes | None", rows: int) -> "Axes":
    """These axes, or new ones in a figure with room for so many lines of text beside it."""
    if ax is not None:
        return ax
    kind = _kind()
    from matplotlib.figure import Figure  # noqa: PLC0415

    figure = Figure(figsize=(WIDTH, _MARGIN + _ROW * max(rows, 6)), layout="constrained", facecolor="white")
    return figure.add_subplot(axes_class=kind)


def titled(ax: "Axes", title: str, notes: Sequence[str] = ()) -> None:
    """The title, and below it how to read the picture, and what is not in it: a line each."""
    pad = 8 + 13 * len(notes)
    ax.set_title(title, loc="left", fontsize="large", fontweight="bold", color=INK, pad=pad)
    for place, note in enumerate(reversed(notes)):
        up = (0, 6 + 13 * place)
        ax.annotate(note, (0, 1), up, "axes fraction", "offset points", fontsize="small", color=SOFT)
    ax.spines[["top", "right"]].set_visible(False)


def empty(ax: "Axes", what: str) -> None:
    """Says in the middle that there is nothing to be drawn."""
    ax.text(0.5, 0.5, what, transform=ax.transAxes, ha="center", va="center", color=SOFT, fontsize="large")
    ax.set_xticks([])
    ax.set_yticks([])


def labelled(ax: "Axes", texts: Sequence[str]) -> None:
    """The lines of a picture, from above; texts may be a capture's, and are no mathematics."""
    ax.set_yticks(range(len(texts)), [readable(text) for text in texts], parse_math=False, fontsize="small")
    ax.set_ylim(max(len(texts), 3) - 0.4, -0.6)


def readable(text: str) -> str:
    """Text of a capture as one short line: control characters visible."""
    seen = visible(text[: _MOST_TEXT + 1])
    return seen if len(seen) <= _MOST_TEXT else seen[: _MOST_TEXT - 1] + "…"


def counted(ax: "Axes") -> None:
    """A horizontal axis of whole numbers from 0."""
    from matplotlib.ticker import MaxNLocator  # noqa: PLC0415

    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.margins(x=0.14)
    ax.set_xlim(left=0)


def legend(ax: "Axes", **more: Any) -> None:
    """What colours and signs mean, at the right, where it covers nothing."""
    found = ax.legend(loc="upper left", bbox_to_anchor=(1, 1), frameon=False, fontsize="small", **more)
    for text in found.get_texts():
        text.set_parse_math(False)
