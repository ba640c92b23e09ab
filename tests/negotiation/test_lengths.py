"""Lengths against what was measured on real daemons (strongSwan, libreswan, OpenIKED) and computed from RFC 7296."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.negotiation import lengths
from analyzer.negotiation.model import Step
from analyzer.negotiation.read.proposals import ikev2_suite
from analyzer.negotiation.seen import Suite
from tests.negotiation.build import (
    CBC,
    GCM,
    IKE_AUTH,
    TRIPLE_DES,
    sa2,
    sealed,
    security_association,
    steady,
    step_of_message,
)

CCM_8 = ((1, 14, 256), (2, 5), (4, 19))
CHACHA = ((1, 28), (2, 5), (4, 31))
CBC_SHA1 = ((1, 12, 128), (2, 2), (3, 2), (4, 14))
CBC_SHA384 = ((1, 12, 256), (2, 6), (3, 13), (4, 20))
CBC_SHA512 = ((1, 12, 256), (2, 7), (3, 14), (4, 21))

# suite, bytes of payloads inside, bytes of the whole message
KNOWN = [
    (GCM, 0, 57),
    (GCM, 8, 65),
    (GCM, 12, 69),
    (CHACHA, 0, 57),
    (CHACHA, 8, 65),
    (CCM_8, 0, 49),
    (CCM_8, 8, 57),
    (CCM_8, 12, 61),
    (CBC_SHA1, 0, 76),
    (CBC_SHA1, 12, 76),
    (CBC, 0, 80),
    (CBC, 8, 80),
    (CBC, 12, 80),
    (CBC_SHA384, 8, 88),
    (CBC_SHA512, 8, 96),
    (TRIPLE_DES, 0, 60),
    (TRIPLE_DES, 8, 68),
    (TRIPLE_DES, 12, 68),
]


def suite_of(transforms: tuple[tuple[int, ...], ...]) -> Suite:
    return ikev2_suite(security_association(sa2(transforms)).proposals[0])


@pytest.mark.parametrize(("transforms", "inside", "length"), KNOWN)
def test_a_message_of_known_content_has_room_for_it(transforms: tuple, inside: int, length: int) -> None:
    fewest, most = lengths.inner_bytes(suite_of(transforms), length) or (-1, -1)
    assert fewest <= inside <= most


@pytest.mark.parametrize("transforms", [GCM, CHACHA, CCM_8])
def test_ciphers_without_blocks_leave_no_doubt(transforms: tuple) -> None:
    fewest, most = lengths.inner_bytes(suite_of(transforms), 200) or (0, -1)
    assert fewest == most


@steady
@given(
    transforms=st.sampled_from([GCM, CCM_8, CBC_SHA1, CBC, CBC_SHA384, CBC_SHA512, TRIPLE_DES]),
    inside=st.integers(0, 3000),
    fragment=st.booleans(),
)
def test_shortest_padding_is_always_within_the_bounds(transforms: tuple, inside: int, fragment: bool) -> None:
    """A message built by RFC 7296 section 3.14 with as little padding as the cipher allows."""
    iv, icv, block = {
        GCM: (8, 16, 1),
        CCM_8: (8, 8, 1),
        CBC_SHA1: (16, 12, 16),
        CBC: (16, 16, 16),
        CBC_SHA384: (16, 24, 16),
        CBC_SHA512: (16, 32, 16),
        TRIPLE_DES: (8, 12, 8),
    }[transforms]
    padded = -(-(inside + 1) // block) * block
    length = 28 + 4 + (4 if fragment else 0) + iv + padded + icv
    fewest, most = lengths.inner_bytes(suite_of(transforms), length, fragment=fragment) or (0, -1)
    assert fewest <= inside <= most
    assert most - fewest < block


def test_unknown_algorithms_tell_nothing() -> None:
    assert lengths.inner_bytes(None, 65) is None
    assert lengths.inner_bytes(Suite(), 65) is None
    assert lengths.inner_bytes(Suite(encryption_id=1024), 65) is None
    assert lengths.inner_bytes(Suite(encryption_id=12, integrity_id=60000), 80) is None


def test_a_choice_without_integrity_leaves_more_room_never_less() -> None:
    """Broken, but seen: the bound stays certain."""
    assert lengths.inner_bytes(Suite(encryption_id=12), 80) == (16, 31)


def test_a_message_too_short_for_its_suite_holds_nothing() -> None:
    assert lengths.inner_bytes(suite_of(GCM), 40) == (0, 0)


@pytest.mark.parametrize(("transforms", "length"), [(GCM, 65), (CBC, 80), (TRIPLE_DES, 68), (CBC_SHA512, 96)])
def test_one_notify_is_too_short_for_auth(transforms: tuple, length: int) -> None:
    suite = suite_of(transforms)
    _, most = lengths.inner_bytes(suite, length) or (0, 10**6)
    assert most < lengths.smallest_auth(suite)
    assert lengths.holds_notify(suite, length)


def test_smallest_answers() -> None:
    suite = suite_of(GCM)
    auth = lengths.smallest_auth(suite)
    assert auth == 8 + 32, "a shared-key MIC is as long as the PRF's output"
    assert lengths.smallest_auth(suite_of(CBC_SHA512)) == 8 + 64
    assert lengths.smallest_auth_answer(suite, with_identity=True, with_child=False) > auth
    assert lengths.smallest_auth_answer(suite, with_identity=True, with_child=True) > lengths.smallest_auth_answer(
        suite, with_identity=False, with_child=True
    )
    assert lengths.smallest_child_answer() < 100


def step_of(length: int, fragment: tuple[int, int] | None = None) -> Step:
    return step_of_message(sealed(IKE_AUTH, length, fragment=fragment))


def test_fragments_hold_what_their_sum_holds() -> None:
    suite = suite_of(GCM)
    whole = lengths.most_inside(suite, [step_of(500, (1, 2)), step_of(300, (2, 2))])
    assert whole == (500 - 61) + (300 - 61)
    assert lengths.most_inside(suite, []) is None
    assert lengths.most_inside(None, [step_of(500)]) is None


@pytest.mark.parametrize("suite", [suite for suite, *_ in KNOWN])
def test_no_suite_leaves_more_room_than_the_bound_of_all(suite: tuple) -> None:
    for length in (60, 100, 500):
        room = lengths.inner_bytes(suite_of(suite), length)
        assert room is not None
        assert room[1] <= lengths.most_under_any_suite([step_of(length)])
    fragments = [step_of(500, (1, 2)), step_of(300, (2, 2))]
    assert lengths.most_under_any_suite(fragments) == 800 - 2 * (lengths.most_under_any_suite([]) + 45)


EMPTY, NOTIFY, DELETE = "nothing", "one notify without data or the Delete of the IKE SA", "the Delete of one child SA"


@pytest.mark.parametrize(("transforms", "inside", "length"), KNOWN)
def test_small_messages_by_what_they_may_hold(transforms: tuple, inside: int, length: int) -> None:
    """The measured lengths: ciphers without blocks leave one answer, block ciphers all that fit."""
    found = lengths.contents(suite_of(transforms), length)
    meant = {0: EMPTY, 8: NOTIFY, 12: DELETE}[inside]
    assert any(text.startswith(meant) for text in found)
    assert len(found) == 1 or transforms not in (GCM, CHACHA, CCM_8)


def test_an_answer_to_ike_auth_neither_asks_nor_deletes() -> None:
    suite = suite_of(GCM)
    found = [lengths.contents(suite, 57 + inside, answers_auth=True) for inside in (0, 8, 12)]
    assert found == [("nothing",), ("one notify without data",), ()]


def test_lengths_that_say_nothing() -> None:
    assert lengths.contents(None, 65) == ()
    assert lengths.contents(suite_of(GCM), 20) == ()
    assert lengths.contents(suite_of(GCM), 300) == ()
