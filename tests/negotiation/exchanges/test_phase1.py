"""Main, aggressive and base mode as tables, and real messages run through them."""

import pytest

from analyzer.negotiation.exchanges.course import courses
from analyzer.negotiation.exchanges.phase1 import AGGRESSIVE, BASE, MAIN
from analyzer.negotiation.exchanges.table import Table
from tests.negotiation import build
from tests.negotiation.build import SPI_I, ZERO, Talk, ke1, main_mode, nonce1, phase1, sa1, v1
from tests.negotiation.exchanges.closed import check_closed, check_every_pair

TABLES = pytest.mark.parametrize("table", [MAIN, AGGRESSIVE, BASE], ids=lambda t: t.name)


@TABLES
def test_the_table_is_closed(table: Table) -> None:
    check_closed(table)
    check_every_pair(table)
    assert [s for s in table.states if table.is_final(s)] == ["complete"]


@TABLES
def test_the_sides_take_turns(table: Table) -> None:
    """Whose fragments are due is whose message is due."""
    turns = []
    state = table.start
    while not table.is_final(state):
        due = dict(table.expected(state))
        turns.append("initiator-pieces" in due)
        state = next(iter(due.values())).to
    assert turns == [place % 2 == 0 for place in range(len(turns))]


@pytest.mark.parametrize(
    ("last", "state"),
    [(1, "offered"), (2, "chosen"), (3, "keys-sent"), (4, "keyed"), (5, "proved"), (6, "complete")],
)
def test_main_mode_up_to_each_message(last: int, state: str) -> None:
    talk = Talk()
    main_mode(talk, last=last)
    (course,) = courses(talk.only())
    assert (course.state, course.surprises) == (state, ())


def test_a_message_that_is_not_in_the_capture_is_leapt_over() -> None:
    talk = Talk()
    talk.say(build.main_1())
    talk.say(build.main_ke("i"))
    (course,) = courses(talk.only())
    assert course.state == "keys-sent"
    (surprise,) = course.surprises
    assert (surprise.frame_number, surprise.unseen, surprise.unexpected) == (2, ("choice",), False)


def test_a_second_choice_is_unexpected() -> None:
    talk = Talk()
    main_mode(talk, last=3)
    talk.answer(build.main_2(phase1(encryption=5, bits=None)))
    (course,) = courses(talk.only())
    (surprise,) = course.surprises
    assert (surprise.frame_number, surprise.state, surprise.event) == (4, "keys-sent", "choice")
    assert surprise.unexpected


def test_repetitions_are_no_events() -> None:
    talk = Talk()
    for _ in range(3):
        talk.say(build.main_1(), after=1.0)
    talk.answer(build.main_2())
    talk.answer(build.main_2(), after=1.0)
    (course,) = courses(talk.only())
    assert (course.state, course.surprises) == ("chosen", ())


def test_aggressive_mode() -> None:
    talk = Talk()
    talk.say(v1(build.AGGRESSIVE, sa1(phase1()), ke1("i"), nonce1("i"), spis=(SPI_I, ZERO)))
    talk.answer(v1(build.AGGRESSIVE, sa1(phase1()), ke1("r"), nonce1("r"), (8, bytes(20))))
    talk.say(v1(build.AGGRESSIVE, (8, bytes(20))))
    (course,) = courses(talk.only())
    assert (course.table, course.state, course.surprises) == (AGGRESSIVE, "complete", ())


def test_base_mode() -> None:
    talk = Talk()
    talk.say(v1(build.BASE, sa1(phase1()), nonce1("i"), spis=(SPI_I, ZERO)))
    talk.answer(v1(build.BASE, sa1(phase1()), nonce1("r")))
    talk.say(v1(build.BASE, ke1("i"), (8, bytes(20))))
    talk.answer(v1(build.BASE, ke1("r"), (8, bytes(20))))
    (course,) = courses(talk.only())
    assert (course.table, course.state, course.surprises) == (BASE, "complete", ())
