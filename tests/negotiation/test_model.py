from typing import Any

from analyzer.negotiation.model import Exchange, Step
from analyzer.negotiation.seen import Offer
from tests.negotiation.build import CBC, GCM, sa1, sa2, security_association
from tests.negotiation.logged import logged, negotiation


def step(frame: int, **changes: Any) -> Step:
    plain = Step(frame, frame * 10, None, False, True, False, 80, "udp", True, (46,), None, (), None)
    return plain._replace(**changes)


def exchange(*steps: Step, begun: bool = True) -> Exchange:
    return logged(37, 1, begun, steps)


def test_request_and_response_are_of_the_side_that_began_and_the_other() -> None:
    asked, answered = step(1, from_initiator=False), step(2, from_initiator=True, is_response=True)
    both = exchange(asked, answered, begun=False)
    assert (both.request, both.response, both.outcome) == (asked, answered, "answered")
    assert exchange(asked, begun=False).outcome == "unanswered"
    assert exchange(answered, begun=False).outcome == "unrequested"


def test_retransmissions_and_copies_are_not_first_transmissions() -> None:
    first, again = step(1), step(3, retransmission_of=1)
    copy = step(2, retransmission_of=1, duplicate=True)
    answer = step(4, from_initiator=False)
    told = exchange(first, copy, again, answer)
    assert told.sent_by(initiator=True) == [first]
    assert told.sent_by(initiator=False) == [answer]
    assert told.retransmissions == [again]


def test_frames_do_not_need_to_be_in_order() -> None:
    n = negotiation(exchange(step(7), step(3)), exchange(step(5)))
    assert (n.first_frame, n.last_frame) == (3, 7)
    assert [s.frame_number for s in n.steps()] == [7, 3, 5]


def test_of_type_by_name() -> None:
    n = negotiation(exchange(step(5)), logged(35, 1, True, [step(3)]))
    assert [e.first_frame for e in n.of_type("IKE_AUTH")] == [3]
    assert n.of_type("IKE_AUTH", "INFORMATIONAL") == n.exchanges
    assert n.of_type("QUICK_MODE") == []


def test_offered_transforms_leave_out_choices_and_children() -> None:
    ike, other, child = (
        security_association(p) for p in (sa2(GCM, CBC), sa2(CBC), sa2(GCM, protocol=3, spi=b"\1" * 4))
    )
    n = negotiation()
    n.offers += [
        Offer(1, True, False, None, ike),
        Offer(2, False, True, None, other),
        Offer(3, True, False, 1, child),
        Offer(4, False, False, None, other),
    ]
    assert len(list(n.offered())) == len(GCM) + len(CBC)
    assert {frame for frame, _, _ in n.offered()} == {1}
    assert [frame for frame, _, _ in n.offered(from_initiator=False)] == [4] * len(CBC)


def test_lists_are_not_shared() -> None:
    one, other = negotiation(), negotiation()
    one.children.append(None)  # type: ignore[arg-type]
    one.offers.append(Offer(1, True, False, None, security_association(sa1({1: 5}))))
    assert not other.children
    assert not other.offers
