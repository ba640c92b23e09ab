"""Which encrypted messages were not decrypted: retransmissions and fragments of what was decrypted do not count."""

from typing import Final, NamedTuple

from analyzer.report.words import plural
from analyzer.tables.store import Tables

_OF_SET: Final = (  # what the fragments of one message have in common
    "capture", "negotiation", "exchange", "message_id", "is_response", "src_ip", "fragment_total",
)  # fmt: skip


class Undecrypted(NamedTuple):
    """Frames of the messages that were not decrypted, and how many are encrypted; each message counts once."""

    frames: list[int]
    encrypted: int


def undecrypted(tables: Tables) -> Undecrypted:
    """Read it from the table `messages`. A message put together from fragments is decrypted in the last one's row."""
    messages = tables["messages"]
    rows = messages.places("encrypted", {True})
    whole: list[int] = []  # places of fragments
    pieces: list[int] = []
    frames: list[int] = []
    count = 0
    columns = ("frame_number", "decrypted", "duplicate", "retransmission_of", "fragment_number")
    for row, (frame, decrypted, duplicate, original, fragment) in zip(rows, messages.at(rows, *columns), strict=True):
        if duplicate or original is not None:
            continue
        count += 1
        if fragment is not None:
            (whole if decrypted else pieces).append(row)
        elif not decrypted:
            frames.append(frame)
    opened = set(messages.at(whole, *_OF_SET))
    of_pieces = messages.at(pieces, "frame_number", *_OF_SET)
    frames += [frame for frame, *of_set in of_pieces if tuple(of_set) not in opened]
    return Undecrypted(sorted(frames, key=lambda frame: frame or 0), count)


def keys_note(keys: str, tables: Tables) -> str | None:
    """Where keys were given and did not decrypt every encrypted message: how many, and where to see why not."""
    frames, total = undecrypted(tables)
    if not frames:
        return None
    count = f"{total - len(frames):,} of {plural(total, 'encrypted message')}"
    return f"{keys} decrypted {count}; `show --frame {frames[0]} --keys ...` says why not the others"
