"""Which frames the explorer of a page holds.

All messages, the ICMP errors about them, the first and the last packet of each ESP or AH stream and of the NAT
keepalives of a flow, as long as there is room. Of more: what diagnoses and findings rest on, the negotiations that the
page shows in full, of each kind at least one, then all others, the worst first. Chosen by sizes that the tables know:
only what is chosen is read again.
"""

from collections import Counter, deque
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import chain
from typing import Final, NamedTuple

from analyzer.report.dossier import worst_first
from analyzer.report.sources import sources
from analyzer.report.words import runs
from analyzer.tables.store import Tables

MOST_BYTES: Final = 5_000_000
"""What all frames together may take of a page, packed as they stand there."""

MOST_FRAMES: Final = 5000
"""Frames of a page: a browser holds more, but reading one again and taking it apart costs a millisecond."""

MOST_CHOSEN: Final = 2000
"""The same where there is no room for all: a choice is for looking into, and large captures take long enough."""

_OVERHEAD: Final = 60  # bytes of the headers around a message
_FIELDS: Final = 60  # bytes of its row in the list and of its fields, packed
_FIRST, _LAST = 200, 50  # messages of one negotiation where there is not room for all
_MOST_EVIDENCE: Final = 20  # frames of one finding
_MOST_RUNS: Final = 12  # of frames that are left out, by name
_HEADERS: Final = 100  # bytes of a packet that is no message
_LONGEST: Final = 1 << 16  # bytes of a datagram

Place = tuple[str, int]  # capture, frame


class Left(NamedTuple):
    """Frames for which there is no room: the first runs of them, and how many there are in all."""

    runs: list[tuple[int, int]]
    frames: int


class Inside(NamedTuple):
    """The frames that are in the explorer of a page: by capture, in the order of the page's captures, ascending.

    left: those that belong there and have no room, by capture. messages, left_messages: how many frames with messages
    there are, and how many of them have no room.
    """

    frames: Mapping[str, Collection[int]]
    left: Mapping[str, Left]
    messages: int = 0
    left_messages: int = 0

    def of_one_capture(self) -> Collection[int]:
        """The frames of a page over one capture, where a number alone names a frame."""
        return next(iter(self.frames.values())) if len(self.frames) == 1 else ()


NOTHING: Final = Inside({}, {})


def frames_inside(tables: Tables, drawn: Collection[int]) -> Inside:
    """The frames of these tables that a page has room for. drawn: negotiations that it shows in full."""
    sizes = _all(tables)
    if sizes is not None:
        holding = sum(1 for _ in _messages(tables))
        return Inside(_sorted(tables, sizes), {}, holding)
    kept, room = set[Place](), MOST_BYTES
    for place, size in _ranked(tables, drawn):
        if place not in kept:
            room -= size
            if room < 0 or len(kept) >= MOST_CHOSEN:
                break
            kept.add(place)
    return _without_the_rest(tables, kept)


def _all(tables: Tables) -> dict[Place, int] | None:
    """All frames that belong into a page, with what each takes of it; None if there are too many."""
    found: dict[Place, int] = {}
    room = MOST_BYTES
    for place, _, size in chain(_messages(tables), _beside(tables)):
        if place not in found:
            found[place] = size
            room -= size
            if room < 0 or len(found) > MOST_FRAMES:
                return None
    return found


def _messages(tables: Tables) -> Iterator[tuple[Place, int | None, int]]:
    """Each frame with messages, its negotiation, and what it takes of a page."""
    rows = tables["messages"].cells("capture", "frame_number", "negotiation", "length", "decrypted", "defects")
    before: Place | None = None
    for capture, frame, negotiation, length, decrypted, defects in rows:
        place = capture, frame
        if place != before:  # of several in one TCP segment the first
            lies = "wire-length" in (defects or ())
            size = _LONGEST if lies else min(length or 0, _LONGEST)
            yield place, negotiation, _packed(size * (2 if decrypted else 1))
            before = place


def _packed(size: int) -> int:
    """What so many bytes of a message take in the page: base64, with its fields."""
    return (size + _OVERHEAD) * 4 // 3 + _FIELDS


def _beside(tables: Tables) -> Iterator[tuple[Place, int | None, int]]:
    """The same of what belongs to messages."""
    size = _packed(_HEADERS)
    for capture, frame, negotiation in tables["icmp_errors"].cells("capture", "frame_number", "negotiation"):
        yield (capture, frame), negotiation, size
    keepalives = tables["flows"].cells("capture", "first_keepalive_frame", "last_keepalive_frame")
    streams = tables["esp_streams"].cells("capture", "first_frame", "last_frame", "negotiation")
    for capture, first, last, *negotiation in chain(keepalives, streams):
        for end in dict.fromkeys((first, last)):
            if end is not None:
                yield (capture, end), next(iter(negotiation), None), size


def _sorted(tables: Tables, places: Iterable[Place]) -> dict[str, list[int]]:
    """Frames by capture, captures in their order."""
    found: dict[str, list[int]] = {capture: [] for capture in sources(tables)}
    for capture, frame in places:
        found.setdefault(capture, []).append(frame)
    return {capture: sorted(frames) for capture, frames in found.items() if frames}


class _Ends:
    """Frames of one negotiation: the first and the last ones."""

    __slots__ = ("first", "last")

    def __init__(self) -> None:
        self.first: list[tuple[Place, int]] = []
        self.last: deque[tuple[Place, int]] = deque(maxlen=_LAST)

    def add(self, place: Place, size: int) -> None:
        """Note the next one."""
        (self.first if len(self.first) < _FIRST else self.last).append((place, size))


def _ranked(tables: Tables, drawn: Collection[int]) -> Iterator[tuple[Place, int]]:
    """Frames with what they take, the weightiest first; some more than once."""
    order = worst_first(tables)
    shown = [number for number in order if number in frozenset(drawn)]
    evidence = dict.fromkeys(_evidence(tables, shown))
    wanted = {None, *shown, *order[:MOST_CHOSEN]}  # each has a message at least
    ends: dict[int | None, _Ends] = {}
    sizes: dict[Place, int] = {}
    for place, negotiation, size in chain(_messages(tables), _beside(tables)):
        if place in evidence:
            sizes[place] = size
        if negotiation in wanted:
            ends.setdefault(negotiation, _Ends()).add(place, size)
    yield from ((place, sizes[place]) for place in evidence if place in sizes)
    for number in dict.fromkeys((*shown, *order, None)):
        if number in ends:
            yield from chain(ends[number].first, ends[number].last)
    yield from ((place, size) for place, _, size in chain(_messages(tables), _beside(tables)))


def _evidence(tables: Tables, shown: Collection[int]) -> Iterator[Place]:
    """The frames that diagnoses and findings of these negotiations rest on."""
    captures: dict[int, str] = dict(tables["negotiations"].cells("negotiation", "capture"))
    wanted = frozenset(shown)
    found: dict[int, list[int]] = {number: [] for number in shown}
    for name in ("diagnoses", "findings"):
        rows = tables[name].places("negotiation", wanted)
        for number, frames in tables[name].at(rows, "negotiation", "evidence_frames"):
            found[number] += (frames or ())[:_MOST_EVIDENCE]
    yield from ((captures[number], frame) for number, frames in found.items() for frame in frames)


def _without_the_rest(tables: Tables, kept: Collection[Place]) -> Inside:
    """What is kept, and what is said of the rest; there may be millions of frames in it."""
    first: dict[str, list[int]] = {}
    counts = Counter[str]()
    messages = left = 0
    for count, found in ((1, _messages(tables)), (0, _beside(tables))):
        for (capture, frame), _, _ in found:
            messages += count
            if (capture, frame) not in kept:
                left += count
                counts[capture] += 1
                named = first.setdefault(capture, [])
                if len(named) < MOST_FRAMES:
                    named.append(frame)
    rest = {capture: Left(runs(frames)[:_MOST_RUNS], counts[capture]) for capture, frames in first.items()}
    return Inside(_sorted(tables, kept), rest, messages, left)
