"""The exchanges of group keying as tables, and real messages run through them."""

import pytest

from analyzer.negotiation.exchanges.course import Course, courses
from analyzer.negotiation.exchanges.group import (
    GROUPKEY_PULL,
    GROUPKEY_PUSH,
    GROUPKEY_PUSH_ACK,
    GSA_INBAND_REKEY,
    GSA_REGISTRATION,
    GSA_REKEY,
)
from analyzer.negotiation.exchanges.table import Table
from tests.negotiation.build import EMPTY, NOTIFY, Talk, sealed, sealed1
from tests.negotiation.exchanges.closed import check_closed, check_every_pair, check_leaps_are_shortcuts
from tests.negotiation.groups import GM, GROUP, KS, PULL, PUSH, PUSH_ACK, REKEY_SPIS, phase_1, pull, registered

NEVER = frozenset({"bare", "other-request", "other-answer"})
ONE_WAY = frozenset({"peer"})


@pytest.mark.parametrize(
    ("table", "never"),
    [
        (GSA_REGISTRATION, NEVER),
        (GSA_INBAND_REKEY, NEVER),
        (GSA_REKEY, ONE_WAY),
        (GROUPKEY_PUSH, ONE_WAY),
        (GROUPKEY_PUSH_ACK, ONE_WAY),
        (GROUPKEY_PULL, frozenset()),
    ],
    ids=lambda t: getattr(t, "name", None),
)
def test_the_table_is_closed(table: Table, never: frozenset[str]) -> None:
    check_closed(table, never)
    check_every_pair(table)
    check_leaps_are_shortcuts(table)


def last(talk: Talk) -> Course:
    return courses(talk.negotiations()[-1])[-1]


@pytest.mark.parametrize(("length", "state"), [(400, "answered"), (NOTIFY, "refused")])
def test_another_registration_over_the_same_sa(length: int, state: str) -> None:
    talk = Talk()
    registered(talk)
    talk.say(sealed(40, 120, mid=2), GM, KS)
    assert (last(talk).table, last(talk).state) == (GSA_REGISTRATION, "requested")
    talk.say(sealed(40, length, initiator=False, response=True, mid=2), KS, GM)
    assert (last(talk).state, last(talk).surprises) == (state, ())


def test_the_key_server_sends_keys_to_one_member() -> None:
    talk = Talk()
    registered(talk)
    talk.say(sealed(42, 300, initiator=False, mid=0), KS, GM)
    talk.say(sealed(42, EMPTY, response=True, mid=0), GM, KS)
    assert (last(talk).table, last(talk).state, last(talk).surprises) == (GSA_INBAND_REKEY, "answered", ())


def test_a_group_rekey_is_said_again_and_not_answered() -> None:
    talk = Talk()
    for salt in ("1", "1", "2"):  # the same bytes, then encrypted anew
        talk.say(sealed(41, 300, mid=0, spis=REKEY_SPIS, salt=salt), KS, GROUP)
    assert (last(talk).table, last(talk).state, last(talk).surprises) == (GSA_REKEY, "sent", ())


def test_an_answer_to_a_group_rekey_has_no_place() -> None:
    talk = Talk()
    talk.say(sealed(41, 300, mid=0, spis=REKEY_SPIS), KS, GM)
    talk.say(sealed(41, 60, initiator=False, response=True, mid=0, spis=REKEY_SPIS), GM, KS)
    assert [s.unexpected for s in last(talk).surprises] == [True]


@pytest.mark.parametrize(("messages", "state"), [(1, "asked"), (2, "offered"), (3, "accepted"), (4, "complete")])
def test_groupkey_pull_up_to_each_message(messages: int, state: str) -> None:
    talk = Talk()
    phase_1(talk)
    pull(talk, messages)
    assert (last(talk).table, last(talk).state, last(talk).surprises) == (GROUPKEY_PULL, state, ())


def test_a_capture_that_lacks_the_key_servers_first_answer() -> None:
    talk = Talk()
    phase_1(talk)
    talk.say(sealed1(PULL, 100, mid=7, salt="1"), GM, KS)
    talk.say(sealed1(PULL, 100, mid=7, salt="3"), GM, KS)
    assert [s.unseen for s in last(talk).surprises] == [("peer",)]


def test_groupkey_push_and_its_acknowledgements() -> None:
    talk = Talk()
    for salt in ("1", "2"):
        talk.say(sealed1(PUSH, 228, spis=REKEY_SPIS, salt=salt), KS, GROUP)
    for host in ("192.0.2.10", "192.0.2.11"):
        talk.say(sealed1(PUSH_ACK, 92, spis=REKEY_SPIS, salt=host), (host, 848), KS)
    push, ack = courses(talk.only())
    assert (push.table, push.state, push.surprises) == (GROUPKEY_PUSH, "sent", ())
    assert (ack.table, ack.state, ack.surprises) == (GROUPKEY_PUSH_ACK, "acknowledged", ())
    assert (push.exchange.begun_by_initiator, ack.exchange.begun_by_initiator) == (True, False)
