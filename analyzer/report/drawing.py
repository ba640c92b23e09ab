"""Where each part of the ladder's SVG stands. Numbers only: templates/partials/ladder.html.j2 draws them.

It is drawn for wide and for narrow screens, of which the page's style shows one.
"""

import textwrap
from collections.abc import Iterable
from typing import Final, NamedTuple

from analyzer.capture.placed_frame import brief
from analyzer.report.ladder import Rung
from analyzer.report.words import moment, plural, seconds

_TOP: Final = 30
_LINE: Final = 15
_MOST_LINES: Final = 4
_LONG_GAP_S: Final = 1.0


class Layout(NamedTuple):
    """Columns of a drawing. Lifelines run at `left` and `right`; wrap: signs of a line between them.

    time: where times end, left of the lifelines: room for "+59 min 59.999 s" in a wide font. None: times and frames
    have a line of their own between the lifelines.
    """

    name: str
    width: int
    left: int
    right: int
    wrap: int
    time: int | None

    @property
    def middle(self) -> int:
        """Between the lifelines."""
        return (self.left + self.right) // 2


WIDE: Final = Layout("wide", 1000, 190, 890, 98, 130)
NARROW: Final = Layout("narrow", 340, 10, 330, 44, None)


class Text(NamedTuple):
    """A line of text. anchor: start, middle or end."""

    x: int
    y: int
    text: str
    style: str
    anchor: str


class Arrow(NamedTuple):
    """A line from x1 to x2 with its head's corners at x2. `style`: kind and protection; `lock`: x of a padlock."""

    x1: int
    x2: int
    y: int
    head: str
    style: str
    lock: int | None


class Gap(NamedTuple):
    """A break in both lifelines."""

    y: int
    text: str


class Part(NamedTuple):
    """What one rung drew, from `y` on so high. frame: that it shows, if one; sender: in words, for screen readers."""

    frame: int | None
    sender: str
    y: int
    height: int
    texts: tuple[Text, ...]
    arrow: Arrow | None


class Drawing(NamedTuple):
    """The whole picture. Lifelines run from `top` to `bottom`."""

    layout: Layout
    height: int
    top: int
    bottom: int
    parts: tuple[Part, ...]
    gaps: tuple[Gap, ...]
    description: str


def draw(rungs: Iterable[Rung], layout: Layout = WIDE) -> Drawing:
    """Places every rung below the one before."""
    rungs = list(rungs)
    lanes = _lanes(layout)
    parts: list[Part] = [Part(None, "", 0, _TOP, lanes, None)]
    gaps: list[Gap] = []
    y = _TOP
    for rung in rungs:
        if rung.gap_s is not None and rung.gap_s >= _LONG_GAP_S:
            gaps.append(Gap(y + 16, f"{seconds(rung.gap_s)} later"))
            y += 26
        texts: list[Text] = []
        after, arrow = _place(rung, y, texts, layout)
        parts.append(Part(rung.frame, _sender(rung), y, after - y, tuple(texts), arrow))
        y = after
    bottom = y + 10
    return Drawing(layout, bottom + 8, _TOP - 4, bottom, tuple(parts), tuple(gaps), _in_words(rungs))


def _lanes(layout: Layout) -> tuple[Text, ...]:
    if layout.time is None:
        return (
            Text(layout.left, 18, "initiator", "lane", "start"),
            Text(layout.right, 18, "responder", "lane", "end"),
        )
    return (
        Text(layout.left, 18, "initiator", "lane", "middle"),
        Text(layout.right, 18, "responder", "lane", "middle"),
    )


def _place(rung: Rung, y: int, texts: list[Text], layout: Layout) -> tuple[int, Arrow | None]:
    """Adds one rung's texts; returns where the next begins, and its arrow."""
    middle = layout.middle
    if rung.kind == "path":
        return _path(rung, y, texts, layout), None
    if rung.kind == "day":
        texts.append(Text(middle, y + 16, rung.title, "day", "middle"))
        return y + 22, None
    if rung.kind in ("cut", "end"):
        text = f"{rung.title}; {rung.note}" if rung.note else rung.title
        if layout.time is None:
            y = _margins(rung, y, texts, layout)
            for line in textwrap.wrap(text, layout.wrap):
                y += _LINE
                texts.append(Text(middle, y, line, "cut", "middle"))
            return y + 8, None
        texts.append(Text(middle, y + 24, text, "cut", "middle"))
        _margins(rung, y + 22, texts, layout)
        return y + 36, None
    style = f"{rung.kind} {rung.protection}" + (" failed" if rung.errors else "")
    if layout.time is None:
        y = _margins(rung, y + 2, texts, layout) - 2
    y += 17
    if rung.kind == "message":
        texts.append(Text(middle, y, rung.title, "what", "middle"))
        lines = textwrap.wrap(", ".join(rung.holds), layout.wrap, break_on_hyphens=False)
    else:
        text = f"{rung.title}, {rung.note}" if rung.note else rung.title
        lines = textwrap.wrap(text, layout.wrap, break_on_hyphens=False)
        y -= _LINE
    most = _MOST_LINES if layout.time is not None else 2 * _MOST_LINES
    for line in [*lines[:most], *(["..."] if len(lines) > most else [])]:
        y += _LINE
        texts.append(Text(middle, y, line, "holds" if rung.kind == "message" else f"aside {rung.kind}", "middle"))
    for error in rung.errors:
        for line in textwrap.wrap(f"\u2716 {error}", layout.wrap)[:most]:
            y += _LINE
            texts.append(Text(middle, y, line, "error", "middle"))
    y += 8
    if layout.time is not None:
        _margins(rung, y, texts, layout)
    return y + 8, _arrow(rung, y, style, layout)


def _path(rung: Rung, y: int, texts: list[Text], layout: Layout) -> int:
    """The endpoints from here on, and how the messages are carried."""
    left, right = rung.contents
    if layout.time is not None:
        texts.append(Text(layout.left, y + 18, left, "path", "middle"))
        texts.append(Text(layout.right, y + 18, right, "path", "middle"))
        texts.append(Text(layout.middle, y + 18, rung.title, "path", "middle"))
        return y + 28
    y += 15
    texts.append(Text(layout.left + 6, y, left, "path", "start"))
    if len(left) + len(right) + 4 > layout.wrap:
        y += _LINE
    texts.append(Text(layout.right - 6, y, right, "path", "end"))
    if rung.title:
        y += _LINE
        texts.append(Text(layout.middle, y, rung.title, "path", "middle"))
    return y + 10


def _arrow(rung: Rung, y: int, style: str, layout: Layout) -> Arrow:
    x1, x2 = (layout.left, layout.right) if rung.from_initiator else (layout.right, layout.left)
    back = -10 if rung.from_initiator else 10
    head = f"{x2},{y} {x2 + back},{y - 5} {x2 + back},{y + 5}"
    sealed = rung.protection != "clear" and rung.kind != "esp"
    return Arrow(x1, x2, y, head, style, x1 - 2 * back if sealed else None)


def _margins(rung: Rung, y: int, texts: list[Text], layout: Layout) -> int:
    """Time at the left, frame and size at the right; where there is no room beside the lifelines, above the arrow."""
    size = rung.note.partition(", ")[0] if rung.kind == "message" else ""
    frame = "" if rung.frame is None else f"frame {brief(rung.frame)}"
    time = "" if rung.offset_s is None else moment(rung.offset_s)
    if layout.time is None:
        y += _LINE
        texts.append(Text(layout.left + 6, y, " ".join(filter(None, (rung.clock, time))), "time", "start"))
        texts.append(Text(layout.right - 6, y, ", ".join(filter(None, (frame, size))), "frame", "end"))
    else:
        texts.append(Text(layout.time, y + 4, time, "time", "end"))
        texts.append(Text(layout.time, y - 10, rung.clock, "clock", "end"))
        texts.append(Text(layout.right + 14, y + 4, frame, "frame", "start"))
        texts.append(Text(layout.right + 14, y - 10, size, "size", "start"))
    texts[:] = [text for text in texts if text.text]
    return y


def _sender(rung: Rung) -> str:
    """Whose message it is: what the arrow says to those who see it."""
    if rung.kind not in ("message", "retransmission"):
        return ""
    return "initiator" if rung.from_initiator else "responder"


def _in_words(rungs: list[Rung]) -> str:
    """The picture in short, for those who cannot see it; the list of messages below it has them in full."""
    sent = [rung for rung in rungs if rung.kind == "message"]
    out = sum(rung.from_initiator for rung in sent)
    again = sum(rung.kind == "retransmission" for rung in rungs)
    return (
        f"{plural(out, 'message')} from the initiator, {plural(len(sent) - out, 'message')} from the responder, "
        f"{plural(again, 'retransmission')}."
    )
