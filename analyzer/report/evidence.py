"""The evidence itself: which frames a page shows, their fields and bytes, and why they are not there if not.

The captures are read again for it, each once for all of its frames. What bounds a page: frames in all and of one
negotiation, rows and bytes of one message.
"""

from collections.abc import Collection, Container, Iterable, Mapping
from itertools import islice
from typing import TYPE_CHECKING, Final, NamedTuple

from analyzer.capture.placed_frame import address
from analyzer.isakmp.credentials import places
from analyzer.report.dossier import worst_first
from analyzer.report.rereading import Dissect, GoneError, read_again
from analyzer.report.tree import Row, hex_lines, place, tree_rows
from analyzer.tables.store import Tables

if TYPE_CHECKING:
    from analyzer.dissect import Dissection

MOST_FRAMES: Final = 24
MOST_ROWS: Final = 400
MOST_BYTES: Final = 2048
_ROOM, _ROOM_OF_EACH = 16_000, 800
"""Characters of fields and bytes that a page holds: at least, and for each message of its captures."""
_BESIDE: Final = 32  # characters of a field's line beside what it says
_MOST_OF_ONE: Final = 8
_LEAST_OF_ONE: Final = 3
_MOST_CANDIDATES: Final = 64  # evidence frames of one negotiation that are looked at: most are alike
_SEVERE: Final = frozenset({"critical", "high"})


class MessageView(NamedTuple):
    """A message, or its decrypted content: `rows` are at most MOST_ROWS of its fields, `left` whether there are more.

    `place` says where its offsets count from; `hex` are its first MOST_BYTES of `size` bytes.
    """

    title: str
    place: str
    rows: list[Row]
    left: bool
    hex: list[str]
    size: int


class FrameView(NamedTuple):
    """One frame as a page shows it; `anchor` is its id there."""

    number: int
    anchor: str
    messages: list[MessageView]


class Evidence(NamedTuple):
    """Frames by negotiation, sentences about those that are not shown, and how many the list of packets has alone."""

    frames: dict[int, list[FrameView]]
    notes: list[str]
    elsewhere: int = 0


def evidence(tables: Tables, drawn: Collection[int], dissect: Dissect | None) -> Evidence:
    """The frames that a page shows of the negotiations on it. dissect None: the captures are not at hand."""
    if dissect is None:
        return Evidence({}, [])
    wanted = {number: frames for number, frames in _wanted(tables, drawn).items() if frames}
    kept = _shared(wanted)
    captures: dict[int, str] = dict(tables["negotiations"].cells("negotiation", "capture"))
    shown: dict[int, list[FrameView]] = {}
    notes = []
    for capture in dict.fromkeys(captures[number] for number in kept):
        of_this = {number: frames for number, frames in kept.items() if captures[number] == capture}
        try:
            frames = frozenset[int]().union(*of_this.values())
            found = read_again(tables, capture, frames, dissect, whole=True)
        except GoneError as gone:
            notes.append(f"The bytes of the evidence are not shown here: {gone}.")
        else:
            trees = {frame: found[frame].trees for frame in frames}
            shown |= {number: _views(number, frames, trees) for number, frames in of_this.items()}
    shown, more = _fitting(shown, max(_ROOM, _ROOM_OF_EACH * len(tables["messages"])))
    if len(kept) < len(wanted):
        notes.append(
            f"The bytes of the evidence are shown for {len(kept)} of {len(wanted)} negotiations with a diagnosis or a "
            "severe finding, the worst first."
        )
    return Evidence(shown, list(dict.fromkeys(notes)), more)


def _wanted(tables: Tables, drawn: Collection[int]) -> dict[int, list[int]]:
    """Evidence frames of the negotiations with a diagnosis or a severe finding, the worst first, in order of weight."""
    causes: dict[int, list[int]] = {}
    findings: dict[int, list[int]] = {}
    for number, rank, frames in tables["diagnoses"].cells("negotiation", "rank", "evidence_frames"):
        if rank == 1:
            causes.setdefault(number, []).extend(frames or ())
    on_page = frozenset(drawn)
    severe = tables["findings"].places("severity", _SEVERE)
    for number, frames in tables["findings"].at(severe, "negotiation", "evidence_frames"):
        if number in on_page:
            findings.setdefault(number, []).extend(frames or ())
    order = [n for n in worst_first(tables) if n in on_page and (n in causes or n in findings)]
    agreed = _agreed(tables, frozenset(order))
    weighed = {
        n: list(dict.fromkeys([*causes.get(n, ()), *agreed.get(n, ()), *findings.get(n, ())]))[:_MOST_CANDIDATES]
        for n in order
    }
    return _without_repetitions(tables, weighed)


def _agreed(tables: Tables, numbers: Container[int]) -> dict[int, list[int]]:
    """Frames of the SA payloads by negotiation: what was chosen before what was offered."""
    found: dict[int, set[tuple[bool, int]]] = {}
    proposals = tables["proposals"]
    for number, side, frame in proposals.at(
        proposals.places("negotiation", numbers), "negotiation", "side", "frame_number"
    ):
        found.setdefault(number, set()).add((side != "chosen", frame))
    return {number: [frame for _, frame in sorted(places)] for number, places in found.items()}


def _without_repetitions(tables: Tables, wanted: Mapping[int, list[int]]) -> dict[int, list[int]]:
    """The same with the first of equal messages in place of its repetitions, and without frames that hold none."""
    candidates = frozenset[int]().union(*wanted.values())
    first: dict[tuple[int, int], int] = {}
    for row in tables["messages"].select("frame_number", candidates):
        original = row["retransmission_of"]
        first[row["negotiation"], row["frame_number"]] = row["frame_number"] if original is None else original
    return {
        number: list(dict.fromkeys(first[number, frame] for frame in frames if (number, frame) in first))
        for number, frames in wanted.items()
    }


def _shared(wanted: Mapping[int, list[int]]) -> dict[int, list[int]]:
    """How the room of a page is shared out: the fewer negotiations, the more frames of each."""
    share = min(_MOST_OF_ONE, max(_LEAST_OF_ONE, MOST_FRAMES // max(1, len(wanted))))
    kept, room = {}, MOST_FRAMES
    for number, frames in wanted.items():
        if not room:
            break
        kept[number] = frames[: min(share, room)]
        room -= len(kept[number])
    return kept


def _fitting(shown: dict[int, list[FrameView]], room: int) -> tuple[dict[int, list[FrameView]], int]:
    """The same frames as far as there is room, the weightiest one always; how many are left out."""
    kept: dict[int, list[FrameView]] = {number: [] for number in shown}
    most = max(map(len, shown.values()), default=0)
    for rank in range(most):
        for number, views in shown.items():
            if rank < len(views) and len(kept[number]) == rank:
                room -= _length(views[rank])
                if room >= 0 or not any(kept.values()):
                    kept[number].append(views[rank])
    return kept, sum(map(len, shown.values())) - sum(map(len, kept.values()))


def _length(view: FrameView) -> int:
    """About how many characters a frame takes."""
    return sum(
        sum(_BESIDE + len(row.name) + len(row.value) + len(row.meaning) + len(row.reference) for row in message.rows)
        + sum(map(len, message.hex))
        for message in view.messages
    )


def _views(negotiation: int, frames: Iterable[int], trees: "Mapping[int, list[Dissection]]") -> list[FrameView]:
    return [
        FrameView(number, f"n{negotiation}-f{address(number)}", [_message_view(tree) for tree in trees[number]])
        for number in frames
        if trees.get(number)
    ]


def _message_view(tree: "Dissection") -> MessageView:
    rows = list(islice(tree_rows(tree), MOST_ROWS + 1))
    lines = hex_lines(tree.data[:MOST_BYTES], tree.offset or 0, places((tree.root,)))
    return MessageView(
        title=tree.title,
        place=place(tree),
        rows=rows[:MOST_ROWS],
        left=len(rows) > MOST_ROWS,
        hex=[line.text for line in lines],
        size=len(tree.data),
    )
