from hypothesis import given
from hypothesis import strategies as st

from analyzer.negotiation.follow.recent import Recent
from tests.negotiation.build import steady


@steady
@given(st.lists(st.tuples(st.booleans(), st.integers(0, 30)), max_size=200), st.integers(1, 8))
def test_the_last_used_are_known_and_the_number_is_bounded(uses: list[tuple[bool, int]], size: int) -> None:
    recent: Recent[int, int] = Recent(size)
    order: list[int] = []
    for write, key in uses:
        if write:
            recent.put(key, -key)
        elif recent.get(key) is None:
            continue
        order = [k for k in order if k != key] + [key]
    known = [key for key in range(31) if key in recent._young or key in recent._old]
    assert set(order[-size:]) <= set(known)
    assert len(known) <= 2 * size
    assert all(recent.get(key) == -key for key in order[-1:])


def test_a_value_is_replaced() -> None:
    recent: Recent[str, int] = Recent(2)
    for value in range(10):
        recent.put("a", value)
        assert recent.get("a") == value
    assert recent.get("b") is None
