from analyzer.assessment import policies
from analyzer.assessment.knowledge import CHOSE, Topic
from analyzer.assessment.scene import Scene, began, ended, first_step, pair
from tests.assessment.build import INITIATOR, RESPONDER, Talk, healthy, story


def scene(*talks: Talk) -> Scene:
    return Scene(story(*talks), policies.load("ietf"))


def test_pairs_do_not_depend_on_direction() -> None:
    forth, back = healthy(1), healthy(2, initiator=RESPONDER, responder=INITIATOR)
    assert pair(forth.n) == pair(back.n)
    assert list(scene(forth, back).by_pair) == [(INITIATOR, RESPONDER)]


def test_neighbours_lie_within_the_window_nearest_first() -> None:
    talks = [healthy(k, 10 * k, at=at) for k, at in ((1, 0), (2, 50), (3, 55), (4, 60), (5, 200))]
    here = scene(*talks)
    assert [n.number for n in here.neighbours(talks[2].n, 20, most=8)] == [2, 4]
    assert [n.number for n in here.neighbours(talks[4].n, 20, most=8)] == []
    assert [n.number for n in here.neighbours(talks[2].n, 600, most=1)] == [2, 4]


def test_neighbours_are_of_the_same_hosts_only() -> None:
    stranger = healthy(2, 10, initiator="192.0.2.99")
    here = scene(healthy(1), stranger)
    assert list(here.neighbours(stranger.n, 600, most=8)) == []


def test_knowledge_is_gathered_once_from_all_negotiations() -> None:
    here = scene(healthy(1), healthy(2, 20))
    assert [c.frame for c in here.knowledge.accepted(RESPONDER, Topic(2, child=False), CHOSE)] == [2]
    assert here.knowledge is here.knowledge


def test_times_of_a_negotiation() -> None:
    talk = healthy(at=10)
    assert began(talk.n) == 10_100_000_000
    assert ended(talk.n) == 10_400_000_000
    assert first_step(talk.n) == talk.n.exchanges[0].steps[0]
    assert first_step(Talk().n) is None
    assert began(Talk().n) is None
    assert ended(Talk().n) is None


def test_another_host_that_was_let_in_is_found_behind_any_number_of_this_ones() -> None:
    own = [healthy(k, k * 10, at=float(k)) for k in range(1, 101)]
    other = healthy(200, 2000, at=150, initiator="192.0.2.99")
    scene = Scene(story(*own, other), policies.load("ietf"))
    found = scene.served_another(own[0].n, 300)
    assert found is not None
    assert found.number == 200
    assert scene.served_another(own[0].n, 100) is None, "too late"
    assert scene.served_another(other.n, 300) is own[0].n


def test_what_began_after_a_time() -> None:
    talks = [healthy(k, k * 10, at=k * 100.0) for k in range(1, 6)]
    scene = Scene(story(*talks), policies.load("ietf"))
    assert [n.number for n in scene.begun_after(talks[0].n, 250 * 10**9, 200, most=9)] == [3, 4]
    assert [n.number for n in scene.begun_after(talks[2].n, 250 * 10**9, 900, most=2)] == [4]
