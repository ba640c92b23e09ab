"""A bounded memory: what was used lately can be found, whatever a capture holds."""

from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Recent(Generic[K, V]):
    """A dictionary of the `size` to 2 * `size` entries last written or found.

    Two generations: when the young one is full it becomes the old one, and what was old is forgotten.
    """

    __slots__ = ("_old", "_size", "_young")

    def __init__(self, size: int) -> None:
        self._size = size
        self._young: dict[K, V] = {}
        self._old: dict[K, V] = {}

    def get(self, key: K) -> V | None:
        """The value, which is now among the young; None if it was never there or is forgotten."""
        found = self._young.get(key)
        if found is None and self._old:
            found = self._old.get(key)
            if found is not None:
                self.put(key, found)
        return found

    def put(self, key: K, value: V) -> None:
        """Remember a value, in place of an earlier one."""
        if len(self._young) >= self._size:
            self._old, self._young = self._young, {}
        self._young[key] = value
