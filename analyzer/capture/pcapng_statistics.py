"""What a pcapng file says of its interfaces besides packets: how many each lost, and when it captured."""

from collections.abc import Iterable
from typing import Final

MAX_INTERFACES: Final = 65_536
"""Interfaces of which this is kept; a file may describe any number."""

Key = tuple[int, int]
"""An interface: number of its section, from 1 on, and its own in there, from 0 on."""

Span = tuple[int, int]
"""First and last time at which an interface captured, in ns since 1970."""


class Statistics:
    """Counts and times of interfaces, from statistics blocks and from what packets say of the time before them.

    Both count the same lost packets, and either may be left out.
    """

    def __init__(self) -> None:
        self._dropped: dict[Key, int] = {}
        self._dropped_before: dict[Key, int] = {}
        self._counted: set[int] = set()  # numbers of interfaces of which something says how many packets they lost
        self._ran: dict[Key, Span] = {}

    def note_total(self, key: Key, lost: int) -> None:
        """All packets that an interface lost so far; a later block of the same one has the newer count."""
        if len(self._counted) < MAX_INTERFACES:
            self._counted.add(key[1])
        if lost and (key in self._dropped or len(self._dropped) < MAX_INTERFACES):
            self._dropped[key] = max(lost, self._dropped.get(key, 0))

    def note_between(self, key: Key, lost: int) -> None:
        """Packets of an interface that were lost between two of those in the file."""
        if lost and (key in self._dropped_before or len(self._dropped_before) < MAX_INTERFACES):
            self._dropped_before[key] = self._dropped_before.get(key, 0) + lost

    def note_run(self, key: Key, time_ns: int | None) -> None:
        """A time at which an interface captured."""
        if time_ns is not None and (key in self._ran or len(self._ran) < MAX_INTERFACES):
            began, ended = self._ran.get(key, (time_ns, time_ns))
            self._ran[key] = min(began, time_ns), max(ended, time_ns)

    @property
    def ran(self) -> Span | None:
        """The first and last time of all interfaces; None: there is none."""
        return _span(self._ran.values())

    def ran_at(self, number: int) -> Span | None:
        """The same of the interfaces of one number, in all sections."""
        return _span(span for key, span in self._ran.items() if key[1] == number)

    @property
    def dropped(self) -> int:
        """Packets that the capturing host says it lost, of all interfaces."""
        return sum(map(self.lost, self._dropped.keys() | self._dropped_before.keys()))

    def dropped_at(self, number: int) -> int | None:
        """The same of the interfaces of one number, in all sections; None: nothing says whether any were lost."""
        keys = self._dropped.keys() | self._dropped_before.keys()
        lost = sum(self.lost(key) for key in keys if key[1] == number)
        return lost if lost or number in self._counted else None

    def lost(self, key: Key) -> int:
        """The same of one interface, as far as anything says."""
        return max(self._dropped.get(key, 0), self._dropped_before.get(key, 0))

    def known_at(self, key: Key) -> int | None:
        """The same; None: nothing says whether any were lost."""
        lost = self.lost(key)
        return lost if lost or key[1] in self._counted else None


def _span(spans: Iterable[Span]) -> Span | None:
    found = list(spans)
    return (min(began for began, _ in found), max(ended for _, ended in found)) if found else None
