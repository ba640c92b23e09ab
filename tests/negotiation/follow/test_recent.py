from collections import OrderedDict

from hypothesis import given
from hypothesis import strategies as st

from analyzer.negotiation.follow.recent import Recent
from tests.negotiation.build import steady
from tests.work import lines_run


@steady
@given(st.lists(st.integers(0, 30), max_size=200), st.integers(1, 20))
def test_the_last_written_are_known_and_the_number_is_bounded(written: list[int], size: int) -> None:
    recent: Recent[int, int] = Recent(size)
    for key in written:
        recent[key] = -key
        assert len(recent) <= size
    last = list(OrderedDict.fromkeys(reversed(written)))
    kept = len(recent)
    assert kept >= min(len(last), size - -(-size // 8))
    assert {key: recent.get(key) for key in range(31)} == {
        key: -key if key in last[:kept] else None for key in range(31)
    }


def test_forgetting_costs_no_more_the_more_is_remembered() -> None:
    def lines(size: int) -> int:
        recent: Recent[int, int] = Recent(size)
        recent.put((key, key) for key in range(size))
        return lines_run(lambda: recent.put((key, key) for key in range(size, 5 * size)))

    assert lines(4000) < 10.5 * lines(400)


def test_a_value_is_replaced() -> None:
    recent: Recent[str, int] = Recent(2)
    for value in range(10):
        recent["a"] = value
    assert recent.get("a") == 9
    assert len(recent) == 1


def test_what_is_written_again_is_new_again() -> None:
    recent: Recent[str, int] = Recent(2)
    for key in "abac":
        recent[key] = 1
    assert list(recent) == ["a", "c"]
