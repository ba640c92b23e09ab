"""Rows of table `messages` as columns: of many regular messages at once, what their headers say, and their places.

`messages.py` makes the row of one message and is the oracle of the tests.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from operator import itemgetter
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from analyzer.capture.batch import gather
from analyzer.capture.columns import Datagrams
from analyzer.capture.lanes import Numbers
from analyzer.defects import Defect
from analyzer.isakmp import Memory, Payload, registry
from analyzer.isakmp.batch import Heads
from analyzer.isakmp.chain import GENERIC_HEADER, SK
from analyzer.isakmp.header import FLAG_INITIATOR, FLAG_RESPONSE, SIZE
from analyzer.isakmp.payloads.ikev2.encrypted import Encrypted
from analyzer.negotiation.follow.placed import Placed
from analyzer.tables.messages import Row
from analyzer.tables.schema import SCHEMA
from analyzer.tables.storage import AnyColumn, Coded
from analyzer.tables.store import Table
from analyzer.tables.summaries import summary

_PORTS: Final = 4  # bytes of the two, behind an address pair

Chosen = tuple[list[Any], Numbers]  # distinct values, and which of them each message has


class Placement(NamedTuple):
    """Where the regular messages of a block belong.

    numbers, senders: of each message its negotiation, and whether that one's initiator sent it. apart: places of those
    that were read one by one, with what is placed and their defects; by_hand: those whose rows are made one by one.
    What is in neither is sealed, whole and without fault, and was not seen before.
    """

    numbers: list[int | None]
    senders: list[bool | None]
    apart: list[int]
    placed: list[Placed]
    defects: list[tuple[Defect, ...]]
    by_hand: list[int]


class _Regular:
    """Regular messages, as columns are made of them."""

    def __init__(self, datagrams: Datagrams, heads: Heads, capture: str) -> None:
        self.fields, self.types, self.encrypted = heads.fields, heads.types, heads.encrypted
        self.marked = datagrams.marked[heads.places]
        self.frame, self.time = datagrams.frame[heads.places], datagrams.time[heads.places]
        self.capture = capture
        self._data, self._texts = datagrams.data, datagrams.addresses
        self._key, self._width = datagrams.rows.key[heads.places], datagrams.rows.width[heads.places]

    @cached_property
    def version(self) -> npt.NDArray[np.uint8]:
        """Major versions."""
        return (self.fields["version"] >> 4).astype(np.uint8)

    @cached_property
    def _ends(self) -> list[tuple[Numbers, npt.NDArray[np.uint8]]]:
        """Of each IP version: which messages it carries, and their address pairs and ports, a row each."""
        by_width = [(width, np.flatnonzero(self._width == width)) for width in np.unique(self._width).tolist()]
        return [(mine, gather(self._data, self._key[mine], width)) for width, mine in by_width]

    def port(self, place: int) -> Numbers:
        """The port of the source (-4, where it is from the row's end) or the destination (-2)."""
        ports = np.empty(len(self._key), np.int64)
        for mine, rows in self._ends:
            ports[mine] = rows[:, place].astype(np.int64) << 8 | rows[:, place + 1]
        return ports

    def address(self, place: int) -> Chosen:
        """The address of the source (0) or the destination (1)."""
        texts: list[str] = []
        which = np.empty(len(self._key), np.int64)
        for mine, rows in self._ends:
            size = (rows.shape[1] - _PORTS) // 2
            found, places = _distinct(np.ascontiguousarray(rows[:, place * size : (place + 1) * size]))
            which[mine] = places + len(texts)
            texts += map(self._texts.text, found)
        return texts, which

    def spi(self, name: str) -> Chosen:
        """An SPI as text."""
        found, which = np.unique(self.fields[name].astype(np.uint64), return_inverse=True)
        digits = found.astype(">u8").tobytes().hex()
        return [digits[at : at + 16] for at in range(0, len(digits), 16)], which

    def by_version(self, name: str, value: Callable[[int, int], Any]) -> Chosen:
        """What a major version and a byte of the header give together."""
        found, which = np.unique(self.version.astype(np.intp) << 8 | self.fields[name], return_inverse=True)
        return [value(*divmod(number, 256)) for number in found.tolist()], which

    def payload_types(self) -> Chosen:
        """Types of the payloads in wire order."""
        rows, which = _distinct(self.types)
        return [tuple(row.rstrip(b"\0")) for row in rows], which


def _distinct(rows: npt.NDArray[np.uint8]) -> tuple[list[bytes], Numbers]:
    """Distinct rows of bytes, 4 or a multiple of 8 each, and which of them each row is."""
    words = rows.view(f"u{min(8, rows.shape[1])}")
    _, first, which = np.unique(words[:, 0], return_index=True, return_inverse=True)
    for word in words.T[1:]:
        if word.any():
            found, more = np.unique(word, return_inverse=True)
            _, first, which = np.unique(which * len(found) + more, return_index=True, return_inverse=True)
    return rows[first].view(f"V{rows.shape[1]}").ravel().tolist(), which


def _flag(bit: int) -> Callable[[int, int], bool | None]:
    return lambda version, flags: flags & bit != 0 if version == 2 else None


_NUMBERS: Final[Mapping[str, Callable[[_Regular], npt.NDArray[Any]]]] = {
    "frame_number": lambda r: r.frame,
    "time": lambda r: r.time,
    "src_port": lambda r: r.port(-4),
    "dst_port": lambda r: r.port(-2),
    "major_version": lambda r: r.version,
    "minor_version": lambda r: r.fields["version"] & 15,
    "exchange_type": lambda r: r.fields["exchange_type"],
    "flags": lambda r: r.fields["flags"],
    "message_id": lambda r: r.fields["message_id"],
    "length": lambda r: r.fields["length"],
    "next_payload": lambda r: r.fields["next_payload"],
}
_VALUES: Final[Mapping[str, Callable[[_Regular], Chosen]]] = {
    "capture": lambda r: ([r.capture], np.zeros(len(r.frame), np.int64)),
    "src_ip": lambda r: r.address(0),
    "dst_ip": lambda r: r.address(1),
    "transport": lambda r: (["udp", "udp-4500"], r.marked.astype(np.int64)),
    "initiator_spi": lambda r: r.spi("initiator_spi"),
    "responder_spi": lambda r: r.spi("responder_spi"),
    "exchange": lambda r: r.by_version("exchange_type", registry.exchange_name),
    "is_initiator": lambda r: r.by_version("flags", _flag(FLAG_INITIATOR)),
    "is_response": lambda r: r.by_version("flags", _flag(FLAG_RESPONSE)),
    "payload_types": lambda r: r.payload_types(),
    "encrypted": lambda r: ([False, True], r.encrypted.astype(np.int64)),
    "retransmission_of_capture": lambda r: ([None], np.zeros(len(r.frame), np.int64)),
}


_PLACED: Final[Mapping[str, tuple[Any, Callable[[Placed], Any]]]] = {
    "decrypted": (False, lambda p: p.decrypted),
    "decrypted_payload_types": (
        None,
        lambda p: None if p.inside is None else tuple([i.type for i in p.inside.payloads]),
    ),
    "fragment_number": (None, lambda p: None if p.fragment is None else p.fragment[0]),
    "fragment_total": (None, lambda p: None if p.fragment is None else p.fragment[1]),
    "retransmission_of": (None, lambda p: None if p.duplicate else p.retransmission_of),
    "duplicate": (False, lambda p: p.duplicate),
    "decrypted_by": (None, lambda _: None),  # what is decrypted is read one by one
}
"""Cells that placing gives: of a message that was only noted, and of one that was read by itself."""


def add_columns(
    table: Table,
    datagrams: Datagrams,
    heads: Heads,
    others: Iterable[tuple[float, Row]],
    capture: str,
    placement: Placement | None = None,
) -> None:
    """Append the rows of regular messages to `messages`, and among them those of others.

    placement: None where the table keeps no column that needs placing. others: each with its place among the datagrams,
    or between two; also regular ones that are made by hand.
    """
    others = sorted(others, key=itemgetter(0))
    kept = np.delete(np.arange(len(heads.places)), placement.by_hand if placement is not None else [])
    if not len(kept):
        table.extend(row for _, row in others)
        return
    heads = heads.at(kept)
    regular = _Regular(datagrams, heads, capture)
    order = None
    if others:
        order = np.argsort(np.concatenate((heads.places, [place for place, _ in others])), kind="stable")
    names = SCHEMA["messages"].names
    for name, column in table.columns():
        if name in _NUMBERS or name in _VALUES:
            cells = _cells(regular, name, column)
        elif placement is not None:
            cells = _placed_cells(placement, name, column)[kept]
        if order is not None:
            place = names.index(name)
            more = np.frombuffer(column.packed([row[place] for _, row in others]), cells.dtype)
            cells = np.concatenate((cells, more))[order]
        column.cells.frombytes(cells.tobytes())


def add_sealed(table: Table, frames: Iterable[int], lengths: Iterable[int], capture: str, memory: Memory) -> None:
    """Append to `payloads` the rows of sealed messages without fault.

    lengths: of their SK payloads; 0: there is none.
    """
    recall = memory.recall
    messages = zip(frames, lengths, strict=True)
    table.extend([(frame, *recall(_sealed_row, length), capture) for frame, length in messages if length])


def _sealed_row(length: int) -> Row:
    """What a row of `payloads` says of an SK payload alone in its message, between frame and capture."""
    body = Encrypted(0, bytes(length - GENERIC_HEADER[2].size))
    payload = Payload(SK, False, length, SIZE, body)
    known = payload.critical, payload.length, payload.offset, False, summary(payload, 2)
    return (1, payload.type, registry.payload_name(2, payload.type), *known)


def _cells(regular: _Regular, name: str, column: AnyColumn) -> npt.NDArray[Any]:
    """The cells of a column as it stores them."""
    if isinstance(column, Coded):
        values, which = _VALUES[name](regular)
        codes = np.frombuffer(column.packed(values), np.intc)
        return codes[which]
    return _NUMBERS[name](regular).astype(np.int64)


def _placed_cells(placement: Placement, name: str, column: AnyColumn) -> npt.NDArray[Any]:
    """The same of a column that needs placing."""
    if name == "negotiation":
        return np.frombuffer(column.packed(placement.numbers), np.int64)
    if name == "from_initiator":
        return np.frombuffer(column.packed(placement.senders), np.intc)
    if name == "defects":
        noted, apart = (), [tuple(map(str, defects)) if defects else () for defects in placement.defects]
    else:
        noted, value = _PLACED[name]
        apart = [value(placed) for placed in placement.placed]
    one = np.frombuffer(column.packed([noted]), np.intc if isinstance(column, Coded) else np.int64)
    cells = np.repeat(one, len(placement.numbers))
    if apart:
        cells[placement.apart] = np.frombuffer(column.packed(apart), cells.dtype)
    return cells
