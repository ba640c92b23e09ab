from analyzer.report.compare.path import path
from tests.report.compare.sides import asked, side


def test_what_a_firewall_or_a_nat_changes() -> None:
    found = asked(path, side("ikev2-natt-data"), side("ikev2-psk-cbc-port500-two-children"))
    assert found["NAT by the detection hashes"].differs
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
