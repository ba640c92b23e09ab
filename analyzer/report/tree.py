"""One frame as text: the field trees of its messages, defects in place, and a hex pane. What `show --frame` prints.

Places are byte offsets in the captured frame, as other tools count them. Bytes that stand nowhere in it, because
they were put together from several frames or decrypted, are counted from their own beginning, and the heading says so.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from analyzer.defects import Defect
from analyzer.isakmp import Node
from analyzer.report.story import Line
from analyzer.report.words import clip
from analyzer.tables.text import visible

if TYPE_CHECKING:
    from analyzer.analysis import Dissection

_MOST_VALUE: Final = 160
_WITHIN: Final = {"decrypted": "the decrypted content"}
_REASSEMBLED: Final = "the message put together from several frames"


def frame_lines(
    trees: Iterable["Dissection"], defects: Iterable[Mapping[str, Any]], *, with_hex: bool
) -> Iterator[Line]:
    """All of a frame: rows of the table `defects` that no tree tells, then each message as a tree and in hex."""
    trees = list(trees)
    told = {(d.kind, d.expected, d.found) for tree in trees for node in _nodes(tree.root) for d in node.defects}
    for row in defects:
        if row["kind"].startswith("capture-") and (row["kind"], row["expected"], row["found"]) not in told:
            defect = Defect(*(row[name] for name in ("kind", "offset", "expected", "found", "effect")))
            yield Line(visible(f"! {defect}"), "bad")
    for tree in trees:
        yield Line("")
        yield from tree_lines(tree)
        if with_hex:
            yield Line("")
            yield Line(f"{len(tree.data)} bytes, {_place(tree)}", "dim")
            yield from hex_lines(tree.data, tree.offset or 0, _secrets(tree.root))


def tree_lines(tree: "Dissection") -> Iterator[Line]:
    """The tree, one field a line: byte offset, length, name, value, meaning and its reference; defects."""
    yield Line(visible(tree.title), "title")
    where = "" if tree.offset is not None else f"  (offsets within {_within(tree)})"
    yield Line(f"offset length  field{where}", "dim")
    yield from _node_lines(tree.root, tree.offset or 0, 0)
    if not tree.data and not tree.root.children and not tree.root.value:
        yield Line("               nothing is in it: no payloads", "dim")


def _within(tree: "Dissection") -> str:
    return _WITHIN.get(tree.root.name, _REASSEMBLED)


def _place(tree: "Dissection") -> str:
    return f"offsets within {_within(tree)}" if tree.offset is None else f"from byte {tree.offset} of the frame on"


def _nodes(root: Node) -> Iterator[Node]:
    yield root
    for child in root.children:
        yield from _nodes(child)


def _secrets(root: Node) -> frozenset[int]:
    """Places, from the beginning of the tree's bytes, of those that are not to be shown."""
    hidden = [node for node in _nodes(root) if node.secret]
    return frozenset(place for node in hidden for place in range(node.offset, node.offset + node.length))


def _node_lines(node: Node, base: int, depth: int) -> Iterator[Line]:
    text = f"{base + node.offset:6} {node.length:6}  {'  ' * depth}{node.name}"
    if node.value:
        text += f": {clip(node.value, _MOST_VALUE)}"
    if node.meaning and node.meaning != node.value:
        text += f" = {clip(node.meaning, _MOST_VALUE)}" if node.value else f": {clip(node.meaning, _MOST_VALUE)}"
    if node.reference:
        text += f"  [{node.reference}]"
    yield Line(visible(text), "" if depth or not node.children else "title")
    for defect in node.defects:
        placed = defect._replace(offset=base + defect.offset)
        yield Line(visible(f"{'':15}{'  ' * depth}! {placed}"), "bad")
    for child in node.children:
        yield from _node_lines(child, base, depth + 1)


def hex_lines(data: bytes, base: int = 0, hidden: frozenset[int] = frozenset()) -> Iterator[Line]:
    """Offset in decimal, as in the tree, and in hexadecimal; sixteen bytes; and what of them is printable ASCII.

    `hidden` are places in `data` whose bytes are credentials and not shown.
    """
    for start in range(0, len(data), 16):
        places = range(start, min(start + 16, len(data)))
        pairs = ["**" if place in hidden else f"{data[place]:02x}" for place in places]
        left, right = " ".join(pairs[:8]), " ".join(pairs[8:])
        shown = "".join("*" if place in hidden else _printable(data[place]) for place in places)
        yield Line(f"{base + start:6}  {base + start:04x}  {left:23}  {right:23}  {shown}")


def _printable(byte: int) -> str:
    return chr(byte) if 0x20 <= byte < 0x7F else "."
