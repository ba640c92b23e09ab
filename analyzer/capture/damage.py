"""Damage: the defects of one capture, at bounded number."""

from collections.abc import Callable

from analyzer.defects import Defect

KEPT_PER_KIND = 100


class Damage:
    """Collects defects; of each kind the first 100 are kept with their places and the rest is counted."""

    def __init__(self) -> None:
        self._kept: list[Defect] = []
        self._counts: dict[str, int] = {}

    def add(
        self, kind: str, offset: int, expected: str, found: str, effect: str, frame_number: int | None = None
    ) -> None:
        """Record one piece of damage."""
        count = self._counts.get(kind, 0) + 1
        self._counts[kind] = count
        if count <= KEPT_PER_KIND:
            self._kept.append(Defect(kind, offset, expected, found, effect, frame_number))

    def has(self, kind: str) -> bool:
        """Whether there is damage of this kind."""
        return kind in self._counts

    def is_full(self, kind: str) -> bool:
        """Whether more of this kind is only counted; the caller may then say no more than `count`."""
        return self._counts.get(kind, 0) >= KEPT_PER_KIND

    def count(self, kind: str) -> None:
        """Record one more piece of damage of a kind that is full."""
        self._counts[kind] += 1

    def take(self, other: "Damage", capture: str, number: Callable[[int], int | None]) -> None:
        """Take in the damage of one file of a set, with the number in the set of each frame; None: it has none.

        What is of no frame names the file.
        """
        for defect in other._kept:
            frame = None if defect.frame_number is None else number(defect.frame_number)
            found = defect.found if frame is not None else f"{defect.found} ({capture})"
            self.add(defect.kind, defect.offset, defect.expected, found, defect.effect, frame)
        for kind, count in other._counts.items():
            self._counts[kind] += max(count - KEPT_PER_KIND, 0)

    def defects(self) -> list[Defect]:
        """All kept defects by frame (those of no frame first), then one for each kind that was also counted."""
        kept = sorted(self._kept, key=lambda d: (d.frame_number or 0, d.kind, d.offset))
        more = [
            Defect(
                "limit-defects",
                0,
                f"at most {KEPT_PER_KIND} of {kind}",
                str(count),
                "the others are counted, not listed",
            )
            for kind, count in sorted(self._counts.items())
            if count > KEPT_PER_KIND
        ]
        return kept + more
