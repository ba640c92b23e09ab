"""The courses of real negotiations: nothing in them surprises, and whatever is done to them, nothing raises."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.negotiation.exchanges.course import TABLES, Surprise, course, courses, surprises
from analyzer.negotiation.exchanges.table import Table
from analyzer.negotiation.exchanges.timing import timing, windows
from analyzer.negotiation.model import Exchange, Negotiation, Step
from analyzer.negotiation.tracker import Tracker
from tests.negotiation.build import steady
from tests.negotiation.logged import logged, negotiation
from tests.negotiation.recorded import Items, healthy, recorded
from tests.work import lines_run

HEALTHY = healthy()
# Frames of healthy recordings that are no healthy IKE: noise that was sent on purpose
_BEGINS_LATE = {"ikev2-many-sas"}  # one of its SAs has an answer whose request the recording lacks
_ASKED_BACK = {"ikev2-invalid-ke", "ikev2-invalid-ke-cookie"}  # a choice before the second request is for the first one


def followed(items: Items) -> list[Negotiation]:
    tracker = Tracker("x.pcap")
    for datagram, message in items:
        tracker.feed(datagram, message)
    return tracker.finish([], [], None, max((d.time_ns or 0 for d, _ in items), default=None)).negotiations


def surprising(items: Items) -> list[Surprise]:
    """What surprises, told twice: by the tables, and by the short cut past them."""
    found: list[Surprise] = []
    for n in followed(items):
        by_tables = [s for c in courses(n) for s in c.surprises]
        assert surprises(n) == by_tables
        found += by_tables
    return found


@pytest.mark.parametrize("name", sorted(HEALTHY))
def test_nothing_is_unexpected_in_a_healthy_recording(name: str) -> None:
    found = surprising(HEALTHY[name][0])
    assert [s for s in found if s.unexpected] == []
    if name not in _BEGINS_LATE:
        assert found == []


@pytest.mark.parametrize("name", sorted(HEALTHY))
def test_a_lost_packet_is_a_gap_and_never_unexpected(name: str) -> None:
    items = HEALTHY[name][0]
    for place in range(len(items)):
        found = surprising(items[:place] + items[place + 1 :])
        assert [(s.table.name, s.state, s.event) for s in found if s.unexpected] == []


@pytest.mark.parametrize("name", sorted(HEALTHY))
def test_a_packet_that_overtakes_another_is_never_unexpected(name: str) -> None:
    items = HEALTHY[name][0]
    for i in range(len(items) - 1):
        found = surprising([*items[:i], items[i + 1], items[i], *items[i + 2 :]])
        odd = [(s.table.name, s.state, s.event) for s in found if s.unexpected]
        assert odd == [("IKE_SA_INIT", "answered", "init-request")] * (name in _ASKED_BACK and bool(odd))


@pytest.mark.parametrize("name", sorted(HEALTHY))
def test_a_capture_that_ends_early_or_holds_one_side_is_never_unexpected(name: str) -> None:
    items = HEALTHY[name][0]
    for place in range(len(items)):
        assert [s for s in surprising(items[:place]) if s.unexpected] == []
    for source in {d.src_ip for d, _ in items}:
        one_way = [item for item in items if item[0].src_ip == source]
        assert [s for s in surprising(one_way) if s.unexpected] == []


@steady
@given(st.data())
def test_whatever_order_messages_come_in_every_exchange_has_a_course(data: st.DataObject) -> None:
    items = data.draw(st.sampled_from(recorded()))
    places = data.draw(st.lists(st.integers(0, len(items) - 1), max_size=30))
    for n in followed([items[place] for place in places]):
        found = courses(n)
        assert surprises(n) == [s for c in found for s in c.surprises]
        assert [c.exchange.first_frame for c in found] == [e.first_frame for e in n.exchanges]
        for c in found:
            assert (c.table is None) == (c.state is None)
            assert c.table is None or c.state in c.table.states
            frames = {s.frame_number for s in c.exchange.steps}
            for s in c.surprises:
                assert s.frame_number in frames
                assert s.state in s.table.states
                assert s.event in s.table.events
                assert set(s.unseen) <= set(s.table.events)
                assert s.unexpected == (s.table.move(s.state, s.event) is None)


def test_one_exchange_alone() -> None:
    n = negotiation(ike_version=1, mode="main")
    assert course(n, logged(32, 7, True)).state == "start"
    assert course(n, logged(3, 0, True)).table is None


@pytest.mark.parametrize("table", TABLES, ids=lambda t: t.title)
def test_tables_are_named_once(table: Table) -> None:
    assert [t.title for t in TABLES].count(table.title) == 1


def _step(frame: int, *, answer: bool = False, fragment: tuple[int, int | None] | None = None) -> Step:
    return Step(frame, frame, None, False, not answer, answer, 100, "udp", True, (46,), None, (), fragment)


def _many_fragments(count: int) -> list[Exchange]:
    return [logged(35, 1, True, [_step(k, fragment=(k, count)) for k in range(1, count + 1)])]


def _many_rounds(count: int) -> list[Exchange]:
    frames = range(1, 2 * count, 2)
    return [logged(35, count - f, True, [_step(f), _step(f + 1, answer=True)]) for f in frames]


def _many_requests(count: int) -> list[Exchange]:
    return [logged(36, 1, True, [_step(k, answer=k % 2 == 0) for k in range(1, count + 1)])]


def _many_open(count: int) -> list[Exchange]:
    return [logged(37, k, True, [_step(k), _step(2 * count - k, answer=True)]) for k in range(1, count)]


@pytest.mark.parametrize("shape", [_many_fragments, _many_rounds, _many_requests, _many_open])
def test_work_grows_with_the_messages_and_not_faster(shape: Callable[[int], list[Exchange]]) -> None:
    def work(count: int) -> int:
        n = negotiation(*shape(count))

        def all_of_it() -> None:
            surprises(n)
            courses(n)
            windows(n, n.exchanges)
            for e in n.exchanges:
                timing(e)

        return lines_run(all_of_it)

    assert work(400) < 2.5 * work(200)
