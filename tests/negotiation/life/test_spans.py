"""The newest SA that was up at a time: as a walk through all finds it."""

from random import Random

from analyzer.negotiation.life.spans import Span, Spans
from tests.negotiation.build import Talk, established


def walked(spans: list[Span], begun_by: float, not_over_by: float) -> Span | None:
    for span in reversed(spans):
        begun = span.first_time is None or span.first_time <= begun_by
        if begun and (span.end_time is None or span.end_time >= not_over_by):
            return span
    return None


def test_as_a_walk_finds_it() -> None:
    talk = Talk()
    established(talk)
    (n,) = talk.negotiations()
    random = Random(4)
    hits = 0
    for count in [*range(1, 10), 40]:
        for _ in range(60):
            times = [random.choice([None, *range(20)]) for _ in range(count)]
            spans = [Span(n, t, random.choice([None, *range(20)]), i) for i, t in enumerate(times)]
            begun, over = random.randrange(-1, 21), random.randrange(-1, 21)
            found = Spans(spans).newest(begun, over)
            assert found == walked(spans, begun, over)
            hits += found is not None
    assert 0 < hits < 600
