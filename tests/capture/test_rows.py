"""Tables of rows: put together in file order, and parts of them."""

import numpy as np

from analyzer.capture.rows import UdpRows, in_order


def rows(*numbers: int) -> UdpRows:
    """Each column a multiple of the row's number."""
    row = np.array(numbers, np.int64)
    return UdpRows(row, row * 2, row * 3, row * 4, row * 5, row * 6, row.astype(np.uint8))


def same(some: UdpRows, other: UdpRows) -> bool:
    return all(np.array_equal(one, two) for one, two in zip(some, other, strict=True))


def test_file_order() -> None:
    assert same(in_order([rows(1, 4, 9), rows(0, 5), rows(), rows(2)]), rows(0, 1, 2, 4, 5, 9))
    alone = rows(3, 7)
    assert in_order([alone]) is alone


def test_parts_and_joined_again() -> None:
    whole = rows(1, 2, 3, 5)
    assert same(whole.at(slice(1, 3)), rows(2, 3))
    assert same(whole.at(slice(0, 1)).joined([whole.at(np.array([1])), whole.at(slice(2, 4))]), whole)
    assert whole.joined([]) is whole
