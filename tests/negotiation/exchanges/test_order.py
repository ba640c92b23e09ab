"""The order of exchanges as tables: what begins too early, too late, or by the wrong side."""

import pytest

from analyzer.negotiation.exchanges.course import Surprise, courses
from analyzer.negotiation.exchanges.order import IKEV1_ORDER, IKEV2_ORDER
from analyzer.negotiation.exchanges.table import Table
from analyzer.negotiation.model import Negotiation, Step
from tests.negotiation import build
from tests.negotiation.build import EMPTY, Talk, established, init_done, main_mode, quick_mode, sealed
from tests.negotiation.exchanges.closed import check_closed, check_every_pair, check_leaps_are_shortcuts
from tests.negotiation.logged import logged, negotiation


@pytest.mark.parametrize(
    ("table", "never"), [(IKEV1_ORDER, set()), (IKEV2_ORDER, {"reversed", "after-delete"})], ids=["1", "2"]
)
def test_the_table_is_closed(table: Table, never: set[str]) -> None:
    check_closed(table, frozenset(never))
    check_every_pair(table)
    check_leaps_are_shortcuts(table)


def surprises(n: Negotiation) -> list[Surprise]:
    return [s for c in courses(n) for s in c.surprises]


def test_ikev1_in_order() -> None:
    talk = Talk()
    main_mode(talk)
    quick_mode(talk)
    assert surprises(talk.only()) == []


def test_a_capture_that_begins_late_leaps() -> None:
    talk = Talk()
    quick_mode(talk)
    assert [(s.event, s.unseen) for s in surprises(talk.only())] == [("phase-2", ("phase-1",))]
    talk = Talk()
    talk.say(sealed(build.INFORMATIONAL, EMPTY, mid=7))
    assert [(s.event, s.unseen) for s in surprises(talk.only())] == [("informational", ("init", "auth"))]


def test_a_first_phase_inside_the_second() -> None:
    talk = Talk()
    main_mode(talk)
    quick_mode(talk)
    talk.say(build.v1(build.AGGRESSIVE, build.ke1("i")))
    first = surprises(talk.only())[0]
    assert (first.frame_number, first.event, first.unexpected) == (10, "phase-1", True)


def test_intermediate_after_authentication() -> None:
    talk = Talk()
    established(talk)
    talk.say(sealed(build.INTERMEDIATE, 300, mid=2))
    (surprise,) = surprises(talk.only())
    assert (surprise.frame_number, surprise.state, surprise.unexpected) == (5, "authenticating", True)


def test_authentication_begun_by_the_responder() -> None:
    talk = Talk()
    init_done(talk)
    talk.answer(sealed(build.IKE_AUTH, 298, initiator=False, mid=0))
    (surprise,) = surprises(talk.only())
    assert (surprise.event, surprise.unexpected) == ("reversed", True)


def test_later_exchanges_without_authentication_are_a_gap() -> None:
    talk = Talk()
    init_done(talk)
    talk.say(sealed(build.CREATE_CHILD_SA, 200, mid=2))
    assert [s.unseen for s in surprises(talk.only())] == [("auth",)]


def _step(frame: int, from_initiator: bool, is_response: bool, inner: tuple[int, ...] | None) -> Step:
    return Step(
        frame, frame * 10**9, None, False, from_initiator, is_response, 100, "udp", True, (46,), inner, (), None
    )


def test_nothing_begins_after_a_confirmed_delete() -> None:
    """What crosses the Delete is in order; what begins after its confirmation is not."""
    exchanges = [
        logged(34, 0, True, [_step(1, True, False, None)._replace(encrypted=False)]),
        logged(35, 1, True, [_step(2, True, False, None)]),
        logged(37, 2, True, [_step(3, True, False, (42,)), _step(5, False, True, ())]),
        logged(37, 0, False, [_step(4, False, False, ()), _step(6, True, True, ())]),
        logged(36, 3, True, [_step(7, True, False, None)]),
        logged(37, 1, False, [_step(8, True, True, ())]),  # its request may have been in time
    ]
    n = negotiation(*exchanges)
    n.deleted_at = 3 * 10**9
    found = [(s.frame_number, s.event) for s in surprises(n) if s.unexpected]
    assert found == [(7, "after-delete")]


def test_an_sa_made_inside_another_begins_under_way() -> None:
    exchange = logged(37, 0, True, [_step(1, True, False, None), _step(2, False, True, None)])
    n = negotiation(exchange)
    n.rekeyed_from = 7
    assert surprises(n) == []
