"""Liveness checks."""

import pytest

from analyzer.negotiation.life.liveness import liveness
from analyzer.negotiation.life.model import Liveness
from tests.assessment.build import main_mode
from tests.negotiation.life.lives import NOTIFY, Talk, ask, healthy, recorded


def asked_again(*, answered: bool) -> Talk:
    talk = healthy()
    talk.say("INFORMATIONAL", message_id=2, length=57)
    talk.say("INFORMATIONAL", message_id=2, length=57, again=True, after=1)
    talk.say("INFORMATIONAL", message_id=2, length=57, again=True, after=1.5)
    if answered:
        talk.say("INFORMATIONAL", by="r", message_id=2, length=57)
    return talk


@pytest.mark.parametrize("keyed", [False, True])
def test_recorded_ikev2(keyed: bool) -> None:
    (n,) = recorded("ikev2-dpd-dead-peer", keyed=keyed).negotiations
    counted, missed = liveness(n)
    assert counted is not None
    assert counted.checks > counted.missed == 1
    assert (missed[0].transmissions, missed[0].answered_ns) == (4, None)


@pytest.mark.parametrize("keyed", [False, True])
def test_recorded_ikev1(keyed: bool) -> None:
    (n,) = recorded("ikev1-dpd", keyed=keyed).negotiations
    counted, missed = liveness(n)
    assert counted == Liveness(4, 1)
    assert [(m.first.frame_number, m.transmissions, m.answered_ns) for m in missed] == [(25, 3, None)]


def test_an_answer_that_came_late() -> None:
    counted, missed = liveness(asked_again(answered=True).n)
    assert counted == Liveness(1, 1)
    assert missed[0].transmissions == 3
    assert missed[0].answered_ns is not None


def test_answers_that_were_not_recorded_are_not_missed() -> None:
    talk = asked_again(answered=False)
    assert liveness(talk.n)[0] == Liveness(1, 1)
    talk.rewrite(lambda s: s if s.from_initiator else None)
    assert liveness(talk.n) == (Liveness(1, 0), [])


def test_asking_on_two_paths_at_once_misses_nothing() -> None:
    (n,) = recorded("ikev2-mobike").negotiations
    assert liveness(n) == (Liveness(1, 0), [])


def test_what_holds_something_is_no_question() -> None:
    talk = healthy()
    ask(talk, 2, length=NOTIFY)
    assert liveness(talk.n) == (Liveness(0, 0), [])


def test_a_cipher_that_hides_the_size_leaves_it_open() -> None:
    talk = healthy()
    talk.choose(2, encryption_id=12, key_bits=256, integrity_id=12, prf_id=5, ke_id=14)
    ask(talk, 2, length=80)
    assert liveness(talk.n) == (None, [])


def ikev1(*said: tuple[str, float]) -> Talk:
    """Encrypted INFORMATIONALs of one size, each under a message ID of its own."""
    talk = main_mode(outcome="established")
    for number, (by, after) in enumerate(said, 1):
        talk.say("INFORMATIONAL", by=by, begun_by=by, message_id=number, length=92, after=after)
    return talk


def test_ikev1_without_keys_by_the_look() -> None:
    regular = [("i", 10), ("r", 0.01)] * 3
    assert liveness(ikev1(*regular).n) == (Liveness(3, 0), [])
    counted, missed = liveness(ikev1(*regular, ("i", 10), ("i", 5), ("r", 0.01)).n)
    assert counted == Liveness(4, 1)
    assert [m.transmissions for m in missed] == [2]
    assert missed[0].answered_ns is not None


def test_ikev1_messages_of_one_side_are_not_taken_for_questions() -> None:
    assert liveness(ikev1(("i", 1), ("i", 0.01), ("i", 0.01)).n) == (None, [])
    assert liveness(ikev1(("i", 1), ("r", 0.01)).n) == (None, [])
    assert liveness(main_mode().n) == (None, [])


def test_ikev1_both_sides_may_ask() -> None:
    both = [("i", 10), ("r", 0.01), ("r", 10), ("i", 0.01)] * 2
    assert liveness(ikev1(*both).n)[0] == Liveness(4, 0)


def test_ikev1_questions_in_a_burst_count_once_and_those_of_the_other_side_begin_anew() -> None:
    answered = [("i", 10.0), ("r", 0.01)] * 3
    assert liveness(ikev1(*answered, ("i", 10), ("i", 0.01), ("r", 0.01)).n) == (Liveness(4, 0), [])
    other_size = ikev1(*answered)
    other_size.say("INFORMATIONAL", message_id=99, length=84, after=5)
    assert liveness(other_size.n) == (Liveness(3, 0), [])


def test_ikev1_a_question_of_the_other_side_is_no_answer() -> None:
    """Decrypted: each says which it is."""
    talk = main_mode(outcome="established", decrypted=True)
    for number, (by, kind) in enumerate((("i", 36136), ("r", 36136), ("i", 36137), ("i", 36136), ("r", 36137)), 1):
        talk.say("INFORMATIONAL", by=by, begun_by=by, message_id=number, after=2, notifies=[(kind, b"", True)])
    assert liveness(talk.n) == (Liveness(3, 0), [])
