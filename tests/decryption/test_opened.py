"""The test that stands in for an integrity check: what it lets through, and how seldom chance passes it."""

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from analyzer.decryption.opened import plausible
from tests.decryption.test_ikev1 import IDENTITY_AND_HASH


def test_chance_hardly_ever_makes_a_payload_chain() -> None:
    """20000 wrong keys on one message: what passes must stay rare, or wrong keys would tell stories."""
    garbage = (hashlib.sha512(n.to_bytes(4)).digest() for n in range(20000))
    assert sum(plausible(g, 8, 1) for g in garbage) <= 3


def test_plausible_says_no_to_each_kind_of_damage() -> None:
    good = IDENTITY_AND_HASH
    assert plausible(good, 5, 1)
    assert plausible(good + bytes(7), 5, 1)
    assert plausible(b"", 0, 2)
    assert not plausible(good + bytes(300), 5, 1)
    assert not plausible(good, 99, 1)
    assert not plausible(good, 5, 2)
    assert not plausible(good, 5, 11)
    assert not plausible(good[:-1], 5, 1)
    assert not plausible(good[:14], 5, 1)
    assert not plausible(good[:1] + b"\1" + good[2:], 5, 1)
    assert not plausible(good[:3] + b"\3" + good[4:], 5, 1)


@given(st.binary(max_size=120), st.integers(-1, 300), st.integers(0, 3))
def test_plausible_never_raises(data: bytes, first: int, version: int) -> None:
    plausible(data, first, version)
