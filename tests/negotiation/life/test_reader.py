"""The life of all SAs of a story."""

from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.decryption.keyfile import load_keys
from analyzer.negotiation.life import life_of
from analyzer.negotiation.story import Story
from analyzer.negotiation.tracker import Tracker
from tests.fixtures.cases import case
from tests.negotiation.build import steady
from tests.negotiation.life.lives import CHILD_DELETED, NOTIFY, Talk, ask, healthy, life, one, recorded, story, told
from tests.negotiation.recorded import Items, read
from tests.negotiation.recorded import healthy as healthy_recordings
from tests.negotiation.recorded import recorded as recordings
from tests.work import lines_run

CERTAIN_WITHOUT_KEYS: set[str] = set()  # what nobody could read is never certain


@pytest.mark.parametrize("keyed", [False, True])
def test_a_life_in_order(keyed: bool) -> None:
    """Deletes of older SAs, rekeyings and the last Delete: the same with keys and without."""
    found = life_of(recorded("ikev2-rekey", keyed=keyed))
    by_negotiation = {n: [e.event for e in found.events if e.negotiation == n] for n in (1, 2)}
    assert by_negotiation[1] == ["child-rekeyed", "child-deleted", "rekeyed", "deleted", "child-deleted"]
    assert by_negotiation[2] == ["child-rekeyed", "rekeyed", "deleted", "child-deleted"]
    times = [e.time_ns for e in found.events if e.negotiation == 1]
    assert times == sorted(times, key=lambda t: t or 0)


@pytest.mark.parametrize(
    "name",
    ["ikev1-dpd", "ikev1-rekey", "ikev2-dpd-answered-late", "ikev2-loss-retransmit", "ikev2-reauth", "ikev2-rekey",
     "ikev2-rekey-collision"],
)  # fmt: skip
def test_nothing_is_certain_that_one_packet_more_would_refute(name: str) -> None:
    """Of a rekeying without its answer, a Delete without its request, a question without its answer."""
    found = case(name)
    items, end = read(found.capture)
    keys = load_keys(str(found.keys))

    def certain(some: Items) -> set[tuple[str, bool | None]]:
        tracker = Tracker(name, keys)
        for sent, message in some:
            tracker.feed(sent, message)
        told = life_of(tracker.finish([], [], items[0][0].time_ns, end))
        return {(e.event, e.by_initiator) for e in told.events if e.confidence == "certain"}

    whole = certain(items)
    for i in range(len(items)):
        assert certain([*items[:i], *items[i + 1 :]]) <= whole, f"without frame {items[i][0].frame_number}"
        assert certain(items[: i + 1]) <= whole, f"up to frame {items[i][0].frame_number}"


def test_a_child_ends_with_the_last_ike_sa_it_was_handed_on_to() -> None:
    found = life_of(recorded("ikev2-rekey", keyed=True))
    last = found.child_end((3, 1))
    assert last is not None
    assert last == found.ends[3]
    replaced = found.child_end((1, 1))
    assert replaced is not None
    assert replaced.frame_number == 10
    found.child_ends.clear()
    assert found.child_end((1, 1)) == found.ends[3]


def test_of_two_that_were_made_at_once_the_one_that_stays_inherits() -> None:
    old = healthy()
    ask(old, 5, length=NOTIFY)
    loser = healthy(number=2, frame=50, at=9, rekeyed_from=1)
    ask(loser, 2, length=NOTIFY)
    winner = healthy(number=3, frame=80, at=9, rekeyed_from=1)
    assert life(old, loser, winner).heirs == {1: 3}
    assert life(old, winner, loser).heirs == {1: 3}


def test_ikev1_children_outlive_their_phase_1() -> None:
    found = life_of(recorded("ikev1-main-psk", keyed=True))
    assert found.child_end((1, 1)) == found.child_ends[1, 1]
    found.child_ends.clear()
    assert found.child_end((1, 1)) is None


def test_one_child_deleted_by_itself() -> None:
    talk = healthy().child(basis="inferred")
    ask(talk, 2, length=CHILD_DELETED)
    ask(talk, 3)
    found = life(talk)
    assert told(found) == [(1, 1, "child-deleted")]
    assert found.child_ends[1, 1].basis == "inferred"
    two = healthy().child(basis="inferred").child(basis="inferred")
    ask(two, 2, length=CHILD_DELETED)
    ask(two, 3)
    assert told(life(two)) == []  # which of them?


def test_questions_are_told_with_how_often_and_how_long() -> None:
    talk = healthy()
    talk.say("INFORMATIONAL", message_id=2, length=57)
    talk.say("INFORMATIONAL", message_id=2, length=57, again=True, after=2)
    talk.say("INFORMATIONAL", by="r", message_id=2, length=57, after=0.5)
    event = one(life(talk), "liveness-missed")
    assert (event.detail, event.by_initiator, event.confidence) == (
        "asked 2 times, answered after 2.5 s",
        True,
        "likely",
    )


def test_what_did_not_come_up_has_no_life() -> None:
    talk = Talk(outcome="failed").ike_sa_init()
    ask(talk, 2, length=NOTIFY)
    assert told(life(talk)) == []


@pytest.mark.parametrize("name", sorted(healthy_recordings()))
def test_without_keys_nothing_is_certain(name: str) -> None:
    items, end = healthy_recordings()[name]
    tracker = Tracker("x", None)
    for sent, message in items:
        tracker.feed(sent, message)
    found = life_of(tracker.finish([], [], None, end))
    assert {e.event for e in found.events if e.confidence == "certain"} == CERTAIN_WITHOUT_KEYS
    assert {e.event for e in found.events} & {"superseded", "liveness-failed"} == set()


@steady
@given(st.data())
def test_any_order_of_real_messages_has_some_life(data: st.DataObject) -> None:
    """Lost, repeated, reordered: never an exception, and events in order."""
    pool = [item for items in recordings() for item in items]
    some = data.draw(st.lists(st.integers(0, len(pool) - 1), max_size=25))
    tracker = Tracker("x", None)
    for i in some:
        tracker.feed(*pool[i])
    tale: Story = tracker.finish([], [], None, None)
    events = life_of(tale).events
    assert [e.negotiation for e in events] == sorted(e.negotiation for e in events)


def rekeyed(times: int) -> Story:
    """One SA that rekeys its child again and again, and as many IKE SAs made inside it."""
    talk = healthy().child(basis="inferred")
    for number in range(2, 2 + 2 * times, 2):
        talk.child(created_by="CREATE_CHILD_SA", frame_number=talk.frame, basis="inferred")
        talk.say("CREATE_CHILD_SA", message_id=number)
        talk.say("CREATE_CHILD_SA", by="r", message_id=number)
        ask(talk, number + 1, length=CHILD_DELETED, after=0.01)
    heirs = [healthy(number=i, frame=10_000 + 10 * i, at=5000 + i, rekeyed_from=1) for i in range(2, times + 2)]
    return story(talk, *heirs)


def test_cost_grows_with_the_messages() -> None:
    small, large = (lines_run(partial(life_of, rekeyed(times))) for times in (50, 200))
    assert large < 5 * small  # four times as many of everything


def test_a_long_chain_of_rekeyings_is_followed() -> None:
    found = life_of(rekeyed(50))
    assert found.oldest((1, 51)) == (1, 1)
    assert len([e for e in found.events if e.event == "child-rekeyed"]) == 50


def test_the_size_alone_shows_the_delete_of_the_only_child() -> None:
    """The SA has no other exchange about children: nobody rekeyed one."""
    talk = healthy().child(frame_number=3, response_frame=4)
    ask(talk, 2, length=CHILD_DELETED)
    ask(talk, 3)
    (event,) = [e for e in life(talk).events if e.event == "child-deleted"]
    assert (event.negotiation, event.child, event.frame_number, event.confidence) == (1, 1, 5, "likely")


def test_of_two_that_were_made_at_once_and_stay_the_first_inherits() -> None:
    talks = [healthy(), healthy(2, 30, at=20, rekeyed_from=1), healthy(3, 60, at=20.1, rekeyed_from=1)]
    assert life(*talks).successors == {1: 2}


def test_without_keys_a_rekeyed_ike_sa_ends_with_the_request_of_the_side_that_rekeyed_it() -> None:
    """Its length leaves open what it is (AES-CBC); that the SA was rekeyed does not."""
    ends: list[bool] = []
    for name, by, responds in (
        ("INFORMATIONAL", "i", False),
        ("INFORMATIONAL", "r", False),
        ("INFORMATIONAL", "r", True),
        ("CREATE_CHILD_SA", "i", False),
    ):
        old = healthy().choose(2, encryption_id=12, key_bits=256, integrity_id=12, prf_id=5, ke_id=14)
        ask(old, 2, length=80, answer=80)
        old.say(name, by=by, begun_by="i" if responds else by, message_id=3, length=80)
        found = life(old, healthy(2, 30, at=20, rekeyed_from=1))
        ends.append(1 in found.ends)
        assert found.heirs == {1: 2}
    assert ends == [True, False, False, False]
