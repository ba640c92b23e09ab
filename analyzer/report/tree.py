"""One frame as text: the field trees of its messages, defects in place, and a hex pane. What `show --frame` prints.

Places are byte offsets in the captured frame, as other tools count them. Bytes that stand nowhere in it, because
they were put together from several frames or decrypted, are counted from their own beginning, and the heading says so.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from analyzer.defects import Defect
from analyzer.isakmp import Node
from analyzer.isakmp.credentials import may_hold, places
from analyzer.isakmp.field_names import label
from analyzer.report.story import Line
from analyzer.report.words import clip
from analyzer.tables.text import visible

if TYPE_CHECKING:
    from analyzer.capture import Frame
    from analyzer.dissect import Dissection

_MOST_VALUE: Final = 160
_PRINTABLE: Final = bytes(byte if 0x20 <= byte < 0x7F else 0x2E for byte in range(256))
_WITHIN: Final = {"decrypted": "the decrypted content"}
_EAP: Final = ("code", "type")
_SUMMARY: Final = frozenset(  # fields that say what a payload is about
    ("notify_type", "vendor_id", "identification_data", "key_exchange_method", "auth_method", "cfg_type", *_EAP)
)
_THE_SAME: Final = {"capture-cut-datagram": "capture-truncated"}  # of the frame: of the message in it
_REASSEMBLED: Final = "the message put together from several frames"


class Row(NamedTuple):
    """One field or group of fields of a tree, as pages and the terminal show it.

    `offset` counts as the heading of the tree says; `name` is the field's label; `value` is what the bytes say,
    `meaning` what that stands for, nothing where it says no more.
    """

    depth: int
    offset: int
    length: int
    name: str
    value: str
    meaning: str
    reference: str
    defects: tuple[Defect, ...]


def tree_rows(tree: "Dissection") -> Iterator[Row]:
    """All fields of a tree in wire order, parents before children: what a page or a terminal shows of a message."""
    base, waiting = tree.offset or 0, [(0, tree.root)]
    while waiting:
        depth, node = waiting.pop()
        placed = tuple([d._replace(offset=base + d.offset) for d in node.defects]) if node.defects else ()
        meaning = said(node) if node.meaning != node.value else ""
        yield Row(depth, base + node.offset, node.length, label(node.name), node.value, meaning, node.reference, placed)
        if node.children:
            waiting += [(depth + 1, child) for child in reversed(node.children)]


def said(node: Node) -> str:
    """What a node means; of a payload or an attribute too what it says, so that a reader need not look into it."""
    if node.name == "attribute" and node.children:
        value = node.children[-1]
        if value.name == "attribute_value":
            return f"{node.meaning}: {value.meaning or value.value}"
    if node.name == "payload":
        parts = [child.meaning for child in node.children if child.name in _SUMMARY and child.meaning]
        parts += [inner.value for child in node.children for inner in child.children if inner.name == "subject"]
        return f"{node.meaning}: {', '.join(parts)}" if parts else node.meaning
    return node.meaning


def frame_lines(
    trees: Iterable["Dissection"], defects: Iterable[Mapping[str, Any]], *, with_hex: bool
) -> Iterator[Line]:
    """All of a frame: rows of the table `defects` that no tree has, then each message as a tree and in hex."""
    trees = list(trees)
    shown = {d.kind for tree in trees for node in tree.root.walk() for d in node.defects}
    for row in defects:
        if row["kind"].startswith("capture-") and shown.isdisjoint((row["kind"], _THE_SAME.get(row["kind"]))):
            defect = Defect(*(row[name] for name in ("kind", "offset", "expected", "found", "effect")))
            yield Line(visible(f"! {defect}"), "bad")
    for tree in trees:
        yield Line("")
        yield from tree_lines(tree)
        if with_hex:
            yield Line("")
            yield Line(f"{len(tree.data)} bytes, {place(tree)}", "dim")
            yield from hex_lines(tree.data, tree.offset or 0, places((tree.root,)))


def tree_lines(tree: "Dissection") -> Iterator[Line]:
    """The tree, one field a line: byte offset, length, name, value, meaning and its reference; defects."""
    yield Line(visible(tree.title), "title")
    where = "" if tree.offset is not None else f"  (offsets within {_within(tree)})"
    yield Line(f"offset length  field{where}", "dim")
    for row in tree_rows(tree):
        indent = "  " * row.depth
        text = visible(f"{row.offset:6} {row.length:6}  {indent}{row_text(*row[3:7])}")
        yield Line(text, "" if row.depth or not tree.root.children else "title")
        for defect in row.defects:
            yield Line(visible(f"{'':15}{indent}! {defect}"), "bad")
    if not tree.data and not tree.root.children and not tree.root.value:
        yield Line("               nothing is in it: no payloads", "dim")


def row_text(name: str, value: str, meaning: str, reference: str) -> str:
    """What a line says of a field, given what its Row says."""
    text = f"{name}: {clip(value, _MOST_VALUE)}" if value else name
    if meaning:
        text = f"{text}{' =' if value else ':'} {clip(meaning, _MOST_VALUE)}"
    return f"{text}  [{reference}]" if reference else text


def _within(tree: "Dissection") -> str:
    return _WITHIN.get(tree.root.name, _REASSEMBLED)


def place(tree: "Dissection") -> str:
    """Where the offsets of its bytes count from."""
    return f"offsets within {_within(tree)}" if tree.offset is None else f"from byte {tree.offset} of the frame on"


def hex_lines(data: bytes, base: int = 0, hidden: frozenset[int] = frozenset()) -> Iterator[Line]:
    """Offset in decimal, as in the tree, and in hexadecimal; sixteen bytes; and what of them is printable ASCII.

    `hidden` are places in `data` whose bytes are credentials and not shown.
    """
    for start in range(0, len(data), 16):
        row = data[start : start + 16]
        pairs, shown = row.hex(" "), row.translate(_PRINTABLE).decode("ascii", "replace")
        if hidden and not hidden.isdisjoint(range(start, start + len(row))):
            secret = [start + place in hidden for place in range(len(row))]
            pairs = " ".join("**" if is_secret else pair for pair, is_secret in zip(pairs.split(), secret, strict=True))
            shown = "".join("*" if is_secret else sign for sign, is_secret in zip(shown, secret, strict=True))
        yield Line(f"{base + start:6}  {base + start:04x}  {pairs[:23]:23}  {pairs[24:]:23}  {shown}")


def frame_bytes(frame: "Frame") -> Iterator[Line]:
    """The bytes of a frame in which no message ends. Pieces of messages that may be in clear are hidden."""
    hidden = [p for p in frame.pieces if not p.starts_message or may_hold(frame.data[p.start : p.end])]
    yield from hex_lines(frame.data, 0, frozenset(place for p in hidden for place in range(p.start, p.end)))
    for p in hidden:
        why = "whose message may" if p.starts_message else "without the beginning of its message, which may"
        yield Line(f"{p.end - p.start} bytes are hidden: {p.what}, {why} hold a credential in clear.", "warn")
