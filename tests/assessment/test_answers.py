"""What a responder answers, with the request in the capture and without it."""

import pytest

from analyzer.assessment.answers import Answered, answered
from tests.assessment.build import INITIATOR, RESPONDER, Talk, healthy, main_mode

ON_500 = RESPONDER, 500, "udp"


def seen(talk: Talk) -> dict[Answered, tuple[int, int]]:
    return {key: (first.frame_number, last.frame_number) for key, (first, last) in answered(talk.n).items()}


def test_what_answers_a_request_of_the_capture() -> None:
    assert seen(healthy()) == {Answered(ON_500, INITIATOR, True): (2, 4)}
    talk = Talk()
    talk.say("INFORMATIONAL", by="r", begun_by="r")
    talk.say("INFORMATIONAL", begun_by="r")
    assert seen(talk) == {}, "it asked"


def test_an_answer_captured_before_its_request_is_one() -> None:
    talk = Talk()
    talk.say("IKE_SA_INIT", by="r")
    talk.say("IKE_SA_INIT")
    assert seen(talk) == {Answered(ON_500, INITIATOR, True): (1, 1)}


def test_without_a_request_ikev2_has_a_flag() -> None:
    assert seen(healthy().leave_out(1, 3)) == {Answered(ON_500, INITIATOR, False): (2, 4)}
    lost = seen(healthy().leave_out(1))
    assert lost == {Answered(ON_500, INITIATOR, False): (2, 2), Answered(ON_500, INITIATOR, True): (4, 4)}


def test_a_port_whose_request_is_lost_is_a_place_of_its_own() -> None:
    talk = Talk().ike_sa_init()
    talk.transport = "udp-4500"
    talk.ike_auth()
    talk.n.moves = [(1, INITIATOR, 500, RESPONDER, 500), (3, INITIATOR, 4500, RESPONDER, 4500)]
    assert seen(talk.leave_out(1)) == {
        Answered(ON_500, INITIATOR, False): (2, 2),
        Answered((RESPONDER, 4500, "udp-4500"), INITIATOR, True): (4, 4),
    }


@pytest.mark.parametrize(
    ("lost", "expected"),
    [
        ((), {Answered(ON_500, INITIATOR, True): (2, 6)}),
        ((1,), {Answered(ON_500, INITIATOR, True): (2, 6)}),  # message 3 asks too
        ((1, 3, 5), {Answered(ON_500, INITIATOR, False): (2, 6)}),  # message 2 has an SA payload
        ((1, 2, 3, 5), {}),  # whose messages 4 and 6 are would be a guess
    ],
)
def test_without_a_request_ikev1_has_the_sa_payload(lost: tuple[int, ...], expected: object) -> None:
    assert seen(main_mode().leave_out(*lost)) == expected


def test_a_refusal_of_ikev1_answers_what_was_asked() -> None:
    def refused(**how: object) -> Talk:
        talk = main_mode(messages=1)
        told = {"encrypted": False, "payloads": (11,), "notifies": (14,), "message_id": 7, **how}
        talk.say("INFORMATIONAL", by="r", begun_by="r", **told)  # type: ignore[arg-type]
        return talk

    assert seen(refused()) == {Answered(ON_500, INITIATOR, True): (2, 2)}
    assert seen(refused().leave_out(1)) == {}, "nothing says that anybody asked"
    assert seen(refused(encrypted=True)) == {}, "of an SA that is up"
