"""How children end, in lives put together by hand."""

from analyzer.negotiation.life.model import End, Life

MINE, ITS, LATER = End(5, 1, True, "seen"), End(9, 2, False, "inferred"), End(20, 3, None, "seen")


def test_its_own_delete_comes_before_its_ike_sas() -> None:
    life = Life(ends={1: ITS}, child_ends={(1, 1): MINE}, shared_fate={1})
    assert life.child_end((1, 1)) == MINE
    assert life.child_end((1, 2)) == ITS
    assert life.child_end((2, 1)) is None


def test_only_the_last_heir_ends_it() -> None:
    life = Life(ends={1: ITS, 3: LATER}, heirs={1: 2, 2: 3}, shared_fate={1})
    assert life.child_end((1, 1)) == LATER
    del life.ends[3]
    assert life.child_end((1, 1)) is None


def test_heirs_in_a_circle_do_not_hang() -> None:
    assert Life(ends={1: ITS}, heirs={1: 2, 2: 1}, shared_fate={1}).child_end((1, 1)) is None


def test_where_a_chain_of_rekeyings_began() -> None:
    life = Life(replaces={(1, 2): (1, 1), (2, 1): (1, 2)})
    assert [life.oldest(key) for key in ((2, 1), (1, 2), (1, 1), (5, 5))] == [(1, 1), (1, 1), (1, 1), (5, 5)]
    assert Life(replaces={(1, 1): (1, 2), (1, 2): (1, 1)}).oldest((1, 1)) in {(1, 1), (1, 2)}
