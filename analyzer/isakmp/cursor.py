"""The one place that cuts bytes: a bounded reader, asked for fields by name.

There are two cursors with one interface. This one is plain and fast: names are ignored. The recording one
(`recorder.Recorder`) notes name, offset, length, value, meaning and reference of everything that is read, so that one
description of a payload serves both the decoder and the dissection tree.
"""

import re
import struct
from collections.abc import Callable, Sized
from typing import Any, ClassVar, Self, TypeAlias

from analyzer.defects import Defect
from analyzer.isakmp.field_names import label
from analyzer.isakmp.memory import NOTHING, Memory

Inside: TypeAlias = Callable[..., None] | None  # reads the fields of some bytes, for the recording cursor

build = tuple.__new__  # makes a named tuple in half the time of its own constructor; for what every message has
LIST_LIMIT = 1000  # items of one kind in a row; far above any real payload, and it keeps hostile ones cheap
CAPTURE_TRUNCATED = "capture-truncated"
DEFECT_LIMIT = 100  # per message: hostile bytes must not turn into megabytes of complaints


# Defects that a message cut off by the capture has without its sender's fault, where the bytes captured end
CUT_OFF = frozenset(
    (
        "wire-attribute-short",
        "wire-chain-broken",
        "wire-field-overlong",
        "wire-field-short",
        "wire-ke-length",
        "wire-packet-count",
        "wire-payload-overlong",
        "wire-payload-short",
        "wire-selector-count",
        "wire-spi-count",
        "wire-transform-count",
    )
)


class ShortError(Exception):
    """A fixed run of fields does not fit into the bytes left. Never leaves this layer.

    `needed`: how many bytes of the cursor the run would have ended at.
    """

    def __init__(self, needed: int) -> None:
        super().__init__(needed)
        self.needed = needed


class Layout:
    """A fixed run of fields in wire order: the struct format and one name per field.

    A name may carry the registry table of its values after "=": `notify_type=ikev2-notify`. Two marks are not tables:
    "=hex" shows the number in hexadecimal, "=&table" takes it apart into the single bits of `table`.
    """

    __slots__ = ("fields", "form", "iter_unpack", "places", "size", "unpack_from")

    def __init__(self, form: str, *names: str) -> None:
        compiled = struct.Struct(form)
        self.form = form
        self.size = compiled.size
        self.unpack_from = compiled.unpack_from
        self.iter_unpack = compiled.iter_unpack  # of runs one behind the other
        self.fields = tuple((name.partition("=")[0], name.partition("=")[2]) for name in names)
        self.places: tuple[tuple[int, int], ...] = ()  # only the recording cursor asks for them

    def _tokens(self) -> list[str]:
        return re.findall(r"\d*[a-zA-Z]", self.form)

    def spans(self) -> tuple[tuple[int, int], ...]:
        """Place and size of each field within the run."""
        if not self.places:
            sizes = [struct.calcsize(">" + token) for token in self._tokens()]
            self.places = tuple((sum(sizes[:index]), size) for index, size in enumerate(sizes))
        return self.places

    def whole(self, data: bytes, start: int, stop: int) -> tuple[Any, ...]:
        """The fields of a run cut short at `stop`: as many as are whole."""
        count = sum(start + place + size <= stop for place, size in self.spans())
        return struct.unpack_from(">" + "".join(self._tokens()[:count]), data, start)


class Cursor:
    """Reads `data` from `start` to `stop` and never outside; `position` is of the next byte.

    `base` is the offset of data[0] in the ISAKMP message. `major_version` and `next_payload` (of the generic header
    before the bytes) are what a payload's decoder may ask about its surroundings. The recording cursor reads the fields
    of bytes taken by calling the `_inside` given along with them: `inside(cursor, *arguments)`. `memory`: where what
    repeats is found and kept.
    """

    __slots__ = ("base", "data", "defects", "major_version", "memory", "next_payload", "position", "start", "stop")
    recording: ClassVar[bool] = False
    next_payload: int  # set by the walk of a payload chain, before each body

    def __init__(
        self, data: bytes, base: int, defects: list[Defect], major_version: int = 0, memory: Memory = NOTHING
    ) -> None:
        self.memory = memory
        self.data = data
        self.base = base
        self.defects = defects
        self.major_version = major_version
        self.start = self.position = 0
        self.stop = len(data)

    def fields(self, layout: Layout) -> tuple[Any, ...]:
        """The fields of `layout`, all or none: ShortError if they do not fit."""
        position = self.position
        end = position + layout.size
        if end > self.stop:
            raise ShortError(end - self.start)
        self.position = end
        return layout.unpack_from(self.data, position)

    def take(self, size: int, name: str, _inside: Inside = None, *_arguments: Any) -> bytes:
        """`size` bytes, or as many as there are and a defect."""
        position = self.position
        end = position + size
        if end > self.stop:
            field = label(name)
            expected, found = f"{size} bytes of {field}", f"{self.stop - position} bytes left"
            self.defect("wire-field-overlong", expected, found, f"{field} is cut short")
            end = self.stop
        self.position = end
        return self.data[position:end]

    def rest(self, _name: str, _inside: Inside = None, *_arguments: Any) -> bytes:
        """All bytes up to the end; may be none."""
        position = self.position
        end = self.position = self.stop
        return self.data[position:end]

    def sub(self, size: int) -> Self:
        """A cursor over the next `size` bytes, or as many as there are; this one moves behind them."""
        inner = self._same()
        inner.start = inner.position = self.position
        inner.stop = self.position = min(self.position + size, self.stop)
        return inner

    def _same(self) -> Self:
        return type(self)(self.data, self.base, self.defects, self.major_version, self.memory)

    @property
    def body(self) -> bytes:
        """All bytes of this cursor, read or not."""
        return self.data[self.start : self.stop]

    @property
    def size(self) -> int:
        """How many bytes this cursor has, read or not."""
        return self.stop - self.start

    @property
    def remaining(self) -> int:
        """How many bytes are not read yet."""
        return self.stop - self.position

    def defect(self, kind: str, expected: str, found: str, effect: str, position: int | None = None) -> None:
        """Note damage at `position` (default: of the next byte)."""
        defects = self.defects
        if len(defects) < DEFECT_LIMIT:
            at = self.base + (self.position if position is None else position)
            if kind in CUT_OFF and self.stop == len(self.data) and any(d.kind == CAPTURE_TRUNCATED for d in defects):
                kind = CAPTURE_TRUNCATED
            if len(defects) == DEFECT_LIMIT - 1:
                kind, expected, found = "limit-defects", f"at most {DEFECT_LIMIT} defects", "more"
                effect = "further defects are not listed"
            defects.append(Defect(kind, at, expected, found, effect))

    def peek(self) -> int:
        """The next byte, not read yet; 0 behind the end."""
        return self.data[self.position] if self.position < self.stop else 0

    def more(self, items: Sized, least: int = 1) -> bool:
        """Whether there is another item after `items`: `least` bytes, and the list is not at its limit."""
        if self.remaining < least:
            return False
        if len(items) < LIST_LIMIT:
            return True
        self.defect("limit-items", f"at most {LIST_LIMIT} items of a kind", "more", "the rest is not decoded")
        self.rest("undecoded_bytes")
        return False

    def finish(self, what: str) -> None:
        """Call when everything known of this cursor's bytes is read: bytes left over are a defect."""
        if self.position < self.stop:
            self.defect("wire-stray-bytes", f"end of {what}", f"{self.remaining} more bytes", "the bytes are ignored")
            self.rest("stray_bytes")

    def formed(self, _form: str) -> bool:
        """Note the form (content.py) that the bytes being read are of; True: they are not to be read any further."""
        return False

    def begin(self, name: str) -> None:
        """Start a group of fields in the tree."""

    def end(self, table: str = "", value: int = 0) -> None:
        """End the group begun last; `value` in `table` tells what it is."""

    def explain(self, name: str, table: str) -> None:
        """Say in which registry the field `name`, read before, has its meaning, where that depends on other fields."""

    def mean(self, name: str, meaning: str) -> None:
        """Say what the field `name`, read before, means, in words no registry has."""

    def fact(self, name: str, value: str) -> None:
        """Note something that all of the bytes being read say, without a place of its own."""

    def hide(self, meaning: str, name: str = "") -> None:
        """Do not show the bytes being read, or the field `name` read before: a secret; say what they are instead."""

    def describe(self, meaning: str, reference: str = "", number: int | None = None) -> None:
        """Say what the group or the bytes being read mean, in words no registry has, and which number they are."""
