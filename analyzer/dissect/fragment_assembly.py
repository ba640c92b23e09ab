"""Cisco's IKEv1 fragments (payload 132) put together across the messages of an SA, with the frames that carry them.

Nothing but number and mark separates the sets of one id, and some senders give all their messages the same id: a set
ends when it is whole, or when another piece takes a place that is taken.
"""

from collections.abc import Hashable
from dataclasses import dataclass, field

from analyzer.dissect.surroundings import NO_FRAGMENTS, Fragments
from analyzer.isakmp.payloads.ikev1.cisco_fragment import CiscoFragment

_MOST_SETS = 256


@dataclass(slots=True)
class FragmentSet:
    """The fragments of one message: frame and content of each by number; `total` once the last one is known."""

    frames: dict[int, int] = field(default_factory=dict)
    pieces: dict[int, bytes] = field(default_factory=dict)
    total: int | None = None
    completed_in: int | None = None
    _known: Fragments = NO_FRAGMENTS

    @property
    def known(self) -> Fragments:
        """Which fragments there are, and in which frames: the same for all of them, once all are there."""
        if len(self._known.numbers) != len(self.frames):
            self._known = Fragments(self.frames, self.frames.values())
        return self._known

    @property
    def whole(self) -> bytes | None:
        """The message; None before all of it is there."""
        if self.completed_in is None or self.total is None:
            return None
        return b"".join(self.pieces[number] for number in range(1, self.total + 1))


class FragmentAssembly:
    """Collects fragments. The sets of one id and sender follow each other; those of several are interleaved."""

    def __init__(self) -> None:
        self._sets: dict[tuple[Hashable, int], FragmentSet] = {}

    def add(self, sender: Hashable, frame_number: int, fragment: CiscoFragment) -> FragmentSet:
        """The set that a fragment belongs to. A retransmitted fragment belongs to the set of the first one like it."""
        key = sender, fragment.fragment_id
        found = self._sets.get(key)
        if found is not None and found.pieces.get(fragment.number) == fragment.data:
            return found
        if found is None or found.completed_in is not None or fragment.number in found.pieces:
            if found is None and len(self._sets) >= _MOST_SETS:
                del self._sets[next(iter(self._sets))]
            found = self._sets[key] = FragmentSet()
        found.frames[fragment.number] = frame_number
        found.pieces[fragment.number] = fragment.data
        if fragment.last and found.total is None:
            found.total = fragment.number
        if found.total and all(number in found.pieces for number in range(1, found.total + 1)):
            found.completed_in = frame_number
        return found
