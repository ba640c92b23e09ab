"""Messages that can change nothing: what is noted of them is what the tracker keeps of one after the other.

Whole captures are compared in tests/reading/test_block.py.
"""

from functools import partial
from typing import Any

import pytest

from analyzer.isakmp import decode
from analyzer.negotiation.follow.noted import Sealed, form_of
from analyzer.negotiation.tracker import Tracker
from tests.negotiation.build import (
    AUTH_REQUEST,
    AUTH_WITH_CHILD,
    CREATE_CHILD_SA,
    IKE_AUTH,
    INFORMATIONAL,
    MAIN,
    QUICK_MODE,
    A,
    B,
    C,
    Talk,
    datagram,
    established,
    init_done,
    main_mode,
    sealed,
    sealed1,
)
from tests.work import lines_run


def columns(sent: list[Any]) -> Sealed:
    """Datagrams as a noter reads them."""
    rows = []
    for d in sent:
        m = decode(d.payload)
        version2 = m.major_version == 2
        begun = m.flags & 8 != 0 if version2 and not m.is_response else version2 and m.flags & 8 == 0
        key = m.message_id << 9 | m.exchange_type << 1 | begun
        there, back = (*d[3:7], d.transport), (*d[5:7], *d[3:5], d.transport)
        form = form_of(m.length, version2, d.transport == "udp-4500", bool(m.is_response))
        pair = (m.major_version, m.initiator_spi, m.responder_spi)
        rows.append((pair, key, m.is_initiator, there, back, form, hash(d.payload), d.frame_number, d.time_ns, d.hop))
    return Sealed(*map(list, zip(*rows, strict=True)))


def both(before: Any, sent: list[Any]) -> tuple[list[int], Tracker, Tracker]:
    """Feed one tracker, and let another one note; places of those that were handed on, and both."""
    trackers = []
    for _ in range(2):
        talk = Talk()
        before(talk)
        trackers.append(talk.tracker)
    one, other = trackers
    expected = [one.feed(d, decode(d.payload)) for d in sent]
    alone: list[int] = []
    numbers: list[int | None] = []
    senders: list[bool | None] = []

    def by_itself(at: int) -> None:
        alone.append(at)
        placed = other.feed(sent[at], decode(sent[at].payload))
        numbers.append(placed.negotiation)
        senders.append(placed.from_initiator)

    other.note(columns(sent), 0, len(sent), by_itself, numbers, senders)
    assert numbers == [placed.negotiation for placed in expected]
    assert senders == [placed.from_initiator for placed in expected]
    assert steps_of(one) == steps_of(other)
    return alone, one, other


def steps_of(tracker: Tracker) -> list[Any]:
    """All that the log of a tracker holds."""
    found = tracker.finish([], [], None, None).negotiations
    return [(e.exchange, e.message_id, e.begun_by_initiator, e.steps) for n in found for e in n.exchanges]


def asked(number: int, exchange: int = INFORMATIONAL, **how: Any) -> bytes:
    return sealed(exchange, 57, mid=number, **how)


def answered(number: int, **how: Any) -> bytes:
    return sealed(INFORMATIONAL, 57, mid=number, initiator=False, response=True, **how)


@pytest.mark.parametrize("before", [init_done, partial(main_mode, last=4)])
def test_what_brings_an_sa_up_is_read_from_columns_too(before: Any) -> None:
    version2 = before is init_done
    one, other = (
        (sealed(IKE_AUTH, AUTH_REQUEST), sealed(IKE_AUTH, AUTH_WITH_CHILD, initiator=False, response=True))
        if version2
        else (sealed1(MAIN, 108), sealed1(MAIN, 76, salt="r"))
    )
    later = [asked(5), asked(6)] if version2 else [sealed1(QUICK_MODE, 156, mid=number) for number in (5, 6)]
    sent = [datagram(one, A, B, frame=21), datagram(other, B, A, frame=22)]
    sent += [datagram(data, A, B, frame=frame) for frame, data in enumerate(later, 23)]
    alone, *trackers = both(before, sent)
    assert not alone
    assert [n.outcome for n in trackers[1].finish([], [], None, None).negotiations] == ["established"]


def test_of_an_sa_that_is_up_all_are_noted_but_those_seen_before() -> None:
    there, back = partial(datagram, source=A, target=B), partial(datagram, source=B, target=A)
    sent = [there(asked(2), frame=11), back(answered(2), frame=12), there(asked(3, CREATE_CHILD_SA), frame=13)]
    sent += [there(asked(2), frame=14), back(asked(0, initiator=False), frame=15), there(asked(4), frame=16)]
    assert both(established, sent)[0] == [3]


def test_of_ikev1_the_ends_say_who_sent_it() -> None:
    there, back = partial(datagram, source=A, target=B), partial(datagram, source=B, target=A)
    sent = [there(sealed1(QUICK_MODE, 156, mid=9), frame=11), back(sealed1(QUICK_MODE, 156, mid=9, salt="b"), frame=12)]
    sent.append(there(sealed1(QUICK_MODE, 60, mid=9, salt="c"), frame=13))
    alone, _, _ = both(main_mode, sent)
    assert alone in ([], [0])  # the first one of an SA may be what brings it up


@pytest.mark.parametrize("before", [established, main_mode])
def test_what_comes_from_another_place_moves_the_sa(before: Any) -> None:
    """Also between addresses that are both new, where IKEv1 takes a look at the message itself."""

    def make(number: int) -> bytes:
        return asked(number) if before is established else sealed1(QUICK_MODE, 156, mid=number)

    natted, new = (C[0], 4500), ("203.0.113.77", 500)
    paths = [(C, B), (C, B), (A, B), (natted, (B[0], 4500)), (new, ("203.0.113.78", 500)), (A, B), (B, A)]
    sent = [datagram(make(number), *path, frame=number) for number, path in enumerate(paths, 11)]
    alone, one, other = both(before, sent)
    assert alone == ([] if before is established else [4, 5])
    moves = [[(n.moves, n.nat_t, n.began) for n in t.finish([], [], None, None).negotiations] for t in (one, other)]
    assert moves[0] == moves[1]
    assert len(moves[0][0][0]) >= 4


def test_before_the_sa_is_up_and_of_others_nothing_is_noted() -> None:
    sent = [datagram(asked(1), frame=5), datagram(asked(2, spis=("9" * 16, "8" * 16)), frame=6)]
    assert 0 in both(lambda talk: None, sent)[0]


def test_one_that_is_noted_costs_few_lines() -> None:
    talk = Talk()
    established(talk)
    sent = columns([datagram(asked(number), frame=number) for number in range(10, 210)])
    alone: list[int] = []
    assert lines_run(lambda: talk.tracker.note(sent, 0, 200, alone.append, [], [])) < 200 * 70
    assert not alone
