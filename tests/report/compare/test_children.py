from analyzer.report.compare.children import MOST_CHILDREN, children, life
from analyzer.report.compare.model import UNKNOWN
from tests.report.compare.sides import asked, side


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
