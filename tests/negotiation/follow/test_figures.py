"""Which exchanges share a figure; tests/negotiation/test_figure.py has what is kept with one."""

from analyzer.negotiation.follow import figures
from tests.negotiation.test_figure import figure, step


def test_long_exchanges_share_nothing_and_keep_nothing() -> None:
    steps = [step(frame) for frame in range(1, figures._FIGURED + 2)]
    long, short = figure(*steps), figure(*steps[1:])
    long.keep("question", 1)
    short.keep("question", 1)
    assert (long.shared, long.known) == (False, {})
    assert (short.shared, short.known) == (True, {"question": 1})
