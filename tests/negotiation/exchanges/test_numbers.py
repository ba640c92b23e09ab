"""Message IDs that are left out are requests the capture lacks; another order is no gap."""

import pytest

from analyzer.negotiation.exchanges.numbers import Gap, gaps
from analyzer.negotiation.model import Negotiation
from tests.negotiation import build
from tests.negotiation.build import EMPTY, Talk, established, main_mode, notify2, quick_mode, sealed, v2
from tests.negotiation.exchanges.steps import negotiation, step
from tests.negotiation.logged import logged
from tests.negotiation.recorded import healthy
from tests.work import lines_run


def ask(talk: Talk, mid: int, *, by_initiator: bool = True) -> None:
    talk.say(sealed(build.INFORMATIONAL, EMPTY, initiator=by_initiator, mid=mid))
    talk.say(sealed(build.INFORMATIONAL, EMPTY, initiator=not by_initiator, response=True, mid=mid))


def found(n: Negotiation) -> list[tuple[int, Gap]]:
    return [(e.message_id, gap) for e, gap in zip(n.exchanges, gaps(n, n.exchanges), strict=True) if gap is not None]


def test_all_in_a_row() -> None:
    talk = Talk()
    established(talk)
    ask(talk, 2)
    ask(talk, 0, by_initiator=False)
    ask(talk, 1, by_initiator=False)
    ask(talk, 3)
    assert found(talk.only()) == []


def test_requests_left_out_of_either_side() -> None:
    talk = Talk()
    established(talk)
    ask(talk, 5)
    ask(talk, 3, by_initiator=False)
    ask(talk, 5, by_initiator=False)
    assert found(talk.only()) == [(5, Gap(2, 4)), (3, Gap(0, 2)), (5, Gap(4, 4))]


def test_another_order_is_no_gap() -> None:
    talk = Talk()
    established(talk)
    for mid in (4, 3, 2):
        ask(talk, mid)
    assert found(talk.only()) == []


def test_a_capture_that_begins_late_lacks_the_first_ones_anyway() -> None:
    talk = Talk()
    ask(talk, 7)
    ask(talk, 9)
    assert found(talk.only()) == [(9, Gap(8, 8))]


def test_unprotected_messages_have_no_number() -> None:
    talk = Talk()
    established(talk)
    talk.answer(v2(build.INFORMATIONAL, notify2(11), initiator=False, mid=0x7FFFFFFF))
    assert found(talk.only()) == []


def test_ikev1_does_not_count() -> None:
    talk = Talk()
    main_mode(talk)
    quick_mode(talk)
    assert found(talk.only()) == []


def test_numbers_that_lie_cost_nothing() -> None:
    exchanges = [logged(37, mid, True, [step(1)]) for mid in (2**32 - 1, 0)]
    n = negotiation()
    assert gaps(n, exchanges) == [Gap(1, 2**32 - 2), None]
    assert lines_run(lambda: gaps(n, exchanges)) < 200


@pytest.mark.parametrize("name", sorted(healthy()))
def test_healthy_recordings_lack_nothing(name: str) -> None:
    talk = Talk()
    for datagram, message in healthy()[name][0]:
        talk.tracker.feed(datagram, message)
    assert [gap for n in talk.negotiations() for gap in found(n)] == []
