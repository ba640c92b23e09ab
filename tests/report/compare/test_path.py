from analyzer.report.compare.case import Case
from analyzer.report.compare.model import SEEN, UNKNOWN, Answer, absent, unknown
from analyzer.report.compare.path import path
from tests.report.compare.sides import asked, cut_side, side


def test_what_a_firewall_or_a_nat_changes() -> None:
    found = asked(path, side("ikev2-natt-data"), side("ikev2-psk-cbc-port500-two-children"))
    assert found["NAT by detection hashes"].differs
    assert found["NAT by detection hashes"].a.text.endswith(" (likely)")
    assert found["Transport"].differs
    assert found["Transport"].b.text == "UDP"
    assert not found["Port of the responder"].differs
    assert not found["Address of the initiator"].matters


def test_errors_of_the_path() -> None:
    found = asked(path, side("ikev2-port-unreachable"), side("ikev2-psk-gcm"))["ICMP errors"]
    assert found.differs
    assert "port-unreachable from 192.0.2.20" in found.a.text
    assert found.a.frames
    assert found.b.text == "none"


def test_moves_and_fragmentation() -> None:
    found = asked(path, side("ikev2-mobike"), side("ikev2-rekey"))
    assert found["Moves"].differs
    assert found["Moves"].a.text.startswith("3 pairs")
    assert not found["IKE fragmentation"].differs
    assert asked(path, side("ikev2-cert-frag"), side("ikev2-psk-gcm"))["IKE fragmentation"].a.text == "used"


def test_ports_and_transport_of_a_capture_that_starts_late() -> None:
    found = asked(path, side("ikev2-psk-gcm"), side("ikev2-capture-starts-late"))
    for name in ("Port of the responder", "Port of the initiator", "Transport"):
        assert (found[name].a.state, found[name].b) == (SEEN, unknown("the first messages are not in this capture"))
    assert found["Address of the responder"].b.state == SEEN
    assert found["IKE fragmentation"].b == unknown("not in this capture")


def test_an_offer_of_fragmentation_whose_answer_is_not_there() -> None:
    one, both = (33, 34, 40), ((33, 34, 40), (33, 34, 40))

    def fragmentation(case: Case) -> Answer:
        return asked(path, case, case)["IKE fragmentation"].a

    assert fragmentation(cut_side(one, defects=(), fragmentation="offered")) == unknown("not in this capture")
    assert fragmentation(cut_side(*both, fragmentation="offered")) == unknown("cut in this capture (frame 1)")
    assert fragmentation(cut_side(*both)) == unknown("cut in this capture (frame 1)")
    assert fragmentation(cut_side(*both, defects=(), fragmentation="offered")).text == "offered"
    assert fragmentation(cut_side(*both, defects=())) == absent("not announced")
    assert fragmentation(cut_side(one, fragmentation="used")).text == "used"


def test_what_may_come_behind_the_end_of_a_capture_is_no_difference() -> None:
    """IKE_SA_INIT alone: the move to UDP 4500, or to other addresses, would come after it."""
    whole, begun = side("ikev2-natt-data"), cut_side((33, 34, 40), (33, 34, 40), defects=())
    found = asked(path, whole, begun)
    assert not found["Transport"].differs
    assert (found["Transport"].b.state, found["Moves"].b.state) == (UNKNOWN, UNKNOWN)
    assert found["Transport"].b.text.startswith("UDP so far: ")
    ended = cut_side((33, 34, 40), (33, 34, 40), defects=(), outcome="failed")
    assert asked(path, whole, ended)["Transport"].differs, "what failed there did not go on"
