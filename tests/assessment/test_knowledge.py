from pathlib import Path
from typing import Any

from analyzer.assessment.combinations import Combination, Remembered
from analyzer.assessment.knowledge import CHOSE, CONFIGURED, OFFERED, Knowledge, Topic, in_ike_auth
from analyzer.assessment.peers import Peers, load
from tests.assessment.build import INITIATOR, RESPONDER, Talk, healthy, sa1, sa2

IKE, CHILD = Topic(2, child=False), Topic(2, child=True)


def known(*talks: Talk) -> Knowledge:
    found = Knowledge(Peers(), Remembered())
    found.learn(t.n for t in talks)
    return found


def ciphers(knowledge: Knowledge, address: str, topic: Topic, source: str) -> list[tuple[str, int | None]]:
    return [(c.kinds["encr"][0].name, c.frame) for c in knowledge.accepted(address, topic, source)]


def test_what_a_responder_chose_and_what_it_offered() -> None:
    own = Talk(number=2, initiator=RESPONDER, responder="192.0.2.30", outcome="failed")
    own.offer(sa2({"encr": [(12, 128)], "ke": [14]}), 9)
    found = known(healthy(1), own)
    assert ciphers(found, RESPONDER, IKE, CHOSE) == [("ENCR_AES_GCM_16-256", 2)]
    assert ciphers(found, RESPONDER, IKE, OFFERED) == [("ENCR_AES_CBC-128", 9)]
    assert ciphers(found, RESPONDER, CHILD, CHOSE) == []
    assert found.accepted(RESPONDER, IKE, CONFIGURED) == []


def test_offers_of_addresses_that_nobody_asks_about_are_not_read() -> None:
    read: list[int] = []

    class Counting(Remembered):
        def of_sa(self, version: int, *words: Any, **named: Any) -> list[Combination]:
            read.append(version)
            return super().of_sa(version, *words, **named)

    knowledge = Knowledge(Peers(), Counting())
    talk = healthy()
    knowledge.learn([talk.n])
    assert read == []
    assert knowledge.accepted(RESPONDER, Topic(2, child=False), CHOSE)
    chosen = len([o for o in talk.n.offers if not o.from_initiator])
    assert len(read) == chosen
    assert knowledge.accepted(INITIATOR, Topic(2, child=False), OFFERED)
    assert len(read) == len(talk.n.offers)


def test_a_child_is_chosen_by_the_side_that_answers() -> None:
    talk = healthy().child(created_by="CREATE_CHILD_SA", frame_number=5)
    talk.offer(sa2({"encr": [(20, 256)]}, protocol=3), 5, child=1, from_initiator=False)
    talk.answer(sa2({"encr": [(20, 256)]}, protocol=3), 6, child=1, from_initiator=True)
    found = known(talk)
    assert ciphers(found, INITIATOR, CHILD, CHOSE) == [("ENCR_AES_GCM_16-256", 6)]
    assert ciphers(found, RESPONDER, CHILD, OFFERED) == [("ENCR_AES_GCM_16-256", 5)]


def test_equal_choices_are_kept_once_and_floods_are_bounded() -> None:
    same = known(*(healthy(k, 10 * k) for k in range(1, 6)))
    assert ciphers(same, RESPONDER, IKE, CHOSE) == [("ENCR_AES_GCM_16-256", 11)]
    many = [Talk(number=k).answer(sa2({"encr": [(12, k)]})) for k in range(1, 60)]
    assert len(known(*many).accepted(RESPONDER, IKE, CHOSE)) == 12


def test_a_scanner_teaches_nothing_about_its_host() -> None:
    assert ciphers(known(Talk(outcome="probe").offer(sa2({"encr": [2]}))), INITIATOR, IKE, OFFERED) == []


def test_versions_seen() -> None:
    old = Talk(version=1, number=2).offer(sa1((7, 2, 1, 14, 128))).choose(5, encryption_id=7)
    found = known(old)
    assert found.only_other_version(RESPONDER, 2) is not None
    assert found.only_other_version(RESPONDER, 1) is None
    assert found.speaks(RESPONDER, 1)
    assert not found.speaks(RESPONDER, 2)
    assert known(old, healthy(3)).only_other_version(RESPONDER, 2) is None
    assert found.only_other_version("203.0.113.9", 2) is None


def test_children_of_ike_auth() -> None:
    talk = healthy().child().child(created_by="CREATE_CHILD_SA")
    assert in_ike_auth(talk.n, 1)
    assert not in_ike_auth(talk.n, 2)
    assert not in_ike_auth(talk.n, None)


def test_what_the_user_says_of_versions_is_believed_before_the_capture(tmp_path: Path) -> None:
    path = tmp_path / "peers.toml"
    path.write_text(f'[peer."{RESPONDER}"]\nversions = [1]\n')
    found = Knowledge(load(str(path)), Remembered())
    found.learn([healthy().n])
    assert found.only_other_version(RESPONDER, 2) == "the configuration given says IKEv1 only"
    assert found.only_other_version(RESPONDER, 1) is None
    assert found.speaks(RESPONDER, 1)
    assert not found.speaks(RESPONDER, 2)
