"""Which encrypted messages were not decrypted: retransmissions and fragments of what was decrypted do not count."""

from typing import Any, Final, NamedTuple

from analyzer.tables.store import Tables

_COLUMNS: Final = (
    "frame_number", "encrypted", "decrypted", "duplicate", "retransmission_of", "fragment_number", "capture",
    "negotiation", "exchange", "message_id", "is_response", "src_ip", "fragment_total",
)  # fmt: skip
_SET: Final = _COLUMNS.index("capture")  # from here on: what the fragments of one message have in common


class Undecrypted(NamedTuple):
    """Frames of the messages that were not decrypted, and how many are encrypted; each message counts once."""

    frames: list[int]
    encrypted: int


def undecrypted(tables: Tables) -> Undecrypted:
    """Read it from the table `messages`. A message put together from fragments is decrypted in the last one's row."""
    whole: set[tuple[Any, ...]] = set()
    frames: list[int] = []
    pieces: list[tuple[int, tuple[Any, ...]]] = []
    count = 0
    for row in tables["messages"].cells(*_COLUMNS):
        frame, encrypted, decrypted, duplicate, original, fragment = row[:_SET]
        if not encrypted or duplicate or original is not None:
            continue
        count += 1
        if decrypted and fragment is not None:
            whole.add(row[_SET:])
        elif not decrypted and fragment is not None:
            pieces.append((frame, row[_SET:]))
        elif not decrypted:
            frames.append(frame)
    frames += [frame for frame, of_set in pieces if of_set not in whole]
    return Undecrypted(sorted(frames, key=lambda frame: frame or 0), count)
