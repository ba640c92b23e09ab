"""Sequence numbers in bounded memory, against a set of all numbers."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.capture.sequence import REACH, SequenceWindow


def read(numbers: list[int]) -> SequenceWindow:
    window = SequenceWindow()
    for number in numbers:
        window.add(number)
    return window


def summary(window: SequenceWindow) -> tuple[int | None, int | None, int, int, bool]:
    return window.first, window.last, window.missing, window.duplicates, window.known


def test_in_order_with_loss_and_duplicates() -> None:
    assert summary(read([5, 6, 8, 8, 11, 6])) == (5, 6, 3, 2, True)


def test_late_arrivals_fill_gaps() -> None:
    assert summary(read([1, 2, 5, 3, 4, 6])) == (1, 6, 0, 0, True)


def test_numbers_below_the_first_one() -> None:
    assert summary(read([10, 12, 7])) == (10, 7, 3, 0, True)


def test_too_far_below_cannot_be_told() -> None:
    window = read([1, 5000, 1])
    assert not window.known
    assert (window.first, window.last) == (1, 1)


def test_the_edge_of_reach() -> None:
    within, beyond = read([1, 2, REACH, 1]), read([1, 2, REACH + 1, 1])
    assert (within.known, within.duplicates) == (True, 1)
    assert not beyond.known


def test_a_number_that_was_not_captured_makes_counts_unknown() -> None:
    window = SequenceWindow()
    window.add(None)
    assert (window.known, window.first) == (False, None)
    window.add(4)
    assert (window.known, window.first, window.last) == (False, 4, 4)


def test_extended_numbers_go_on_past_32_bits() -> None:
    assert summary(read([2**32 - 2, 2**32 - 1, 0, 2])) == (2**32 - 2, 2, 1, 0, True)


@given(st.lists(st.integers(1, 400), min_size=1, max_size=60))
def test_counts_are_those_of_a_set(numbers: list[int]) -> None:
    window, seen = read(numbers), set(numbers)
    assert window.known
    assert window.duplicates == len(numbers) - len(seen)
    assert window.missing == max(seen) - min(seen) + 1 - len(seen)


@given(
    st.lists(st.integers(0, 3000), max_size=20),
    st.lists(st.one_of(st.integers(0, 3), st.integers(0, 2 * REACH)), min_size=2, max_size=30),
    st.lists(st.integers(0, 9000), max_size=5),
)
def test_rising_runs_at_once_are_the_same_as_one_by_one(before: list[int], steps: list[int], after: list[int]) -> None:
    """add_rising against add, whatever came before and comes after."""
    window, other = read(before), read(before)
    if window.first is None:
        window.add(0)
        other.add(0)
    number = max([0, *before]) + 1
    run = [number]
    for step in steps:
        number += step
        run.append(number)
    last, repeated = run[-1], sum(a == b for a, b in pairwise(run))
    seen = sum(1 << (last - n) for n in set(run) if last - n < REACH)
    ahead = window.ahead(run[0])
    assert ahead > 0
    window.add_rising(last, ahead + last - run[0], len(run) - repeated, repeated, seen)
    for n in run:
        other.add(n)
    for n in after:
        window.add(n)
        other.add(n)
    assert summary(window) == summary(other)


@pytest.mark.parametrize(("behind", "late"), [(31, (0, 0)), (32, (1, 0)), (63, (1, 0)), (64, (1, 1)), (1023, (1, 1))])
def test_what_comes_later_than_a_replay_window_allows(behind: int, late: tuple[int, int]) -> None:
    window = SequenceWindow()
    for number in (1, 2001, 2001 - behind, 2001 - behind):  # a copy is late only once
        window.add(number)
    assert (window.late_32, window.late_64) == late
