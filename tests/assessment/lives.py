"""Traffic and lives to judge: streams beside negotiations, and recordings of real daemons."""

from functools import cache
from typing import Any

from analyzer.assessment import Finding
from analyzer.capture.datagram import EspStream
from analyzer.capture.points import Point, Points
from analyzer.negotiation.story import Story
from analyzer.negotiation.values import Drawn, Values
from tests.assessment.assessed import assess
from tests.assessment.build import INITIATOR, RESPONDER, SECOND, Talk, healthy, story
from tests.fixtures.cases import case, cases
from tests.negotiation.recorded import read_story


def stream(spi: str = "0b0b0b0b", *, back: bool = False, at: float = 10, until: float = 20, **fields: Any) -> EspStream:
    """ESP from initiator to responder, or back, at these seconds."""
    ends = (RESPONDER, INITIATOR) if back else (INITIATOR, RESPONDER)
    given = {"encapsulation": "esp", "first_frame": 50, "last_frame": 70, "packets": 100, "missing": 0, "duplicates": 0}
    times = {"first_time": round(at * SECOND), "last_time": round(until * SECOND)}
    return EspStream(spi, *ends, **{**given, **times, **fields})


def with_child(**fields: Any) -> Talk:
    """An SA with one child whose SPIs were read: 0a0a0a0a to the initiator, 0b0b0b0b to the responder."""
    return healthy(**fields).child(protocol="ESP", initiator_spi_in="0a0a0a0a", responder_spi_in="0b0b0b0b")


def judged(
    check: str,
    *talks: Talk,
    streams: tuple[EspStream, ...] = (),
    points: int = 1,
    values: Values | None = None,
    **kwargs: Any,
) -> list[Finding]:
    """Findings of one check over negotiations and streams, seen at so many points, and values drawn at random."""
    told = story(*talks, **kwargs)
    if values is not None:
        told.values = lambda: values
    if points > 1:
        told.points = Points()
        told.points.all = [Point(str(number)) for number in range(points)]
    told.streams = list(streams)
    return _of(check, told)


def recorded(check: str, name: str, *, keyed: bool = False) -> list[Finding]:
    """Findings of one check over a fixture."""
    found = case(name)
    return _of(check, read_story(found.capture, found.keys if keyed else None))


def fixtures_with(check: str) -> set[str]:
    """Fixtures in which the check finds something, without keys."""
    return {name for name, ids in _found_in_fixtures().items() if check in ids}


@cache
def _found_in_fixtures() -> dict[str, frozenset[str]]:
    return {c.name: frozenset(f.finding for f in assess(read_story(c.capture)).findings) for c in cases()}


def _of(check: str, told: Story) -> list[Finding]:
    return [f for f in assess(told).findings if f.finding == check]


def several(*hosts: str, outcome: str = "established", every: float = 60, **fields: Any) -> list[Talk]:
    """Negotiations, one a minute, that these addresses begin."""
    return [
        healthy(number, 10 * number, every * number, initiator=host, outcome=outcome, **fields)
        for number, host in enumerate(hosts, 1)
    ]


def drawn(*digests: str, by_initiator: bool = True, method: int | None = 14, fault: str = "") -> list[Drawn]:
    """The values of negotiations 1, 2 ... in their first messages."""
    first = 0 if by_initiator else 1
    return [
        Drawn(10 * number + first, number, by_initiator, digest, fault, method)
        for number, digest in enumerate(digests, 1)
    ]
