"""A bounded memory: what was written lately can be found, whatever a capture holds."""

from collections import OrderedDict
from collections.abc import Iterable
from typing import TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Recent(OrderedDict[K, V]):
    """A dictionary of at most `size` entries, those last written; an entry that is written again is new again."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self._size = size

    def __setitem__(self, key: K, value: V) -> None:
        if key in self:
            self.move_to_end(key)
        elif len(self) >= self._size:
            self.popitem(last=False)
        OrderedDict.__setitem__(self, key, value)

    def put(self, entries: Iterable[tuple[K, V]]) -> None:
        """Write several."""
        for key, value in entries:
            self[key] = value
