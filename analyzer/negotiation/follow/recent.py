"""Bounded memories: what was written during the last messages can be found, whatever a capture holds.

They forget by place in the capture, not by how much they hold: so the messages of some SAs find the same when they are
read apart from those of others.
"""

from bisect import bisect_left
from collections import deque
from collections.abc import Iterable, Sequence
from typing import Any, Final, Protocol, TypeVar

K = TypeVar("K")
V = TypeVar("V")

EVERY: Final = 1 << 12
"""Messages of a capture after which memories forget what is old."""


class Recent(dict[K, V]):
    """A dictionary of what was written during the last `ages` times EVERY messages, up to one time less.

    An entry that is written again is new again. Between the entries stand marks, keys that nobody asks for.
    """

    def __init__(self, ages: int) -> None:
        super().__init__()
        self._ages = ages
        self._marks: deque[Any] = deque()

    def __setitem__(self, key: K, value: V) -> None:
        if key in self:
            del self[key]
        dict.__setitem__(self, key, value)

    def put(self, entries: Iterable[tuple[K, V]]) -> None:
        """Write several."""
        for key, value in entries:
            self[key] = value

    def age(self) -> None:
        """EVERY messages more have passed: forget what is old."""
        marks = self._marks
        mark: Any = object()
        dict.__setitem__(self, mark, mark)
        marks.append(mark)
        if len(marks) < self._ages:
            return
        last, old = marks.popleft(), []
        for key in self:
            old.append(key)
            if key is last:
                break
        for key in old:
            del self[key]


class Ageing(Protocol):
    """What forgets what is old, in steps of EVERY messages."""

    def age(self) -> None:
        """EVERY messages have passed."""


class Pace:
    """When memories age: before every message that stands EVERY behind the time before.

    Messages of one frame stay together. left: how many may come until then. frame: of the message that came last.
    """

    def __init__(self, memories: Sequence[Ageing]) -> None:
        self.memories = memories
        self.left = EVERY
        self.frame = 0

    def age(self) -> None:
        """EVERY messages have passed."""
        for memory in self.memories:
            memory.age()

    def step(self, frame_number: int) -> None:
        """A message comes."""
        if self.left <= 0 and frame_number != self.frame:
            self.age()
            self.left = EVERY
        self.left -= 1
        self.frame = frame_number

    def reach(self, frames: Sequence[int], start: int, stop: int) -> int:
        """Messages of one frame each come, from `start` to `stop`: up to which of them nothing ages.

        Of each that is read alone until then `step` may be called, or not; `passed` is.
        """
        if self.left <= 0 and frames[start] != self.frame:
            self.age()
            self.left = EVERY
        return min(stop, start + max(1, self.left))

    def passed(self, frames: Sequence[int], start: int, stop: int, left: int) -> None:
        """These have come. left: what `left` was before the first of them."""
        self.left = left - (stop - start)
        self.frame = frames[stop - 1]


class GivenPace(Pace):
    """The same where only some of a capture's messages come: `aged` are the frames before which memories age."""

    def __init__(self, memories: Sequence[Ageing], aged: Sequence[int]) -> None:
        super().__init__(memories)
        self._aged = deque(aged)
        self.left = 0  # each message is asked about

    def step(self, frame_number: int) -> None:
        """A message comes."""
        while self._aged and frame_number >= self._aged[0]:
            self.age()
            self._aged.popleft()

    def reach(self, frames: Sequence[int], start: int, stop: int) -> int:
        """As `Pace.reach`."""
        self.step(frames[start])
        return bisect_left(frames, self._aged[0], start, stop) if self._aged else stop

    def passed(self, frames: Sequence[int], start: int, stop: int, left: int) -> None:
        """Nothing to count: `aged` says when."""
