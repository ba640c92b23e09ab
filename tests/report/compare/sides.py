"""Two sides of a comparison out of fixtures, each read once."""

from collections.abc import Callable, Iterable, Iterator
from functools import cache

from analyzer import read_pcap
from analyzer.report.compare.case import Case, cases
from analyzer.report.compare.model import Aspect
from analyzer.tables.store import Tables
from tests.conftest import FIXTURES

Topic = Callable[[Case, Case], Iterator[Aspect]]


@cache
def tables_of(name: str, *, keys: bool = False) -> Tables:
    """The tables of a fixture."""
    folder = FIXTURES / name
    return read_pcap(folder / "capture.pcap", keys=folder / "capture.keys" if keys else None).tables


def side(name: str, number: int = 1, *, keys: bool = False) -> Case:
    """One negotiation of it."""
    return cases(tables_of(name, keys=keys), [number])[number]


def asked(topic: Topic, a: Case, b: Case) -> dict[str, Aspect]:
    """The aspects of one topic by name; names that come more than once get a number."""
    return by_name(topic(a, b))


def by_name(aspects: Iterable[Aspect]) -> dict[str, Aspect]:
    """Aspects by name, the second of a name with a number behind it."""
    found: dict[str, Aspect] = {}
    for aspect in aspects:
        again = sum(name.partition(" #")[0] == aspect.name for name in found)
        found[f"{aspect.name} #{again + 1}" if again else aspect.name] = aspect
    return found
