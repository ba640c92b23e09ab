from analyzer.report.compare.case import cases
from analyzer.report.compare.model import ABSENT, UNKNOWN, unknown
from analyzer.report.compare.peers import peers
from tests.report.compare.sides import asked, cut_side, initiated, side
from tests.report.sample import AUTH, INIT, MAIN, put


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


def test_main_mode_that_stops_before_its_fifth_message_says_nothing_of_who_they_are() -> None:
    tables, peer = initiated(version=1)
    for frame, side_of, types in ((1, "i", (1, 13)), (2, "r", (1,)), (3, "i", (4, 10)), (4, "r", (4, 10))):
        peer.send(frame, frame, side_of, MAIN, types)
    found = asked(peers, side("ikev1-main-psk", keys=True), cases(tables, [1])[1])
    for name in ("Identity of the initiator", "Identity of the responder", "Certificates of the initiator"):
        assert (found[name].b, found[name].differs) == (unknown("not in this capture"), False), name
    peer.send(5, 5, "i", MAIN, (5, 8), encrypted=True)
    later = asked(peers, side("ikev1-main-psk", keys=True), cases(tables, [1])[1])
    assert later["Identity of the initiator"].b == unknown("inside encryption, not decrypted (frame 5)")
    assert later["Identity of the responder"].b == unknown("not in this capture")
    asked_in_main = found["IDr of the request"]
    assert not asked_in_main.differs


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


def test_an_implementation_that_does_not_show_itself_is_no_difference() -> None:
    shown = {"initiator_implementation": "consistent with strongSwan"}
    whole = (33, 34, 40), (33, 34, 40)
    for case, reason in (
        (cut_side(*whole, defects=()), "its messages fit no implementation that is known"),
        (cut_side(*whole), "cut in this capture (frame 1)"),
        (side("ikev2-capture-starts-late"), "not in this capture"),
    ):
        found = asked(peers, cut_side(*whole, defects=(), **shown), case)["Implementation of the initiator"]
        assert (found.a.text, found.b) == ("consistent with strongSwan", unknown(reason))


def test_a_vendor_id_the_capture_may_have_cut_off() -> None:
    tables, peer = initiated()
    peer.send(1, 0, "i", INIT, (33, 34, 40, 43))
    put(tables, "vendor_ids", negotiation=1, frame_number=1, side="initiator", name="strongSwan", data="88")
    shows, whole = cases(tables, [1])[1], (33, 34, 40)
    cut = asked(peers, shows, cut_side(whole))["Vendor ID of the initiator"]
    assert (cut.a.text, cut.b) == ("strongSwan", unknown("cut in this capture (frame 1)"))
    without = asked(peers, shows, cut_side(whole, defects=()))["Vendor ID of the initiator"]
    assert (without.b.text, without.differs) == ("without strongSwan", True)


def test_a_side_that_is_not_in_the_capture_has_an_unknown_identity() -> None:
    tables, peer = initiated()
    peer.send(1, 0, "i", AUTH, (46,), encrypted=True, message_id=1, decrypted_payload_types=(35, 39))
    case = cases(tables, [1])[1]
    found = asked(peers, case, case)
    assert found["Identity of the responder"].a == unknown("not in this capture")
    assert found["Identity of the initiator"].a.state == ABSENT


def test_ikev1_chooses_how_to_authenticate_in_clear() -> None:
    tables, peer = initiated(version=1)
    peer.send(1, 0, "i", MAIN, (), encrypted=True)
    case = cases(tables, [1])[1]
    assert asked(peers, case, case)["Authentication"].a == unknown("not in this capture")
    late = asked(peers, side("ikev1-main-psk"), case)["Authentication"]
    assert (late.a.state, late.differs) == ("seen", False)
