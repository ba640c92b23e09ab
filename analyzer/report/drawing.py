"""Where each part of the ladder's SVG stands. Numbers only: templates/partials/ladder.html.j2 draws them."""

import textwrap
from collections.abc import Iterable
from typing import Final, NamedTuple

from analyzer.report.ladder import Rung
from analyzer.report.words import moment, plural, seconds

WIDTH: Final = 1000
LEFT: Final = 190
RIGHT: Final = 890
_TIME: Final = 130  # where times end: room for "+59 min 59.999 s" in a wide font
_TOP: Final = 30
_LINE: Final = 15
_WRAP: Final = 98
_MOST_LINES: Final = 4
_LONG_GAP_S: Final = 1.0


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


class Drawing(NamedTuple):
    """The whole picture. Lifelines run at LEFT and RIGHT from `top` to `bottom`."""

    width: int
    height: int
    left: int
    right: int
    top: int
    bottom: int
    texts: tuple[Text, ...]
    arrows: tuple[Arrow, ...]
    gaps: tuple[Gap, ...]
    description: str


def draw(steps: Iterable[Rung]) -> Drawing:
    """Places every rung below the one before."""
    rungs = list(steps)
    texts = [Text(LEFT, 18, "initiator", "lane", "middle"), Text(RIGHT, 18, "responder", "lane", "middle")]
    arrows: list[Arrow] = []
    gaps: list[Gap] = []
    y = _TOP
    for rung in rungs:
        if rung.gap_s is not None and rung.gap_s >= _LONG_GAP_S:
            gaps.append(Gap(y + 16, f"{seconds(rung.gap_s)} later"))
            y += 26
        y = _place(rung, y, texts, arrows)
    bottom = y + 10
    return Drawing(
        WIDTH, bottom + 8, LEFT, RIGHT, _TOP - 4, bottom, tuple(texts), tuple(arrows), tuple(gaps), _in_words(rungs)
    )


def _place(rung: Rung, y: int, texts: list[Text], arrows: list[Arrow]) -> int:
    """Adds one rung's parts and returns where the next begins."""
    middle = (LEFT + RIGHT) // 2
    if rung.kind == "path":
        texts.append(Text(LEFT, y + 18, rung.contents[0], "path", "middle"))
        texts.append(Text(RIGHT, y + 18, rung.contents[1], "path", "middle"))
        texts.append(Text(middle, y + 18, rung.title, "path", "middle"))
        return y + 28
    if rung.kind == "day":
        texts.append(Text(middle, y + 16, rung.title, "day", "middle"))
        return y + 22
    if rung.kind in ("cut", "end"):
        text = f"{rung.title}; {rung.note}" if rung.note else rung.title
        texts.append(Text(middle, y + 24, text, "cut", "middle"))
        texts += _margins(rung, y + 22)
        return y + 36
    style = f"{rung.kind} {rung.protection}" + (" failed" if rung.errors else "")
    y += 17
    if rung.kind == "message":
        texts.append(Text(middle, y, rung.title, "what", "middle"))
        lines = textwrap.wrap(", ".join(rung.holds), _WRAP, break_on_hyphens=False)
    else:
        lines = textwrap.wrap(f"{rung.title}, {rung.note}" if rung.note else rung.title, _WRAP, break_on_hyphens=False)
        y -= _LINE
    for line in [*lines[:_MOST_LINES], *(["..."] if len(lines) > _MOST_LINES else [])]:
        y += _LINE
        texts.append(Text(middle, y, line, "holds" if rung.kind == "message" else f"aside {rung.kind}", "middle"))
    for error in rung.errors:
        y += _LINE
        texts.append(Text(middle, y, f"\u2716 {error[:_WRAP]}", "error", "middle"))
    y += 8
    arrows.append(_arrow(rung, y, style))
    texts += _margins(rung, y)
    return y + 8


def _arrow(rung: Rung, y: int, style: str) -> Arrow:
    x1, x2 = (LEFT, RIGHT) if rung.from_initiator else (RIGHT, LEFT)
    back = -10 if rung.from_initiator else 10
    head = f"{x2},{y} {x2 + back},{y - 5} {x2 + back},{y + 5}"
    sealed = rung.protection != "clear" and rung.kind != "esp"
    return Arrow(x1, x2, y, head, style, x1 - 2 * back if sealed else None)


def _margins(rung: Rung, y: int) -> list[Text]:
    """Time at the left edge, frame and size at the right."""
    found = []
    if rung.offset_s is not None:
        found.append(Text(_TIME, y + 4, moment(rung.offset_s), "time", "end"))
    if rung.clock:
        found.append(Text(_TIME, y - 10, rung.clock, "clock", "end"))
    if rung.frame is not None:
        found.append(Text(RIGHT + 14, y + 4, f"frame {rung.frame}", "frame", "start"))
    if rung.kind == "message" and rung.note:
        found.append(Text(RIGHT + 14, y - 10, rung.note.partition(", ")[0], "size", "start"))
    return found


def _in_words(rungs: list[Rung]) -> str:
    """The picture in words, for those who cannot see it; the table below it has the same messages in full."""
    sent = [rung for rung in rungs if rung.kind == "message"]
    out = sum(rung.from_initiator for rung in sent)
    again = sum(rung.kind == "retransmission" for rung in rungs)
    steps = [
        f"{'initiator' if r.from_initiator else 'responder'}: {r.title}" + "".join(f", {e}" for e in r.errors)
        for r in sent
    ]
    more = f"; {len(steps) - 12} more" if len(steps) > 12 else ""
    return (
        f"{plural(out, 'message')} from the initiator, {plural(len(sent) - out, 'message')} from the responder, "
        f"{plural(again, 'retransmission')}. In order: {'; '.join(steps[:12])}{more}."
    )
