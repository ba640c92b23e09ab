"""What a capture says of itself beside its packets: who took it and how, comments, names, and that keys are in it.

All of it is what the file claims: whoever had the file could have written it.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from analyzer.capture.damage import Damage
from analyzer.vocabulary import NoteKind

MAX_NOTES: Final = 10_000
MAX_TEXT: Final = 4096  # bytes of one
MAX_TEXTS: Final = 4 << 20  # bytes of all together
MAX_KINDS: Final = 64  # programs, interfaces, kinds of blocks
CUT: Final = " ..."


class Note(NamedTuple):
    """A text of the file. subject: what it is about, where that is no packet: an interface, an address, a PEN."""

    kind: NoteKind
    text: str
    subject: str = ""
    frame_number: int | None = None


@dataclass(slots=True)
class Notes:
    """All that is kept of it, bounded.

    comments: in order of the file, those of packets in `of_packets`; packet_comments: how many packets' comments there
    are; left: notes that are not kept. drops: by interface, where the file says how many it lost. secrets: what
    decryption secrets blocks hold, by their kind: blocks and bytes; never the secrets. blocks: others without packets.
    """

    hardware: dict[str, None] = field(default_factory=dict)
    systems: dict[str, None] = field(default_factory=dict)
    applications: dict[str, None] = field(default_factory=dict)
    interfaces: list[str] = field(default_factory=list)
    interfaces_left: int = 0
    filters: list[str] = field(default_factory=list)
    comments: list[Note] = field(default_factory=list)
    of_packets: list[Note] = field(default_factory=list)
    packet_comments: int = 0
    left: int = 0
    secrets: Counter[str] = field(default_factory=Counter)
    secret_bytes: Counter[str] = field(default_factory=Counter)
    blocks: Counter[str] = field(default_factory=Counter)
    counts_drops: bool = False
    _bytes: int = 0

    def add(self, kind: NoteKind, text: bytes, subject: str = "", frame_number: int | None = None) -> None:
        """Keep a text while there is room, and count the others."""
        packet = frame_number is not None
        self.packet_comments += kind == "packet"
        if len(self.comments) + len(self.of_packets) >= MAX_NOTES or self._bytes >= MAX_TEXTS:
            self.left += 1
            return
        self._bytes += min(len(text), MAX_TEXT)
        (self.of_packets if packet else self.comments).append(Note(kind, plain(text), subject, frame_number))

    def is_full(self) -> bool:
        """Whether no more is kept."""
        return len(self.comments) + len(self.of_packets) >= MAX_NOTES or self._bytes >= MAX_TEXTS

    def drain(self) -> list[Note]:
        """The notes of packets, which are not kept here any more: there is room for others."""
        found, self.of_packets, self._bytes = self.of_packets, [], 0
        return found

    def renumber(self, number: Callable[[int], int | None]) -> None:
        """Frames of packets have other numbers: those that this gives."""
        self.of_packets = [note._replace(frame_number=number(note.frame_number or 0)) for note in self.of_packets]

    def leave(self, count: int, comments: int) -> None:
        """Count notes of packets that are not kept, and how many of them are comments."""
        self.left += count
        self.packet_comments += comments

    def say(self, known: dict[str, None], text: bytes) -> None:
        """One more hardware, system or application."""
        if len(known) < MAX_KINDS and text:
            known[plain(text)] = None

    def block(self, name: str) -> None:
        """Count a block that holds no packet; of very many kinds the later ones together."""
        self.blocks[name if name in self.blocks or len(self.blocks) < MAX_KINDS else "blocks of other types"] += 1

    def secret(self, name: str, size: int) -> None:
        """Count a decryption secrets block."""
        name = name if name in self.secrets or len(self.secrets) < MAX_KINDS else "other secrets"
        self.secrets[name] += 1
        self.secret_bytes[name] += size

    def report(self, damage: Damage) -> None:
        """Say what the limits left out."""
        if self.left:
            expected, found = f"at most {MAX_NOTES:,} texts beside the packets", f"{self.left:,} more"
            damage.add("limit-comments", 0, expected, found, "they are counted, not shown")

    @property
    def secret_texts(self) -> tuple[str, ...]:
        """The kinds of secrets, each with how many blocks and bytes there are of it."""
        return tuple(
            f"{name} ({count:,} block{'' if count == 1 else 's'}, {self.secret_bytes[name]:,} bytes)"
            for name, count in self.secrets.items()
        )

    @property
    def block_texts(self) -> tuple[str, ...]:
        """The kinds of other blocks, each with how many there are."""
        return tuple(f"{name} ({count:,})" for name, count in self.blocks.items())


def plain(text: bytes) -> str:
    """Bytes that should be UTF-8 as text, cut with a mark where it is long; what ends it in memory is left out."""
    data = text.rstrip(b"\0")
    return data[:MAX_TEXT].decode("utf-8", "replace") + (CUT if len(data) > MAX_TEXT else "")
