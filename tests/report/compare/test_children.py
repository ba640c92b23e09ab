from typing import Any

from analyzer.report.compare.case import Case, cases
from analyzer.report.compare.children import MOST_CHILDREN, children, life
from analyzer.report.compare.model import SEEN, UNKNOWN, Answer, absent, unknown
from tests.report.compare.sides import CUT, asked, cut_side, initiated, side
from tests.report.sample import AUTH, INIT, MAIN, QUICK, put


def test_children_one_by_one() -> None:
    found = asked(children, side("ikev1-ipv6-transport", keys=True), side("ikev1-main-psk", keys=True))
    assert not found["Child SA 1: outcome"].differs
    assert found["Child SA 1: selectors of the responder"].differs
    assert (found["Child SA 1: mode"].a.text, found["Child SA 1: mode"].differs) == ("transport", True)
    assert found["Child SA 1: agreed"].a.frames


def test_what_is_inside_encryption_is_not_compared() -> None:
    found = asked(children, side("ikev2-psk-gcm", keys=True), side("ikev2-psk-gcm"))
    assert found["Child SA 1: agreed"].b.state == UNKNOWN
    assert not any(aspect.differs for aspect in found.values())


def test_traffic_is_some_or_none() -> None:
    found = asked(children, side("ikev2-one-way-traffic"), side("ikev2-natt-data"))
    ways = [found[f"Child SA 1: traffic to the {end}"] for end in ("initiator", "responder")]
    assert [way.differs for way in ways].count(True) == 1
    assert any(way.a.text == "no packet" for way in ways)


def test_events_and_findings_do_not_decide() -> None:
    found = asked(life, side("ikev1-main-psk"), side("ikev1-weak-des-md5-modp768"))
    weak = {name for name, aspect in found.items() if aspect.differs and name.startswith("weak-encryption")}
    assert weak
    assert not any(aspect.matters for aspect in found.values())


def test_no_more_children_than_are_compared() -> None:
    found = asked(children, side("ikev2-rekey"), side("ikev2-rekey"))
    assert f"Child SA {MOST_CHILDREN + 1}: outcome" not in found


def count(case: Case) -> Answer:
    return asked(children, case, case)["Child SAs"].a


def after(version: int, outcome: str, **more: Any) -> Case:
    """A negotiation of this outcome with the message that would make a child SA, if cells of it are given."""
    tables, peer = initiated(version, outcome=outcome)
    peer.send(1, 0, "i", INIT if version == 2 else MAIN, (33, 34, 40) if version == 2 else (1,))
    if more:
        peer.send(2, 1, "i", AUTH if version == 2 else QUICK, (), message_id=1, encrypted=True, **more)
    return cases(tables, [1])[1]


def test_no_child_sa_is_none_only_where_it_would_be_seen() -> None:
    hidden = unknown("inside encryption, not decrypted (frame 2)")
    for version in (1, 2):
        assert count(after(version, "incomplete", length=200)) == hidden
        assert count(after(version, "established", length=200)) == hidden
        assert count(after(version, "established", defects=CUT)) == unknown("cut in this capture (frame 2)")
        assert count(after(version, "incomplete")) == unknown("not in this capture")
        assert count(after(version, "incomplete", decrypted_payload_types=(35, 39))) == absent()
        assert count(after(version, "failed")) == count(after(version, "unanswered")) == absent()
    assert count(after(1, "established")) == absent()
    assert count(after(2, "established")) == unknown("not in this capture")


def test_a_finding_about_what_the_other_side_cannot_show() -> None:
    weak = side("ikev2-weak-3des-md5-modp768")
    for case, reason in (
        (side("ikev2-capture-starts-late"), "not in this capture"),
        (cut_side((33,), (33,)), "cut in this capture"),
    ):
        found = asked(life, weak, case)
        judged = [found[name] for name in found if name.startswith("weak-") and found[name].a.state == SEEN]
        assert {aspect.b.text.partition(" (")[0] for aspect in judged} == {reason}
    found = asked(life, weak, cut_side((33, 34), (33, 34), encryption_id=12, encryption="ENCR_AES_CBC"))
    assert found
    assert {aspect.b for name, aspect in found.items() if name.startswith("weak-")} == {absent()}


def test_a_finding_about_a_notify_behind_a_whole_sa_payload() -> None:
    tables, peer = initiated()
    peer.send(1, 0, "i", INIT, (33, 34, 40, 41))
    for name in ("signature-hash-sha1-offered", "weak-ke-offered", "ike-on-udp-500"):
        put(tables, "findings", negotiation=1, finding=name, subject="X", severity="low", evidence_frames=(1,))
    found = asked(life, cases(tables, [1])[1], cut_side((33, 34)))
    assert found["signature-hash-sha1-offered: X"].b == unknown("cut in this capture (frame 1)")
    assert found["weak-ke-offered: X"].b == found["ike-on-udp-500: X"].b == absent()


def test_a_finding_about_a_child_sa_inside_encryption() -> None:
    tables, peer = initiated()
    peer.send(1, 0, "r", AUTH, (46,), encrypted=True, message_id=1, decrypted_payload_types=(36, 33))
    put(tables, "findings", negotiation=1, finding="weak-encryption-chosen", subject="X", evidence_frames=(1,))
    found = asked(life, cases(tables, [1])[1], side("ikev2-psk-gcm"))["weak-encryption-chosen: X"]
    assert found.b == unknown("inside encryption, not decrypted (frame 6)")


def test_a_lifetime_in_a_hidden_quick_mode_is_not_absent() -> None:
    found = asked(children, side("ikev1-main-psk"), side("ikev2-psk-gcm"))["Child SA 1: lifetime"]
    assert (found.a.state, found.b) == (UNKNOWN, absent("none negotiated"))
