from analyzer.capture.datagram import EspStream
from analyzer.capture.points import Point, Points
from analyzer.negotiation.seen import Offer
from analyzer.negotiation.story import Flood, Story
from tests.negotiation.build import GCM, sa2, security_association
from tests.negotiation.logged import negotiation


def flood(first: int | None, last: int | None) -> Flood:
    return Flood(1, "", "likely", "192.0.2.1", 1, 1, 1, 9, (), 1, 9, first, last, (), frozenset())


def test_the_span_of_a_flood_needs_both_times() -> None:
    assert flood(3, 10).span_ns == 7
    assert flood(None, 10).span_ns is None
    assert flood(3, None).span_ns is None


def test_a_packed_story_holds_the_same() -> None:
    n = negotiation()
    offer = Offer(1, True, False, None, security_association(sa2(GCM)))
    n.offers.append(offer)
    Story("", [n], [], [], [], None, None).pack()
    assert (n.offers, n.children) == ((offer,), ())


def test_a_packet_that_several_points_saw_counts_once() -> None:
    def stream(packets: int, duplicates: int | None) -> EspStream:
        ends = "00000001", "192.0.2.1", "192.0.2.2", "esp"
        return EspStream(*ends, 1, 9, 0, 0, packets=packets, duplicates=duplicates)

    story = Story("", [], [], [], [], None, None)
    assert story.packets_of(stream(10, 4)) == 10  # a mirror port: what came is counted
    story.points = Points()
    story.points.all = [Point("inside"), Point("outside")]
    assert [story.packets_of(stream(10, n)) for n in (0, 4, 5)] == [10, 6, 5]
    assert story.packets_of(stream(9, None)) == 5
