"""Who drew which value at random: hosts by address, and values that came again."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from analyzer.assessment.scene import Scene
from analyzer.negotiation.model import Negotiation
from analyzer.negotiation.values import Drawn, repeated
from analyzer.vocabulary import few

ML_KEM = frozenset((35, 36, 37))
"""Key exchange methods whose values are for one exchange alone."""
_NAMED = 5


class Again(NamedTuple):
    """One value in several negotiations. hosts: addresses of who sent it, in order of the first message of each."""

    values: list[Drawn]
    hosts: tuple[str, ...]

    @property
    def frames(self) -> list[int]:
        """Of the first message of each negotiation that has it."""
        return [value.frame_number for value in self.values]

    @property
    def first(self) -> Drawn:
        """The first of them."""
        return self.values[0]

    @property
    def who(self) -> str:
        """The hosts, in words."""
        return few(self.hosts, _NAMED)


def host_of(scene: Scene, value: Drawn) -> str:
    """The address of who sent a value."""
    place = scene.by_number[value.negotiation].place_at(value.frame_number)
    return place[1] if value.from_initiator else place[3]


def again(scene: Scene, values: Iterable[Drawn]) -> Iterator[Again]:
    """Values in several negotiations, but for first messages that somebody sent once more as they are."""
    for group in repeated(v for v in values if v.negotiation in scene.by_number):
        exchanges: dict[str, Drawn] = {}
        for value in group:
            exchanges.setdefault(scene.by_number[value.negotiation].initiator_spi, value)
        if len(exchanges) > 1:
            found = list(exchanges.values())
            yield Again(found, tuple(dict.fromkeys(host_of(scene, value) for value in found)))


def of_both_sides(scene: Scene, values: Iterable[Drawn]) -> Iterator[tuple[Drawn, Drawn]]:
    """Values that both sides of a negotiation sent: the first message of each side."""
    seen: dict[tuple[int, str], Drawn] = {}
    for value in (v for v in values if v.negotiation in scene.by_number):
        first = seen.setdefault((value.negotiation, value.digest), value)
        if first.from_initiator != value.from_initiator:
            yield first, value


def came_up(scene: Scene, values: Iterable[Drawn]) -> bool:
    """One of these negotiations made an SA."""
    return any(scene.by_number[value.negotiation].outcome == "established" for value in values)


def by_host(scene: Scene) -> dict[str, list[Negotiation]]:
    """Negotiations that each address began, in order of time; not those of floods."""
    found: dict[str, list[Negotiation]] = {}
    for n in scene.story.negotiations:
        if n.number not in scene.flood_of:
            found.setdefault(n.initiator_ip, []).append(n)
    for some in found.values():
        some.sort(key=lambda n: (scene.began[n.number] or 0, n.number))
    return found
