"""A bounded memory: what was written lately can be found, whatever a capture holds."""

from collections.abc import Iterable
from itertools import islice
from typing import TypeVar

K = TypeVar("K")
V = TypeVar("V")

_AT_ONCE = 8  # an eighth of the entries is forgotten together, which costs a fifth of forgetting one at each new one


class Recent(dict[K, V]):
    """A dictionary of at most `size` entries: at least seven eighths of as many that were written last.

    An entry that is written again is new again.
    """

    def __init__(self, size: int) -> None:
        super().__init__()
        self.size = size

    def __setitem__(self, key: K, value: V) -> None:
        if key in self:
            del self[key]
        elif len(self) >= self.size:
            self.make_room()
        dict.__setitem__(self, key, value)

    def make_room(self) -> None:
        """Forget the oldest entries."""
        for key in list(islice(self, -(-self.size // _AT_ONCE))):
            del self[key]

    def put(self, entries: Iterable[tuple[K, V]]) -> None:
        """Write several."""
        for key, value in entries:
            self[key] = value
