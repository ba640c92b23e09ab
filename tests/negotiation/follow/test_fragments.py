"""Putting fragments together: bounded, in any order, never twice."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.isakmp.payloads.ikev1.cisco_fragment import CiscoFragment
from analyzer.negotiation.follow.fragments import FRAGMENTS_KEPT, collect, collect_cisco
from analyzer.negotiation.follow.live import Live
from tests.negotiation.build import steady
from tests.negotiation.test_model import negotiation


def live() -> Live:
    return Live(negotiation())


@steady
@given(st.permutations(range(1, 6)), st.integers(0, 3))
def test_fragments_come_in_any_order_and_more_than_once(order: list[int], repeated: int) -> None:
    one = live()
    parts = {i: bytes([i]) * i for i in range(1, 6)}
    results = [collect(one, (True, 1, 5), i, parts[i]) for i in [*order[:repeated], *order]]
    assert [r for r in results if r is not None] == [b"".join(parts[i] for i in range(1, 6))]
    assert results[-1] is not None
    assert not one.fragments, "a finished set is forgotten"


@pytest.mark.parametrize(("number", "total"), [(0, 2), (3, 2), (1, 0), (1, FRAGMENTS_KEPT + 1), (65535, 65535)])
def test_numbers_that_cannot_be(number: int, total: int) -> None:
    one = live()
    assert collect(one, (True, 1, total), number, b"x") is None
    assert not one.fragments


def test_sides_messages_and_totals_are_kept_apart() -> None:
    one = live()
    keys_ = [(True, 1, 2), (False, 1, 2), (True, 2, 2), (True, 1, 3)]
    for key in keys_:
        assert collect(one, key, 1, b"a") is None
    assert collect(one, keys_[1], 2, b"b") == b"ab"
    assert one.fragments is not None
    assert len(one.fragments) == 3


def test_the_number_of_unfinished_sets_is_bounded() -> None:
    one = live()
    for message_id in range(10_000):
        collect(one, (True, message_id, 2), 1, bytes(100))
        collect_cisco(one, True, CiscoFragment(message_id, 1, False, bytes(100)))
    assert one.fragments is not None
    assert len(one.fragments) <= 64


@steady
@given(st.lists(st.tuples(st.integers(0, 255), st.booleans()), max_size=40))
def test_cisco_fragments_never_raise(pieces: list[tuple[int, bool]]) -> None:
    one = live()
    for number, last in pieces:
        collect_cisco(one, True, CiscoFragment(1, number, last, bytes([number])))


def test_cisco_fragments_out_of_order() -> None:
    one = live()
    assert collect_cisco(one, True, CiscoFragment(9, 3, True, b"c")) is None
    assert collect_cisco(one, True, CiscoFragment(9, 1, False, b"a")) is None
    assert collect_cisco(one, False, CiscoFragment(9, 2, False, b"x")) is None, "of the other side"
    assert collect_cisco(one, True, CiscoFragment(9, 2, False, b"b")) == b"abc"


# -- whole messages
