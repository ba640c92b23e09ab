"""A state table's picture for the site: states stand side by side, each move is an arrow from one to another.

The web view of the repository draws a block fenced as `mermaid` by itself; on a site the program that does would have
to be fetched from elsewhere. This draws the same moves as an SVG in the page.
"""

import re
from html import escape

BLOCK = re.compile(r"^```mermaid\n(stateDiagram-v2\n.*?)^```$", re.MULTILINE | re.DOTALL)
MOVE = re.compile(r"^\s*(\S+) --> (\S+)(?: : (.*))?$", re.MULTILINE)
NAMED = re.compile(r'^\s*state "([^"]*)" as (\S+)$', re.MULTILINE)
START = "[*]"
COLUMN, ROW, HEAD, SIDE, LETTER = 120, 30, 44, 60, 6.7


def drawn(markdown: str) -> str:
    """A page with a picture in the place of each block."""
    return BLOCK.sub(lambda found: svg(found[1]), markdown)


def svg(diagram: str) -> str:
    """The picture of one diagram, in one line: Markdown leaves it alone."""
    moves = [(a, b, label or "") for a, b, label in MOVE.findall(diagram) if START not in (a, b)]
    names = {short: name for name, short in NAMED.findall(diagram)}
    states = list(dict.fromkeys(state for a, b, _ in moves for state in (a, b)))
    at = {state: SIDE + COLUMN * place for place, state in enumerate(states)}
    ends = [min(at[a], at[b]) + 34 + LETTER * len(label) for a, b, label in moves]
    width, height = round(max([*at.values(), *ends])) + SIDE // 2, HEAD + ROW * len(moves) + 16
    parts = []
    for state, x in at.items():
        parts.append(f'<path class="line" d="M{x} {HEAD - 8}V{height}"/>')
        parts.append(f'<text class="state" x="{x}" y="22">{escape(names.get(state, state))}</text>')
    for row, (a, b, label) in enumerate(moves):
        parts += _move(at[a], at[b], HEAD + ROW * row + 24, label)
    said = escape(f"Moves between {len(states)} states")
    size = f'width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
    return f'<div class="moves" tabindex="0"><svg {size} role="img" aria-label="{said}">{"".join(parts)}</svg></div>'


def _move(x: int, to: int, y: int, label: str) -> list[str]:
    """An arrow with what makes the move above it; a loop where the state stays what it is."""
    text = escape(label)
    if x == to:
        loop = f"M{x} {y - 8}h22v10h-19"
        return [
            f'<path class="move" d="{loop}"/>',
            _head(x + 2, y + 2, -1),
            f'<text x="{x + 28}" y="{y + 1}">{text}</text>',
        ]
    way = 1 if to > x else -1
    left = min(x, to) + 6
    return [
        f'<circle cx="{x}" cy="{y}" r="2.5"/><path class="move" d="M{x} {y}H{to - 4 * way}"/>',
        _head(to, y, way),
        f'<text x="{left}" y="{y - 5}">{text}</text>',
    ]


def _head(x: int, y: int, way: int) -> str:
    return f'<path class="head" d="M{x} {y}l{-7 * way} -3.5v7z"/>'
