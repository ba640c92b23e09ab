"""Messages of an exchange: fragments put together, repetitions left out."""

from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st

from analyzer.negotiation.exchanges.messages import (
    CROSSING_NS,
    arrived,
    incomplete_answers,
    is_all_bare,
    is_bare,
    is_whole,
    said,
    so_far,
)
from analyzer.negotiation.model import Exchange, Step
from tests.negotiation.build import IKE_AUTH, Talk, notify2, sealed, steady, step_of_message, v2
from tests.negotiation.exchanges.steps import exchange, step
from tests.work import lines_run


def frames(e: Exchange) -> list[list[int]]:
    return [[s.frame_number for s in message] for message in said(e)]


def test_fragments_of_one_message_are_one_message() -> None:
    e = exchange(step(1, fragment=(2, 2)), step(2, fragment=(1, 2)), step(3, out=False, answer=True, fragment=(1, 3)))
    assert frames(e) == [[1, 2], [3]]
    assert [is_whole(m) for m in said(e)] == [True, False]


def test_other_fragments_are_another_message() -> None:
    assert frames(exchange(*(step(i, fragment=(i, 2)) for i in (1, 2)), step(3, fragment=(1, 3)))) == [[1, 2], [3]]


def test_vendor_fragments_say_how_many_with_the_last_one_only() -> None:
    e = exchange(step(1, fragment=(1, None)), step(2, fragment=(2, None)), step(3, fragment=(3, 3)))
    assert frames(e) == [[1, 2, 3]]
    assert is_whole(said(e)[0])
    assert not is_whole(said(exchange(step(1, fragment=(2, None)), step(2, fragment=(3, 3))))[0])


def test_repetitions_and_copies_are_left_out() -> None:
    assert frames(exchange(step(1), step(2, again=1), step(3, again=1, copy=True))) == [[1]]


def test_the_newest_message_as_far_as_it_has_come() -> None:
    first, second = step(1, fragment=(1, 2)), step(3, fragment=(2, 2))
    e = exchange(first, step(2, out=False, answer=True), second)
    assert so_far(e, second) == [second, first]
    assert so_far(exchange(first), first) == [first]
    alone = step(4, out=False, answer=True)
    assert so_far(exchange(step(1), alone), alone) == [alone]


def test_a_side_that_has_said_something_else_before() -> None:
    other = step(3, length=90)
    assert so_far(exchange(step(1), other), other) is None
    assert so_far(exchange(step(1, fragment=(1, 2)), other), other) is None, "fragmented after all: a repetition"
    bare = step(1)._replace(encrypted=False)
    assert so_far(exchange(bare, other), other) == [other], "what is not protected answers nothing"


@steady
@given(st.lists(st.sampled_from([None, (1, 2), (2, 2), (1, 3), (0, 0), (1, None)]), min_size=1, max_size=12))
def test_what_has_come_so_far_ends_with_the_newest(fragments: list[tuple[int, int | None] | None]) -> None:
    steps = [step(i, fragment=fragment) for i, fragment in enumerate(fragments, 1)]
    found = so_far(exchange(*steps), steps[-1])
    assert found is None or found[0] == steps[-1]


def test_what_must_be_encrypted_and_is_not() -> None:
    identity, error = (35, b"\2\0\0\0a"), notify2(24)
    assert is_bare(step_of_message(v2(IKE_AUTH, identity, mid=1)))
    assert not is_bare(step_of_message(v2(IKE_AUTH, error, mid=1)))
    assert not is_bare(step_of_message(sealed(IKE_AUTH, 300)))


def test_an_exchange_in_clear_has_nothing_encrypted() -> None:
    talk = Talk()
    talk.say(v2(IKE_AUTH, (35, b"\2\0\0\0a"), mid=1))
    assert is_all_bare(talk.only().exchanges[0])
    talk.answer(sealed(IKE_AUTH, 200, initiator=False, response=True))
    assert not is_all_bare(talk.only().exchanges[0])


def incomplete(count: int) -> Exchange:
    """The same first fragment of an answer, with other bytes each time, and a request that is repeated each time."""
    times = (t._replace(time_ns=t.frame_number * CROSSING_NS) for t in _incomplete(count))
    return exchange(*times)


def _incomplete(count: int) -> Iterator[Step]:
    yield step(1)
    for k in range(count):
        yield step(2 * k + 2, out=False, answer=True, fragment=(1, 2))
        yield step(2 * k + 3, again=1)


def test_answers_without_all_fragments_are_none_where_the_request_is_repeated() -> None:
    assert incomplete_answers(incomplete(3)) == {2, 4, 6}
    assert [m[0].frame_number for m in arrived(incomplete(3))] == [1]


def test_many_incomplete_answers_cost_no_more_each() -> None:
    def cost(count: int) -> int:
        e = incomplete(count)
        return lines_run(lambda: arrived(e))

    assert cost(400) < 2.5 * cost(200)
