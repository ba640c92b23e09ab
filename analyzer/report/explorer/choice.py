"""Which frames the explorer of a page holds, and the address of each there.

All messages, the ICMP errors about them, the first and the last packet of each ESP or AH stream and of the NAT
keepalives of a flow, as long as there is room. Of more: what diagnoses and findings rest on, the negotiations that the
page shows in full, of each kind at least one, then all others, the worst first. Chosen by sizes that the tables know:
only what is chosen is read again.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import chain, islice
from typing import Any, Final, NamedTuple

from analyzer.report.dossier import worst_first
from analyzer.report.words import runs
from analyzer.tables.store import Tables

MOST_BYTES: Final = 5_000_000
"""What all frames together may take of a page, packed as they stand there."""

MOST_FRAMES: Final = 5000
"""Frames of a page: a browser holds more, but reading one again and taking it apart costs a millisecond."""

_OVERHEAD: Final = 60  # bytes of the headers around a message
_FIELDS: Final = 60  # bytes of its row in the list and of its fields, packed
_FIRST, _LAST = 200, 50  # messages of one negotiation where there is not room for all
_MOST_EVIDENCE: Final = 20  # frames of one finding
_ESP_BYTES: Final = 100

Place = tuple[str, int]  # capture, frame


class Inside(NamedTuple):
    """The frames that are in the explorer of a page: by capture, in the order of the page's captures, ascending.

    left: of those that belong there and have no room, runs of frame numbers by capture. messages, left_messages: how
    many frames with messages there are, and how many of them have no room.
    """

    frames: Mapping[str, Collection[int]]
    left: Mapping[str, list[tuple[int, int]]]
    messages: int = 0
    left_messages: int = 0

    def address(self, frame: int, capture: str | None = None) -> str:
        """The fragment of the page's address that selects a frame: `frame-7`; nothing if it is not in there.

        Of the second capture and those behind it `frame-7-in-2`. capture: may be left out if there is one only.
        """
        for number, (name, frames) in enumerate(self.frames.items(), 1):
            if capture is None or name == capture:
                return _address(frame, number) if frame in frames else ""
        return ""

    def of_one_capture(self) -> Collection[int]:
        """The frames of a page over one capture, where a number alone names a frame."""
        return next(iter(self.frames.values())) if len(self.frames) == 1 else ()


NOTHING: Final = Inside({}, {})


def _address(frame: int, capture_number: int) -> str:
    return f"frame-{frame}" if capture_number == 1 else f"frame-{frame}-in-{capture_number}"


def frames_inside(tables: Tables, drawn: Collection[int]) -> Inside:
    """The frames of these tables that a page has room for. drawn: negotiations that it shows in full."""
    messages = tables["messages"].cells("capture", "frame_number", "negotiation", "length", "decrypted")
    sizes: dict[Place, int] = {}
    belongs: dict[int | None, list[Place]] = {}
    for capture, frame, negotiation, length, decrypted in messages:
        place = capture, frame
        size = sizes[place] = sizes.get(place, 0) + _packed(min(length or 0, 1 << 16) * (2 if decrypted else 1))
        if size:
            belongs.setdefault(negotiation, []).append(place)
    holding = len(sizes)
    for capture, frame, negotiation in _beside(tables):
        if (capture, frame) not in sizes:
            sizes[capture, frame] = _packed(_ESP_BYTES)
            belongs.setdefault(negotiation, []).append((capture, frame))
    if len(sizes) <= MOST_FRAMES and sum(sizes.values()) <= MOST_BYTES:
        return Inside(_sorted(tables, sizes), {}, holding)
    kept = set[Place]()
    room = MOST_BYTES
    for place in _ranked(tables, drawn, belongs):
        if place in sizes and place not in kept:
            room -= sizes[place]
            if room < 0 or len(kept) >= MOST_FRAMES:
                break
            kept.add(place)
    left = {c: runs(frames) for c, frames in _sorted(tables, [p for p in sizes if p not in kept]).items()}
    here = sum(place in kept for place in islice(sizes, holding))
    return Inside(_sorted(tables, kept), left, holding, holding - here)


def _packed(size: int) -> int:
    """What the bytes of a message take in the page: base64, with its fields."""
    return (size + _OVERHEAD) * 4 // 3 + _FIELDS


def _beside(tables: Tables) -> Iterator[tuple[Any, ...]]:
    """What belongs to messages: capture, frame, negotiation."""
    yield from tables["icmp_errors"].cells("capture", "frame_number", "negotiation")
    for capture, *ends in tables["flows"].cells("capture", "first_keepalive_frame", "last_keepalive_frame"):
        yield from ((capture, end, None) for end in ends if end is not None)
    for capture, negotiation, *ends in tables["esp_streams"].cells(
        "capture", "negotiation", "first_frame", "last_frame"
    ):
        yield from ((capture, end, negotiation) for end in ends if end is not None)


def _sorted(tables: Tables, places: Iterable[Place]) -> dict[str, list[int]]:
    """Frames by capture, captures in their order."""
    found: dict[str, list[int]] = {capture: [] for capture in tables["captures"].column("capture")}
    for capture, frame in places:
        found.setdefault(capture, []).append(frame)
    return {capture: sorted(frames) for capture, frames in found.items() if frames}


def _ranked(tables: Tables, drawn: Collection[int], belongs: Mapping[int | None, list[Place]]) -> Iterator[Place]:
    """All frames, the weightiest first; some more than once."""
    order = worst_first(tables)
    shown = [number for number in order if number in frozenset(drawn)]
    yield from _evidence(tables, shown)
    for number in chain(shown, order):
        places = belongs.get(number, [])
        yield from places if len(places) <= _FIRST + _LAST else [*places[:_FIRST], *places[-_LAST:]]
    yield from chain.from_iterable(belongs.values())


def _evidence(tables: Tables, shown: Collection[int]) -> Iterator[Place]:
    captures: dict[int, str] = dict(tables["negotiations"].cells("negotiation", "capture"))
    wanted = frozenset(shown)
    found: dict[int, list[int]] = {number: [] for number in shown}
    for name in ("diagnoses", "findings"):
        rows = tables[name].places("negotiation", wanted)
        for number, frames in tables[name].at(rows, "negotiation", "evidence_frames"):
            found[number] += (frames or ())[:_MOST_EVIDENCE]
    yield from ((captures[number], frame) for number, frames in found.items() for frame in frames)
