"""The recording cursor: reads like the plain one and notes every field in a tree, as `tshark -V` shows it."""

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, ClassVar, Self

from analyzer.defects import Defect
from analyzer.isakmp import registry
from analyzer.isakmp.cursor import Cursor, Inside, Layout, ShortError
from analyzer.isakmp.field_names import label

SHOWN_BYTES = 64  # of a longer field; its place says where the rest is
NODE_LIMIT = 5000  # of a tree; the largest real messages have less than a thousand

_MOST_SAID = 4096  # numbers whose meaning is kept


class FullError(Exception):
    """The tree has as many nodes as it may have. Never leaves this layer."""


@dataclass(slots=True)
class Node:
    """A field or a group of fields: `length` bytes from `offset` of the ISAKMP message on.

    `value` is what the bytes say (numbers in decimal or hexadecimal, bytes in hex), `meaning` what that stands for,
    `reference` the document that gives the number its meaning; these are for people. Code asks `number`, what the field
    is or the group is of as a number, and `table`, the registry that names it. `secret`: its bytes are not to be shown.
    """

    name: str
    offset: int
    length: int
    value: str = ""
    meaning: str = ""
    reference: str = ""
    children: list["Node"] = field(default_factory=list)
    defects: list[Defect] = field(default_factory=list)
    secret: bool = False
    number: int | None = None
    table: str = ""

    def walk(self) -> list["Node"]:
        """The node and all below it, parents before children."""
        found, waiting = [], [self]
        while waiting:
            node = waiting.pop()
            found.append(node)
            if node.children:
                waiting += node.children[::-1]
        return found

    def field(self, name: str) -> "Node | None":
        """The first child of this name."""
        for child in self.children:
            if child.name == name:
                return child
        return None

    def conceal(self, meaning: str) -> None:
        """Leave out what its bytes say, in words and as a number; `meaning` stands in its place."""
        self.value, self.meaning, self.reference, self.number, self.secret = "", meaning, "", None, True


class Recorder(Cursor):
    """A cursor that writes what is read below `node`."""

    __slots__ = ("node", "nodes", "open", "seen")
    recording: ClassVar[bool] = True

    def __init__(
        self,
        data: bytes,
        base: int,
        defects: list[Defect],
        major_version: int,
        node: Node,
        nodes: list[Node] | None = None,
    ) -> None:
        super().__init__(data, base, defects, major_version)
        self.node = node
        self.nodes: list[Node] = [] if nodes is None else nodes  # all of the tree, one list for all its cursors
        self.open: list[Node] = []
        self.seen: dict[str, tuple[Node, int]] = {}

    def _add(self, node: Node) -> None:
        """Put a node into the tree, as long as there is room."""
        if len(self.nodes) >= NODE_LIMIT:
            raise FullError
        self.nodes.append(node)
        self.node.children.append(node)

    def fields(self, layout: Layout) -> tuple[Any, ...]:
        """Read a run of fields and note each; of a run that is cut short those that are whole."""
        position = self.position
        try:
            values = super().fields(layout)
        except ShortError:
            self._note_fields(position, layout, layout.whole(self.data, position, self.stop))
            raise
        self._note_fields(position, layout, values)
        return values

    def _note_fields(self, position: int, layout: Layout, values: tuple[Any, ...]) -> None:
        start, add, seen = self.base + position, self._add, self.seen
        for (name, table), (place, size), value in zip(layout.fields, layout.spans(), values, strict=False):
            if not isinstance(value, int):
                add(Node(name, start + place, size, shown(value)))
                continue
            node = Node(name, start + place, size)
            node.number = value
            add(node)
            seen[name] = (node, value)
            if not table:
                node.value = str(value)
            elif table[0] == "&":  # has children of its own
                node.value = shown(value, table, size)
                _explain(node, table, value)
            else:
                node.value, node.meaning, node.reference, node.table = _said(table, value, size)

    def take(self, size: int, name: str, _inside: Inside = None, *_arguments: Any) -> bytes:
        """Read bytes and note them, with their own fields below them."""
        position = self.position
        taken = super().take(size, name)
        self._note(position, name, taken, _inside, _arguments)
        return taken

    def rest(self, _name: str, _inside: Inside = None, *_arguments: Any) -> bytes:
        """Read what is left and note it, if it is anything."""
        position = self.position
        taken = super().rest(_name)
        if taken:
            self._note(position, _name, taken, _inside, _arguments)
        return taken

    def _note(self, position: int, name: str, taken: bytes, inside: Inside, arguments: tuple[Any, ...]) -> None:
        node = Node(name, self.base + position, len(taken), shown(taken))
        self._add(node)
        if inside is None or not taken:
            return
        inner = Recorder(self.data, self.base, self.defects, self.major_version, node, self.nodes)
        inner.start = inner.position = position
        inner.stop = position + len(taken)
        try:
            inside(inner, *arguments)
        except ShortError as short:
            expected, left = f"at least {short.needed} bytes of {label(name)}", f"{inner.size} bytes"
            inner.defect("wire-field-short", expected, left, "the rest of it is not decoded")
        while inner.open:
            inner.end()
        if inner.position > inner.start:
            inner.rest("undecoded_bytes")

    def _same(self) -> Self:
        return type(self)(self.data, self.base, self.defects, self.major_version, self.node, self.nodes)

    def begin(self, name: str) -> None:
        """Start a group of fields."""
        node = Node(name, self.base + self.position, 0)
        self._add(node)
        self.open.append(self.node)
        self.node = node

    def end(self, table: str = "", value: int = 0) -> None:
        """End the group begun last; `value` in `table` ("number": a mere number) says what it is, unless known."""
        node = self.node
        node.length = self.base + self.position - node.offset
        if table:
            meaning, source = node.meaning, node.reference
            node.value, node.number = str(value), value
            _explain(node, table, value)
            node.meaning, node.reference = meaning or node.meaning, source or node.reference
        self.node = self.open.pop()

    def explain(self, name: str, table: str) -> None:
        """Give a field read before the meaning that its number has in `table`."""
        node, value = self.seen[name]
        _explain(node, table, value)

    def mean(self, name: str, meaning: str) -> None:
        """Give a field read before a meaning of its own."""
        node = self.seen[name][0]
        node.meaning, node.reference = meaning, ""

    def fact(self, name: str, value: str) -> None:
        """Add a node that spans all of this cursor's bytes."""
        self._add(Node(name, self.base + self.start, self.size, value))

    def hide(self, meaning: str, name: str = "") -> None:
        """Leave the value of the bytes being read, or of the field `name` read before, out of the tree."""
        (self.seen[name][0] if name else self.node).conceal(meaning)

    def describe(self, meaning: str, reference: str = "", number: int | None = None) -> None:
        """Say what the group or the bytes being read mean."""
        self.node.meaning = meaning
        if reference:
            self.node.reference = reference
        if number is not None:
            self.node.number = number

    def defect(self, kind: str, expected: str, found: str, effect: str, position: int | None = None) -> None:
        """Note damage in the list and at the field it is about."""
        before = len(self.defects)
        super().defect(kind, expected, found, effect, position)
        for defect in self.defects[before:]:
            at = [n for n in self.node.children if n.offset <= defect.offset < n.offset + n.length]
            (at[-1] if at else self.node).defects.append(defect)


def cut_off(root: Node) -> None:
    """Close the groups of a tree that was full, and say what it does not show."""
    end = _close(root)
    left = root.offset + root.length - end
    rest = Node("not_shown", end, left)
    effect = "the rest is not shown; the tables have what it says"
    rest.defects.append(Defect("limit-nodes", end, f"at most {NODE_LIMIT} fields in a tree", "more", effect))
    root.children.append(rest)


def _close(node: Node) -> int:
    """Where what a tree shows ends; a group that was still open spans what is in it."""
    ends = [_close(child) for child in node.children]
    if not node.length and ends:
        node.length = max(ends) - node.offset
    return max(ends) if ends else node.offset + node.length


def shown(value: int | bytes, table: str = "", size: int = 0) -> str:
    """The value of a field as it stands in the tree."""
    if isinstance(value, bytes):
        return value.hex() if len(value) <= SHOWN_BYTES else value[:SHOWN_BYTES].hex() + "..."
    if table == "hex" or table.startswith("&"):
        return f"0x{value:0{2 * size}x}"
    return str(value)


@lru_cache(maxsize=_MOST_SAID)
def _said(table: str, value: int, size: int) -> tuple[str, str, str, str]:
    """Value, meaning, reference and registry of a number that is not taken apart."""
    node = Node("", 0, size)
    _explain(node, table, value)
    return shown(value, table, size), node.meaning, node.reference, node.table


def _explain(node: Node, table: str, value: int) -> None:
    """Set registry, meaning and reference of a number; knows the marks of `Layout` that are not tables."""
    if table in ("", "hex", "number"):
        return
    if table.startswith("&"):
        node.children.extend(_bits(node, table[1:], value))
        node.meaning = ", ".join(bit.name for bit in node.children if bit.value == "1") or "none"
        return
    if table == "version":
        node.meaning = f"{value >> 4}.{value & 15}"
        return
    node.table = table
    if table == "ikev2-notify":
        row, node.meaning = registry.notify_entry(value), registry.notify_name(2, value)
    else:
        row, node.meaning = registry.entry(table, value), registry.name(table, value)
    if row is not None:
        node.reference = row.reference


def _bits(node: Node, table: str, value: int) -> list[Node]:
    return [
        Node(row.name, node.offset, node.length, "1", row.status, row.reference)
        if value & row.value
        else Node(row.name, node.offset, node.length, "0", row.clear, row.reference)
        for row in registry.entries(table)
    ]
