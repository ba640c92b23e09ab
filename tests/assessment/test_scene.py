from analyzer.assessment import policies
from analyzer.assessment.scene import Scene, began, ended, first_step, pair
from tests.assessment.build import INITIATOR, RESPONDER, Talk, healthy, sa2, story


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


def test_knowledge_of_what_a_responder_chose_and_what_it_offered() -> None:
    own = Talk(number=2, initiator=RESPONDER, responder="192.0.2.30", outcome="failed")
    own.offer(sa2({"encr": [(12, 128)], "ke": [14]}), 9)
    own.say("IKE_SA_INIT")
    known = scene(healthy(1), own).knowledge[RESPONDER]
    assert {a.name: frame for a, frame in known.chose[2, "encr"].items()} == {"ENCR_AES_GCM_16-256": 2}
    assert {a.name: frame for a, frame in known.offered[2, "encr"].items()} == {"ENCR_AES_CBC-128": 9}
    assert known.chose_versions == {2}


def test_a_scanner_teaches_nothing_about_its_host() -> None:
    probe = Talk(outcome="probe").offer(sa2({"encr": [2]}))
    probe.say("IKE_SA_INIT")
    assert INITIATOR not in scene(probe).knowledge


def test_times_of_a_negotiation() -> None:
    talk = healthy(at=10)
    assert began(talk.n) == 10_100_000_000
    assert ended(talk.n) == 10_400_000_000
    assert first_step(talk.n) is talk.n.exchanges[0].steps[0]
    assert began(Talk().n) is None
    assert ended(Talk().n) is None
