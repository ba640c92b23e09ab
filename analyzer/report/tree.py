"""The field tree of one message and its bytes as text: what `show --frame` prints."""

from collections.abc import Iterator
from typing import Final

from analyzer.isakmp import Node
from analyzer.report.story import Line
from analyzer.report.words import clip
from analyzer.tables.text import visible

_MOST_VALUE: Final = 160


def tree_lines(title: str, root: Node) -> Iterator[Line]:
    """The tree, one field a line: offset and length in the message, name, value, meaning and its reference; defects."""
    yield Line(visible(title), "title")
    yield Line("offset length  field", "dim")
    yield from _node_lines(root, 0)


def _node_lines(node: Node, depth: int) -> Iterator[Line]:
    text = f"{node.offset:6} {node.length:6}  {'  ' * depth}{node.name}"
    if node.value:
        text += f": {clip(node.value, _MOST_VALUE)}"
    if node.meaning and node.meaning != node.value:
        text += f" = {clip(node.meaning, _MOST_VALUE)}" if node.value else f": {clip(node.meaning, _MOST_VALUE)}"
    if node.reference:
        text += f"  [{node.reference}]"
    yield Line(visible(text), "" if depth or not node.children else "title")
    for defect in node.defects:
        yield Line(visible(f"{'':15}{'  ' * depth}! {defect}"), "bad")
    for child in node.children:
        yield from _node_lines(child, depth + 1)


def hex_lines(data: bytes) -> Iterator[Line]:
    """Offset, sixteen bytes, and what of them is printable ASCII."""
    for start in range(0, len(data), 16):
        row = data[start : start + 16]
        left, right = row[:8].hex(" "), row[8:].hex(" ")
        shown = "".join(chr(byte) if 0x20 <= byte < 0x7F else "." for byte in row)
        yield Line(f"{start:04x}  {left:23}  {right:23}  {shown}")
