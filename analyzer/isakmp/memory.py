"""What decoding remembers while one run lasts: what repeats in a capture is decoded once and is one object.

Bounded in bytes, whatever the capture holds. One memory for each run, and never for two threads at a time.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable
from sys import getsizeof
from typing import Any, Final, TypeVar

LIMIT: Final = 32 << 20  # bytes
_ENTRY: Final = 256  # bytes of a place in a dictionary, with some to spare
_SIGHT: Final = 128  # bytes of a hash in a set, with some to spare
_FACTOR: Final = 40  # what is decoded of a byte takes up to so many: an attribute of 4 bytes is several objects

T = TypeVar("T")
Known = dict[Any, Any]


class Shared(dict[tuple[type, Any], Any]):
    """The same object for equal values of a type, numbers, text, bytes and tuples of them: `shared[type, value]`.

    A dictionary, because a value that is known costs no call then. A plain tuple becomes one of the named type.
    """

    def __init__(self, take: Callable[[int], bool]) -> None:
        super().__init__()
        self._take = take

    def __missing__(self, key: tuple[type, Any]) -> Any:
        kind, value = key
        if type(value) is tuple is not kind:
            value = tuple.__new__(kind, value)
        if self._take(_ENTRY + size_of(key)):
            self[key] = value
        return value


class Memory:
    """Bodies by their bytes, results by their arguments, values by themselves.

    `bodies`: by IKE version (0: AuthIP) and payload number; `transforms`: by IKE version, and whether for an IKE SA;
    `regular`: by IKE version, transforms without fault that nobody decoded.
    """

    __slots__ = ("_all", "_limit", "_results", "_room", "_sighted", "bodies", "regular", "shared", "transforms")

    def __init__(self, limit: int = LIMIT) -> None:
        self._limit = self._room = limit
        self._all: list[Known] = []
        self._sighted: set[int] = set()
        self.bodies = tuple(defaultdict[int, Known](self._known) for _ in range(3))
        self.transforms = tuple((self._known(), self._known()) for _ in range(3))
        self.regular = tuple(self._known() for _ in range(3))
        self._results = self._known()
        self.shared = Shared(self._take)
        self._all.append(self.shared)

    def _known(self) -> Known:
        known: Known = {}
        self._all.append(known)
        return known

    def forget(self) -> None:
        """Forget all."""
        for known in self._all:
            known.clear()
        self._sighted.clear()
        self._room = self._limit

    def _take(self, size: int) -> bool:
        """Take room for a new entry, if need be that of all others; False where it would never do."""
        if size > self._room:
            if size > self._limit:
                return False
            self.forget()
        self._room -= size
        return True

    def keep(self, known: Known, data: bytes, decoded: object) -> None:
        """Remember what was decoded of these bytes; once half the room is taken, if they came before.

        Where a capture has ever new bodies, those that never come again do not drive out those that do.
        """
        if 2 * self._room < self._limit and not self._came_before(hash(data)):
            return
        if self._take(_ENTRY + _FACTOR * len(data)):
            known[data] = decoded

    def _came_before(self, digest: int) -> bool:
        came = digest in self._sighted
        if not came and self._take(_SIGHT):
            self._sighted.add(digest)
        return came

    def recall(self, function: Callable[..., T], *arguments: Hashable) -> T:
        """What a pure function returns for these arguments: never None, but text, bytes, times or tuples of them."""
        key = (function, *arguments)
        found: T | None = self._results.get(key)
        if found is None:
            found = function(*arguments)
            if self._take(_ENTRY + size_of(arguments) + size_of(found)):
                self._results[key] = found
        return found

    def remembering(self, function: Callable[..., T]) -> Callable[..., T]:
        """A pure function with its results remembered; they are numbers, text, bytes and tuples of them."""
        known = self._known()

        def remembered(*arguments: Hashable) -> T:
            found: T | None = known.get(arguments)
            if found is None:
                found = function(*arguments)
                if self._take(_ENTRY + size_of(arguments) + size_of(found)):
                    known[arguments] = found
            return found

        return remembered


def size_of(value: object) -> int:
    """Bytes of memory that a value takes, with what it is made of if it is a tuple; shared parts count each time."""
    size = getsizeof(value)
    return size + sum(map(size_of, value)) if isinstance(value, tuple) else size


NOTHING: Final = Memory(0)  # remembers nothing
