from analyzer.report.compare.model import ABSENT, UNKNOWN
from analyzer.report.compare.peers import peers
from tests.report.compare.sides import asked, side


def test_identities_and_certificates_where_they_can_be_read() -> None:
    found = asked(peers, side("ikev1-main-cert", keys=True), side("ikev1-main-psk", keys=True))
    assert found["Identity of the initiator"].a.text == "initiator.example"
    assert found["Identity of the initiator"].a.frames == (9,)
    assert found["Authentication"].differs
    assert found["Certificates of the initiator"].differs
    assert found["Certificates of the initiator"].b.state == ABSENT


def test_without_keys_they_cannot_be_known() -> None:
    found = asked(peers, side("ikev2-psk-gcm", keys=True), side("ikev2-psk-gcm"))
    assert found["Identity of the responder"].a.state == "seen"
    assert found["Identity of the responder"].b.state == UNKNOWN
    assert not found["Identity of the responder"].differs


def test_vendor_ids_one_by_one() -> None:
    found = asked(peers, side("ikev1-main-psk"), side("strongswan-to-libreswan-v1-psk"))
    ids = [aspect for name, aspect in found.items() if name.startswith("Vendor ID of the responder")]
    missing = [aspect for aspect in ids if aspect.differs]
    assert missing
    assert not any(aspect.matters for aspect in ids)
    assert {aspect.b.text for aspect in missing if aspect.b.state == ABSENT} | {
        aspect.a.text for aspect in missing if aspect.a.state == ABSENT
    }


def test_vendor_ids_of_two_versions_are_not_compared() -> None:
    found = asked(peers, side("ikev1-main-psk"), side("ikev2-psk-gcm"))
    assert not [name for name in found if name.startswith("Vendor ID")]
