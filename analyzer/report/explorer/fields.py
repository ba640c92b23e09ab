"""Field trees as a compact table: each different field once, whatever frames it is in.

A field's place counts from the one around it, and what its bytes say is not kept where it follows from them, so that
messages of one kind share most of their fields: the header of a KE payload is the same field in all of them. Measured
over the 1,652 frames of the fixtures, packed: 456 bytes a frame, where the rows of all trees as the terminal prints
them take 730, and fields that are shared but keep their values 764. The bytes take 383 more.
"""

from collections.abc import Collection
from typing import Any, Final

from analyzer.defects import Defect
from analyzer.isakmp import Node
from analyzer.isakmp.field_names import label
from analyzer.isakmp.recorder import SHOWN_BYTES
from analyzer.report.tree import said
from analyzer.report.words import clip
from analyzer.tables.text import visible

# What stands for a value that follows from the field's bytes
HEX: Final = -1
DECIMAL: Final = -2
HEX_NUMBER: Final = -3

_MOST_TEXT: Final = 1000  # characters of a value or a meaning
_LARGEST_NUMBER: Final = 8  # bytes
_SHORT: Final = 4  # bytes of a field that is likely to come again as it is: a nonce or an SPI is not
_PACKED: Final = 12  # bytes of a field in a page


class Strings:
    """Each different text once; the first is the empty one."""

    def __init__(self) -> None:
        self._places: dict[str, int] = {"": 0}
        self.size = 0  # characters

    def add(self, text: str) -> int:
        """The place of a text in `listed`; control characters become visible, what is very long is cut."""
        place = self._places.get(text)
        if place is None:
            place = self._places[text] = len(self._places)
            self.size += min(len(text), _MOST_TEXT)
        return place

    def take(self, other: "Strings") -> list[int]:
        """Add all texts of another one; the place of each."""
        return [self.add(text) for text in other._places]

    def listed(self) -> list[str]:
        """All texts."""
        return [visible(clip(text, _MOST_TEXT)) for text in self._places]


class Fields:
    """The table, as columns. `kids` are pairs: how far behind the beginning of a field another begins, and which.

    seen: how many fields were added, equal ones each time.
    """

    def __init__(self, strings: Strings) -> None:
        self._strings = strings
        self._places: dict[tuple[Any, ...], int] = {}
        self._leaves: dict[tuple[Any, ...], int] = {}  # short fields without others inside, by what they are made of
        self.seen = 0

    @property
    def size(self) -> int:
        """About what the table takes in a page, in bytes."""
        return len(self._places) * _PACKED

    def add(self, root: Node, data: bytes, place: int = 0) -> int:
        """The number of a tree's root. data: its bytes from offset 0 on, those hidden zero.

        place: of data[0] in what the page shows, by which defects say where they are.
        """
        word, places, leaves = self._strings.add, self._places, self._leaves
        numbers: dict[int, int] = {}
        nodes = root.walk()
        self.seen += len(nodes)
        for node in reversed(nodes):  # a field comes after those inside it
            offset, length, value, meaning = node.offset, node.length, node.value, node.meaning
            own, leaf = data[offset : offset + length], None
            if length <= _SHORT and not (node.children or node.defects):
                leaf = (length, node.name, value, meaning, node.reference, node.secret, own)
                known = leaves.get(leaf)
                if known is not None:
                    numbers[id(node)] = known
                    continue
            key = (
                length,
                word(label(node.name)),
                (_follows(value, own) or word(value)) if value else 0,
                word(said(node)) if meaning and meaning != value else 0,
                word(node.reference) if node.reference else 0,
                int(node.secret),
                tuple([word(_placed(defect, place)) for defect in node.defects]) if node.defects else (),
                tuple([part for kid in node.children for part in (kid.offset - offset, numbers[id(kid)])]),
            )
            number = numbers[id(node)] = places.setdefault(key, len(places))
            if leaf is not None:
                leaves[leaf] = number
        return numbers[id(root)]

    def take(self, other: "Fields", words: list[int]) -> list[int]:
        """Add all fields of another table; the number of each. words: the places of its texts here."""
        self.seen += other.seen
        numbers: list[int] = []
        for length, name, value, meaning, reference, secret, defects, kids in other._places:
            key = (
                length,
                words[name],
                value if value < 0 else words[value],
                words[meaning],
                words[reference],
                secret,
                tuple([words[defect] for defect in defects]),
                tuple([numbers[part] if place % 2 else part for place, part in enumerate(kids)]),
            )
            numbers.append(self._places.setdefault(key, len(self._places)))
        return numbers

    def columns(self) -> dict[str, list[Any]]:
        """The table as JSON can say it."""
        names = "length", "name", "value", "meaning", "reference", "secret", "defects", "kids"
        columns = zip(*self._places, strict=True) if self._places else ((),) * len(names)
        return {name: list(column) for name, column in zip(names, columns, strict=True)}


def _follows(value: str, own: bytes) -> int:
    """How a value follows from the bytes of its field; 0 if it does not."""
    if not value or not own:
        return 0
    size = len(own)
    if value == (own.hex() if size <= SHOWN_BYTES else own[:SHOWN_BYTES].hex() + "..."):
        return HEX
    if size <= _LARGEST_NUMBER:
        if value == str(int.from_bytes(own)):
            return DECIMAL
        if value == f"0x{own.hex()}":
            return HEX_NUMBER
    return 0


def _placed(defect: Defect, shift: int) -> str:
    return str(defect._replace(offset=defect.offset + shift))


def hidden_runs(hidden: Collection[int]) -> list[int]:
    """Places that are not shown, as beginnings and lengths."""
    found: list[int] = []
    for place in sorted(hidden):
        if found and place == found[-2] + found[-1]:
            found[-1] += 1
        else:
            found += [place, 1]
    return found
