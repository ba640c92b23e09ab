from analyzer.capture.datagram import EspStream
from analyzer.negotiation.story import Story
from tests.negotiation.build import AUTH_WITH_CHILD, IKE_AUTH, A, B, Talk, established, init_done, sealed

ANSWER = sealed(IKE_AUTH, AUTH_WITH_CHILD, initiator=False, response=True)


def lossy(begins: float, *, back: bool = False, other: bool = False) -> Story:
    """IKE_AUTH sent five times, answered each time, and a stream of ESP so many seconds after the last answer."""
    talk = Talk()
    if other:
        established(talk, spis=("11" * 8, "22" * 8))
    init_done(talk)
    for k in range(5):
        talk.say(sealed(IKE_AUTH, 298), after=2.0**k)
        talk.answer(ANSWER, after=0.01)
    source, target = (B, A) if back else (A, B)
    time_ns = round((talk.now + begins) * 1e9)
    stream = EspStream("c0ffee01", source[0], target[0], "esp", 99, 120, time_ns, time_ns + 10**9, packets=9)
    return talk.story(60, [stream])


def test_traffic_of_the_initiator_shows_that_the_answer_came_through() -> None:
    n = lossy(1).negotiations[0]
    assert (n.outcome, n.failed_at, n.failure, n.outcome_confidence) == ("established", None, None, "likely")
    assert [c.outcome for c in n.children] == ["established"]


def test_traffic_of_the_responder_shows_nothing() -> None:
    """It believes the SA up, and sends into it."""
    assert lossy(1, back=True).negotiations[0].failure == "answer not received"


def test_traffic_from_before_the_answer_is_another_sas() -> None:
    assert lossy(-1000).negotiations[0].failure == "answer not received"


def test_traffic_that_another_sa_of_the_hosts_explains() -> None:
    assert lossy(1, other=True).negotiations[1].failure == "answer not received"
