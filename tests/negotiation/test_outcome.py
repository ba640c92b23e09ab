"""Verdicts: on what real daemons recorded, whatever a capture loses of it; and on children that did not come up."""

import random
from itertools import count

import pytest

from analyzer.capture.datagram import Datagram
from analyzer.isakmp import Message
from analyzer.negotiation.model import Negotiation
from analyzer.negotiation.tracker import Tracker
from tests.negotiation.build import (
    AUTH_WITH_CHILD,
    CHILD_ANSWER,
    CREATE_CHILD_SA,
    IKE_AUTH,
    INFORMATIONAL,
    NOTIFY,
    Talk,
    established,
    init_done,
    sealed,
)
from tests.negotiation.recorded import healthy


def told(items: list[tuple[Datagram, Message]], end: int | None) -> list[Negotiation]:
    tracker = Tracker("x")
    for sent, message in items:
        tracker.feed(sent, message)
    return tracker.finish([], [], None, end).negotiations


def no_certain_failure(items: list[tuple[Datagram, Message]], end: int | None, what: str) -> None:
    for n in told(items, end):
        certain = n.outcome in ("failed", "unanswered") and n.outcome_confidence == "certain"
        assert not certain, f"{what}: {n.outcome} at {n.failed_at}: {n.outcome_basis}"


HEALTHY = healthy()


@pytest.mark.parametrize("name", sorted(HEALTHY))
def test_a_lost_packet_never_makes_a_certain_failure(name: str) -> None:
    items, end = HEALTHY[name]
    for i in range(len(items)):
        for waited in (0, 60 * 10**9):
            no_certain_failure(items[:i] + items[i + 1 :], end + waited, f"without frame {items[i][0].frame_number}")


@pytest.mark.parametrize("name", sorted(HEALTHY))
def test_repeated_and_reordered_packets_never_make_a_certain_failure(name: str) -> None:
    items, end = HEALTHY[name]
    rng = random.Random(name)
    for i in range(len(items)):
        doubled = items[: i + 1] + items[i : i + 1] + items[i + 1 :]
        no_certain_failure(doubled, end, f"frame {items[i][0].frame_number} twice")
    for i in range(len(items) - 1):
        swapped = [*items[:i], items[i + 1], items[i], *items[i + 2 :]]
        no_certain_failure(swapped, end, f"frame {items[i][0].frame_number} and the next swapped")
    for round_ in range(12):
        shuffled = rng.sample(items, len(items))
        no_certain_failure(shuffled, end + 60 * 10**9, f"shuffle {round_}")


@pytest.mark.parametrize("name", sorted(HEALTHY))
def test_copies_of_every_packet_change_no_verdict(name: str) -> None:
    """A mirror port that delivers everything twice."""
    items, end = HEALTHY[name]
    frames = count(1)
    doubled = [(d._replace(frame_number=next(frames)), m) for d, m in items for _ in range(2)]
    once, twice = told(items, end), told(doubled, end)
    assert [(n.outcome, n.failed_at, n.failed_by) for n in once] == [
        (n.outcome, n.failed_at, n.failed_by) for n in twice
    ]


@pytest.mark.parametrize("name", sorted(HEALTHY))
def test_neighbours_that_swapped_places_make_no_failure(name: str) -> None:
    """Two capture threads, or two interfaces merged: a packet's neighbour overtakes it, and time runs backwards."""
    items, end = HEALTHY[name]
    before = {n.outcome for n in told(items, end)}
    for i in range(len(items) - 1):
        found = told([*items[:i], items[i + 1], items[i], *items[i + 2 :]], end)
        assert {n.outcome for n in found} <= before, f"frame {items[i][0].frame_number} and the next swapped"


# -- children


def refused_child(answer: int) -> Talk:
    talk = Talk()
    established(talk, answer=answer)
    return talk


def test_an_sa_that_is_up_without_its_child_says_where_and_by_whom() -> None:
    """Room for IDr, AUTH and a notify, none for SA, TSi and TSr (measured: 162 bytes under AES-GCM-16)."""
    n = refused_child(162).only(10)
    assert (n.outcome, n.failed_at, n.failed_by, n.failure) == ("established", "IKE_AUTH", "responder", None)
    assert [(c.outcome, c.basis) for c in n.children] == [("failed", "inferred")]


def test_a_child_that_came_up_is_no_failure() -> None:
    n = refused_child(AUTH_WITH_CHILD).only(10)
    assert (n.failed_at, n.failed_by, n.failure) == (None, None, None)
    assert [c.outcome for c in n.children] == ["established"]


def test_childless_initiation_is_no_failure() -> None:
    """RFC 6023: the request has no room for SA and selectors either."""
    talk = Talk()
    init_done(talk)
    talk.say(sealed(IKE_AUTH, 150))
    talk.answer(sealed(IKE_AUTH, 140, initiator=False, response=True))
    n = talk.only(10)
    assert (n.outcome, n.failed_at, n.children) == ("established", None, [])


def test_a_child_made_later_casts_doubt_on_the_first_ones_failure() -> None:
    """A childless request with so many notifies that it seems to ask for a child."""
    talk = refused_child(162)
    talk.say(sealed(CREATE_CHILD_SA, 250, mid=2))
    talk.answer(sealed(CREATE_CHILD_SA, 220, initiator=False, response=True, mid=2))
    n = talk.only(10)
    assert n.failed_at is None
    assert [c.outcome for c in n.children] == ["unknown", "established"]


def test_an_answer_to_a_child_request_that_the_capture_lost_casts_doubt_too() -> None:
    talk = refused_child(162)
    talk.answer(sealed(CREATE_CHILD_SA, 220, initiator=False, response=True, mid=2))
    n = talk.only(10)
    assert (n.outcome, n.failed_at) == ("established", None)
    assert [c.outcome for c in n.children] == ["unknown"]


@pytest.mark.parametrize(("granted", "failed_at"), [(CHILD_ANSWER, None), (NOTIFY, "CREATE_CHILD_SA")])
def test_a_refusal_of_a_request_that_crossed_a_granted_one_is_a_collision(granted: int, failed_at: str | None) -> None:
    talk = Talk()
    established(talk)
    talk.say(sealed(CREATE_CHILD_SA, 300, mid=2))
    talk.answer(sealed(CREATE_CHILD_SA, 300, mid=0, initiator=False))
    talk.answer(sealed(CREATE_CHILD_SA, granted, mid=2, initiator=False, response=True))
    talk.say(sealed(CREATE_CHILD_SA, NOTIFY, mid=0, response=True))
    assert talk.only(10).failed_at == failed_at


@pytest.mark.parametrize("begun_by_initiator", [True, False])
def test_a_rekey_that_is_refused(begun_by_initiator: bool) -> None:
    """A first child works, its rekey is answered by one notify: as with PFS groups that do not fit."""
    talk = Talk()
    established(talk)
    talk.say(sealed(CREATE_CHILD_SA, 300, mid=2, initiator=begun_by_initiator))
    talk.answer(sealed(CREATE_CHILD_SA, NOTIFY, mid=2, initiator=not begun_by_initiator, response=True))
    n = talk.only(10)
    assert (n.outcome, n.failed_at) == ("established", "CREATE_CHILD_SA")
    assert n.failed_by == ("responder" if begun_by_initiator else "initiator")
    assert [c.outcome for c in n.children] == ["established", "failed"]


def test_a_refused_rekey_that_is_repeated_with_success_is_no_failure() -> None:
    talk = Talk()
    established(talk)
    for mid, length in ((2, NOTIFY), (3, 220)):
        talk.say(sealed(CREATE_CHILD_SA, 300, mid=mid))
        talk.answer(sealed(CREATE_CHILD_SA, length, mid=mid, initiator=False, response=True))
    assert talk.only(10).failed_at is None


def test_a_child_asked_for_and_not_answered_is_not_known() -> None:
    talk = Talk()
    established(talk)
    talk.say(sealed(CREATE_CHILD_SA, 300, mid=2))
    n = talk.only(10)
    assert [c.outcome for c in n.children] == ["established", "unknown"]
    assert n.outcome == "established"


def test_children_go_down_with_their_sa() -> None:
    talk = Talk()
    established(talk)
    talk.say(sealed(INFORMATIONAL, NOTIFY, mid=2), after=0.001)
    n = talk.only(10)
    assert n.outcome == "failed"
    assert {c.outcome for c in n.children} == {"failed"}
