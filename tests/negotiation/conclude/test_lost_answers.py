"""Requests that are repeated although they were answered."""

import pytest

from analyzer.negotiation.conclude.lost_answers import lost_answers, lost_answers_at_end
from analyzer.negotiation.exchanges.messages import CROSSING_NS
from tests.assessment.build import Talk, main_mode
from tests.negotiation.build import MAIN, main_2, main_ke, sealed1
from tests.negotiation.build import Talk as Wire
from tests.negotiation.build import main_mode as main_mode_of


def in_vain(repeats: int = 2, **step) -> Talk:
    talk = Talk().ike_sa_init()
    talk.say("IKE_AUTH", message_id=1, **step)
    talk.say("IKE_AUTH", by="r", message_id=1, **step)
    for k in range(repeats):
        talk.say("IKE_AUTH", message_id=1, again=True, after=2.0**k, **step)
        talk.say("IKE_AUTH", by="r", message_id=1, again=True, after=0.01, **step)
    return talk


def test_repeated_twice_after_the_answer() -> None:
    found = lost_answers(in_vain().n.exchanges[-1])
    assert found is not None
    assert found.request.frame_number == 3
    assert [s.frame_number for s in found.repeats] == [5, 7]
    assert [s.frame_number for s in found.answers] == [4, 6, 8]


def test_one_repetition_may_cross_the_answer() -> None:
    assert lost_answers(in_vain(1).n.exchanges[-1]) is None


def test_copies_at_once_are_no_repetitions() -> None:
    talk = in_vain(0)
    for _ in range(3):
        talk.say("IKE_AUTH", message_id=1, again=True, after=0.001)
    assert lost_answers(talk.n.exchanges[-1]) is None


def test_repeated_before_the_answer_is_a_late_answer() -> None:
    talk = Talk().ike_sa_init()
    talk.say("IKE_AUTH", message_id=1)
    for _ in range(3):
        talk.say("IKE_AUTH", message_id=1, again=True, after=1)
    talk.say("IKE_AUTH", by="r", message_id=1)
    assert lost_answers(talk.n.exchanges[-1]) is None


def test_fragments_are_one_message() -> None:
    talk = Talk().ike_sa_init()
    for part in (1, 2):
        talk.say("IKE_AUTH", message_id=1, fragment=(part, 2))
    talk.say("IKE_AUTH", by="r", message_id=1)
    for part in (1, 2):
        step = talk.say("IKE_AUTH", message_id=1, fragment=(part, 2), again=True, after=1)
        talk.change(step.frame_number, retransmission_of=2 + part)
    assert lost_answers(talk.n.exchanges[-1]) is None


def test_main_mode_says_it_of_either_side() -> None:
    for messages, who in ((2, "i"), (3, "r")):
        talk = main_mode(messages=messages)
        talk.say("IDENTITY_PROTECTION", by=who, again=True, after=1)
        talk.say("IDENTITY_PROTECTION", by=who, again=True, after=2)
        found = lost_answers(talk.n.exchanges[0])
        assert found is not None
        assert found.request.from_initiator == (who == "i")
        assert found.request.frame_number == messages - 1


def test_the_last_word_of_the_negotiation() -> None:
    talk = in_vain()
    assert lost_answers_at_end(talk.n) is not None
    talk.say("INFORMATIONAL", by="r", begun_by="r")
    assert lost_answers_at_end(talk.n) is not None, "what the other side asks is no sign that its answer arrived"
    talk.say("INFORMATIONAL", begun_by="r")
    assert lost_answers_at_end(talk.n) is None


def test_ikev1s_first_encrypted_message_may_have_arrived_and_not_been_read() -> None:
    for messages, unread in ((3, False), (5, True)):
        talk = Wire()
        main_mode_of(talk, last=messages - 1)
        answered = sealed1(MAIN, 108, first=5) if unread else main_ke("i")
        talk.say(answered)
        for k in range(2):
            talk.answer(main_ke("r") if unread else main_2(), after=2.0**k)
        n = talk.only()
        found = lost_answers_at_end(n)
        assert found is not None
        assert found.may_be_unread == unread
        assert (n.outcome, n.failure) == ("failed", "no answer" if unread else "answer not received")


def test_an_answer_in_fragments_counts_once_each_time() -> None:
    talk = Talk()
    talk.say("IKE_AUTH", message_id=1)
    first = [talk.say("IKE_AUTH", by="r", message_id=1, fragment=(part, 3)).frame_number for part in (1, 2, 3)]
    for lost in (None, 2, None):
        talk.say("IKE_AUTH", message_id=1, again=True, after=2)
        for part, frame in enumerate(first, 1):
            if part != lost:
                step = talk.say("IKE_AUTH", by="r", message_id=1, fragment=(part, 3), again=True)
                talk.change(step.frame_number, retransmission_of=frame)
    found = lost_answers(talk.n.exchanges[-1])
    assert found is not None
    assert (len(found.repeats), len(found.answers)) == (3, 3), "one of the four came without a fragment"


def test_in_ikev2_nothing_answers_a_response() -> None:
    """The capture lacks the first request: its retransmissions come behind the response, which is retransmitted too."""
    talk = Talk().ike_sa_init()
    talk.say("IKE_AUTH", message_id=1, fragment=(2, 2))
    talk.say("IKE_AUTH", by="r", message_id=1)
    talk.say("IKE_AUTH", message_id=1, fragment=(1, 2), after=1)
    for _ in range(3):
        talk.change(talk.say("IKE_AUTH", by="r", message_id=1, again=True, after=1).frame_number, retransmission_of=4)
    assert lost_answers(talk.n.exchanges[-1]) is None


def test_a_retransmission_that_comes_sooner_than_daemons_do_crosses_the_answer() -> None:
    for after, found in ((CROSSING_NS / 1e9, True), (CROSSING_NS / 1e9 - 0.001, False)):
        talk = in_vain(0)
        answer = talk.n.exchanges[-1].steps[-1]
        for k in range(2):
            step = talk.say("IKE_AUTH", message_id=1, again=True)
            talk.change(step.frame_number, time_ns=answer.time_ns + round((k + 1) * after * 1e9))
        assert (lost_answers(talk.n.exchanges[-1]) is not None) is found


def test_a_late_copy_of_an_earlier_message_is_no_answer() -> None:
    talk = main_mode(messages=5)
    for _ in range(2):
        talk.change(talk.say("IDENTITY_PROTECTION", by="r", again=True, after=1).frame_number, retransmission_of=4)
        talk.change(talk.say("IDENTITY_PROTECTION", again=True, after=1).frame_number, retransmission_of=5)
    late = talk.say("IDENTITY_PROTECTION", again=True, after=1)
    talk.change(late.frame_number, retransmission_of=1)
    found = lost_answers(talk.n.exchanges[0])
    assert found is not None
    assert [s.frame_number for s in found.answers] == [5, 7, 9]


def _in_a_round(exchange: str, messages: int, *, lost_first: bool, encrypted: bool = True, by: str = "i") -> Talk:
    """A last request answered at once each time; the capture lacks its first transmission, or not."""
    talk = main_mode(messages=messages)
    other = "r" if by == "i" else "i"
    said = {"encrypted": encrypted, "message_id": 7 if exchange != "IDENTITY_PROTECTION" else 0}
    if not lost_first:
        talk.say(exchange, by=by, begun_by=by, **said)
    talk.say(exchange, by=other, begun_by=by, **said)
    for k in range(3):
        talk.say(exchange, by=by, begun_by=by, again=not (lost_first and k == 0), after=2.0**k, **said)
        talk.say(exchange, by=other, begun_by=by, again=True, after=0.01, **said)
    return talk


@pytest.mark.parametrize("lost_first", [False, True])
@pytest.mark.parametrize(("exchange", "messages"), [("IDENTITY_PROTECTION", 4), ("TRANSACTION", 6), ("QUICK_MODE", 6)])
@pytest.mark.parametrize("by", ["i", "r"])
def test_who_asks_is_who_breaks_the_silence(exchange: str, messages: int, by: str, lost_first: bool) -> None:
    """Without its first transmission a request stands behind its answer: the answer is not what is asked."""
    if (exchange, by) == ("IDENTITY_PROTECTION", "r"):
        return  # the initiator asks in phase 1
    talk = _in_a_round(exchange, messages, lost_first=lost_first, by=by)
    found = lost_answers(talk.n.exchanges[-1])
    assert found is not None
    assert found.request.from_initiator is (by == "i")
    assert (len(found.sent_again), len(found.answers)) == (3, 4)


def test_an_answer_of_ikev2_that_stands_before_its_request() -> None:
    talk = Talk().ike_sa_init()
    talk.say("IKE_AUTH", by="r", begun_by="i", message_id=1)
    for k in range(3):
        talk.say("IKE_AUTH", message_id=1, again=k > 0, after=2.0**k)
    found = lost_answers(talk.n.exchanges[-1])
    assert found is not None
    assert (found.request.from_initiator, len(found.repeats), len(found.answers)) == (True, 3, 1)


def test_two_that_the_capture_swapped_and_one_retransmission_are_every_day() -> None:
    talk = Talk().ike_sa_init()
    talk.say("IKE_AUTH", by="r", begun_by="i", message_id=1)
    talk.say("IKE_AUTH", message_id=1, after=0.001)
    talk.say("IKE_AUTH", message_id=1, again=True, after=1)
    assert lost_answers(talk.n.exchanges[-1]) is None


def test_an_earlier_message_repeated_at_once_is_no_answer() -> None:
    """Cisco IOS sends main mode message 4 again for every message 5 that it cannot take."""
    talk = main_mode(messages=4)
    talk.say("IDENTITY_PROTECTION", encrypted=True)
    for k in range(3):
        talk.say("IDENTITY_PROTECTION", encrypted=True, again=True, after=2.0**k)
        sent = talk.say("IDENTITY_PROTECTION", by="r", again=True, after=0.01)
        talk.change(sent.frame_number, retransmission_of=4)
    assert lost_answers(talk.n.exchanges[0]) is None


def test_a_retransmission_that_crossed_the_answer_counts_and_proves_nothing() -> None:
    talk = in_vain(0)
    talk.say("IKE_AUTH", message_id=1, again=True, after=0.1)
    for k in range(2):
        talk.say("IKE_AUTH", message_id=1, again=True, after=2.0**k)
    found = lost_answers(talk.n.exchanges[-1])
    assert found is not None
    assert (len(found.crossed), len(found.repeats), len(found.sent_again)) == (1, 2, 3)


def test_a_demand_is_no_answer_to_the_retry_behind_it() -> None:
    """The capture lost the first request: the COOKIE that it was asked for stands in the retransmitted ones."""
    talk = Talk()
    talk.say("IKE_SA_INIT", by="r", begun_by="i", notifies=((16390, b"cookie"),))
    for k in range(3):
        talk.say("IKE_SA_INIT", notifies=((16390, b"cookie"),), again=k > 0, after=2.0**k)
    assert lost_answers(talk.n.exchanges[0]) is None
