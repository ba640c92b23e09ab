from analyzer.assessment import policies
from analyzer.assessment.alive import keepalive_of, traffic_of
from analyzer.assessment.case import Case
from analyzer.assessment.scene import Scene
from analyzer.capture.datagram import Flow
from tests.assessment.build import INITIATOR, RESPONDER, SECOND, story
from tests.assessment.lives import stream, with_child


def _case(*, streams=(), flows=()) -> Case:
    told = story(with_child(), flows=list(flows))
    told.streams = list(streams)
    return Case(Scene(told, policies.load("ietf")), told.negotiations[0])


def test_the_traffic_that_goes_on_longest_of_one_side() -> None:
    case = _case(streams=(stream(until=20), stream("0a0a0a0a", back=True, until=15, encapsulation="ah")))
    ours, theirs = traffic_of(case, from_initiator=True), traffic_of(case, from_initiator=False)
    assert ours is not None
    assert (ours.name, ours.time_ns) == ("ESP", 20 * SECOND)
    assert theirs is not None
    assert (theirs.name, theirs.time_ns) == ("AH", 15 * SECOND)
    assert traffic_of(_case(), from_initiator=True) is None


def test_keepalives_of_this_sa_only_and_of_the_side_that_sent_them() -> None:
    mine = Flow("udp", RESPONDER, 500, INITIATOR, 500, 1, 9, keepalives=2, last_keepalives=(7, 8))
    other = Flow("udp", RESPONDER, 501, INITIATOR, 500, 1, 9, keepalives=2, last_keepalives=(70, 80))
    case = _case(flows=(mine, other))
    assert (keepalive_of(case, from_initiator=True), keepalive_of(case, from_initiator=False)) == (7, 8)
