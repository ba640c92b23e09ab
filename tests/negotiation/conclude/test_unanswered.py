"""Requests without an answer in the capture, and what shows that one came, or that none was due."""

import pytest

from analyzer.negotiation.conclude.unanswered import answered_before, may_delete, transmissions, unanswered
from analyzer.negotiation.model import Negotiation
from tests.negotiation.build import (
    CBC,
    CHILD_DELETE,
    CREATE_CHILD_SA,
    EMPTY,
    INFORMATIONAL,
    NOTIFY,
    QUICK_MODE,
    TRANSACTION,
    V1_INFORMATIONAL,
    A,
    B,
    Talk,
    established,
    main_mode,
    quick_mode,
    sealed,
    sealed1,
)
from tests.negotiation.groups import GROUP as MEMBERS
from tests.negotiation.groups import GSA_REKEY, KS, REKEY_SPIS
from tests.negotiation.keyed import authenticated, keys, locked, notify
from tests.work import lines_run

FOLLOWUP = 44


def named(n: Negotiation, end: int | None) -> list[tuple[str, int]]:
    return [(e.exchange, len(transmissions(e))) for e in unanswered(n, end)]


def found(talk: Talk, later: float = 60) -> list[tuple[str, int]]:
    story = talk.story(later)
    return [one for n in story.negotiations for one in named(n, story.last_time)]


def ask(talk: Talk, exchange: int, length: int, mid: int = 2, *, by: str = "i", times: int = 1) -> Talk:
    ends = (A, B) if by == "i" else (B, A)
    for _ in range(times):
        talk.say(sealed(exchange, length, mid=mid, initiator=by == "i"), *ends, after=2)
    return talk


def answer(talk: Talk, exchange: int, length: int, mid: int, *, by: str = "r") -> Talk:
    ends = (A, B) if by == "i" else (B, A)
    talk.say(sealed(exchange, length, mid=mid, initiator=by == "i", response=True), *ends)
    return talk


def up(suite: tuple | None = None) -> Talk:
    talk = Talk()
    established(talk, *([] if suite is None else [suite]))
    return talk


ASKED = [
    (CREATE_CHILD_SA, 300, "CREATE_CHILD_SA"),
    (FOLLOWUP, 1300, "IKE_FOLLOWUP_KE"),
    (INFORMATIONAL, 130, "INFORMATIONAL"),
]


@pytest.mark.parametrize("by", ["i", "r"])
@pytest.mark.parametrize("times", [1, 2, 5])
@pytest.mark.parametrize(("exchange", "length", "name"), [*ASKED, (INFORMATIONAL, EMPTY, "INFORMATIONAL")])
def test_asked_and_nothing_more(exchange: int, length: int, name: str, times: int, by: str) -> None:
    talk = ask(up(), exchange, length, 2 if by == "i" else 0, by=by, times=times)
    assert found(talk) == [(name, times)]
    assert found(ask(up(), exchange, length, 2 if by == "i" else 0, by=by, times=times), later=1) == []  # it ends there


@pytest.mark.parametrize(("exchange", "length", "name"), ASKED)
def test_the_other_side_goes_on(exchange: int, length: int, name: str) -> None:
    """It proves nothing: the answer may be what the capture lost."""
    talk = ask(up(), exchange, length)
    for mid in range(2):
        ask(talk, INFORMATIONAL, EMPTY, mid, by="r")
        answer(talk, INFORMATIONAL, EMPTY, mid, by="i")
    assert found(talk) == [(name, 1)]


@pytest.mark.parametrize(("exchange", "length", "name"), ASKED)
def test_the_next_request_shows_that_an_answer_came(exchange: int, length: int, name: str) -> None:
    """With a window of one; also where what follows is the Delete of the older child SA, the last message of all."""
    talk = ask(up(), exchange, length)
    assert found(answer(ask(talk, INFORMATIONAL, EMPTY, 3), INFORMATIONAL, EMPTY, 3)) == []
    assert found(ask(ask(up(), exchange, length), INFORMATIONAL, CHILD_DELETE, 3)) == []


def test_a_larger_window_lets_several_be_open() -> None:
    talk = Talk(keys())
    authenticated(talk, answer=(notify(16385, b"\0\0\0\5"),))
    talk.say(locked(INFORMATIONAL, notify(16400), mid=2))
    talk.say(locked(INFORMATIONAL, notify(16400), mid=3))
    talk.answer(locked(INFORMATIONAL, initiator=False, response=True, mid=3))
    assert found(talk) == [("INFORMATIONAL", 1)]


def test_an_answer_is_one() -> None:
    for exchange, length, _ in ASKED:
        assert found(answer(ask(up(), exchange, length), exchange, 200, 2)) == []


@pytest.mark.parametrize("length", [NOTIFY, CHILD_DELETE])
def test_what_may_delete_is_not_counted(length: int) -> None:
    n = ask(up(), INFORMATIONAL, length).only(60)
    assert may_delete(n, n.exchanges[-1], answered_before(n))
    assert found(ask(up(), INFORMATIONAL, length)) == []


def test_of_a_block_cipher_nobody_knows_what_deletes_but_by_what_was_asked_before() -> None:
    length = 76
    assert found(ask(up(CBC), INFORMATIONAL, length)) == []
    talk = answer(ask(up(CBC), INFORMATIONAL, length), INFORMATIONAL, length, 2)
    assert found(ask(talk, INFORMATIONAL, length, 3)) == [("INFORMATIONAL", 1)]


def test_an_sa_that_began_before_the_capture() -> None:
    """Its suite is not known: small requests may delete, unless one of that size did not."""
    talk = answer(ask(Talk(), INFORMATIONAL, EMPTY, 7), INFORMATIONAL, EMPTY, 7)
    assert found(ask(talk, INFORMATIONAL, EMPTY, 8)) == [("INFORMATIONAL", 1)]
    talk = answer(ask(Talk(), INFORMATIONAL, EMPTY, 7), INFORMATIONAL, EMPTY, 7)
    assert found(ask(talk, INFORMATIONAL, NOTIFY, 8)) == []
    talk = answer(ask(Talk(), INFORMATIONAL, EMPTY, 7), INFORMATIONAL, EMPTY, 7)
    assert found(ask(talk, CREATE_CHILD_SA, 300, 8)) == [("CREATE_CHILD_SA", 1)]


def test_nobody_answers_after_the_end_of_the_sa() -> None:
    talk = ask(up(), CREATE_CHILD_SA, 300)
    assert found(ask(talk, INFORMATIONAL, NOTIFY, 0, by="r"), later=60) == []
    talk = ask(up(), CREATE_CHILD_SA, 300)
    talk.now += 10
    assert found(ask(talk, INFORMATIONAL, NOTIFY, 0, by="r")) == [("CREATE_CHILD_SA", 1)]


def test_a_capture_of_one_direction_shows_no_answers() -> None:
    talk = ask(Talk(), CREATE_CHILD_SA, 300, 5)
    assert found(talk) == []


def test_key_servers_get_no_answer() -> None:
    talk = Talk()
    talk.say(sealed(GSA_REKEY, 300, mid=0, spis=REKEY_SPIS), KS, MEMBERS)
    assert found(talk) == []


# -- IKEv1


def phase_2(*, last: int = 0) -> Talk:
    talk = Talk()
    main_mode(talk)
    if last:
        quick_mode(talk, last=last)
    return talk


def test_a_quick_mode_that_was_asked_for_once() -> None:
    assert found(phase_2(last=1)) == [("QUICK_MODE", 1)]
    assert found(phase_2(last=1), later=1) == []
    assert found(phase_2(last=2)) == []
    assert found(phase_2(last=3)) == []


def test_a_quick_mode_that_came_up_at_last() -> None:
    talk = phase_2(last=1)
    talk.now += 30
    quick_mode(talk, mid=0x5678)
    assert found(talk) == []
    talk = phase_2(last=1)
    talk.now += 30
    quick_mode(talk, mid=0x5678, last=1)
    assert found(talk) == [("QUICK_MODE", 1), ("QUICK_MODE", 1)]


def test_a_quick_mode_that_is_refused_has_failed() -> None:
    talk = phase_2(last=1)
    talk.answer(sealed1(V1_INFORMATIONAL, 84, mid=5))
    assert found(talk) == []


def test_mode_config() -> None:
    def asked() -> Talk:
        talk = phase_2()
        talk.say(sealed1(TRANSACTION, 92, mid=9))
        return talk

    assert found(asked()) == [("TRANSACTION", 1)]
    assert found(asked(), later=1) == []
    talk = asked()
    quick_mode(talk)  # what needs the address goes on
    assert found(talk) == []
    talk = asked()
    talk.answer(sealed1(TRANSACTION, 92, mid=9, salt="r"))
    assert found(talk) == []


@pytest.mark.parametrize(("last", "asked"), [(1, [("TRANSACTION", 1)]), (2, [])])
def test_who_answers_the_next_step_has_its_answer(last: int, asked: list[tuple[str, int]]) -> None:
    talk = phase_2()
    talk.answer(sealed1(TRANSACTION, 92, mid=9))
    quick_mode(talk, last=last)
    assert [row for row in found(talk) if row[0] == "TRANSACTION"] == asked


def test_what_is_in_clear_or_goes_on_is_no_request_sent_again() -> None:
    talk = phase_2()
    talk.say(sealed1(QUICK_MODE, 188, mid=3, salt="1"))
    talk.say(sealed1(QUICK_MODE, 60, mid=3, salt="3"))
    n = talk.only(60)
    assert transmissions(n.exchanges[-1]) == []
    assert transmissions(n.exchanges[0]) == []


def test_many_requests_cost_no_more_each() -> None:
    def each(count: int) -> float:
        talk = phase_2()
        for mid in range(1, count + 1):
            talk.say(sealed1(QUICK_MODE, 188, mid=mid))
        story = talk.story(60)
        (n,) = story.negotiations
        return lines_run(lambda: unanswered(n, story.last_time)) / count

    assert each(400) < 1.5 * each(50)


def test_of_ikev1_the_first_message_of_all_may_be_an_exchanges_last() -> None:
    for exchange in (QUICK_MODE, TRANSACTION):
        talk = Talk()
        talk.say(sealed1(exchange, 188, mid=9))
        for number in range(2):
            talk.say(sealed1(V1_INFORMATIONAL, 92, mid=number + 1), *((A, B) if number else (B, A)), after=5)
        assert found(talk) == []
        talk.say(sealed1(exchange, 188, mid=10), after=5)
        assert [name for name, _ in found(talk)] == [n.exchange for n in talk.only(60).exchanges[-1:]]
