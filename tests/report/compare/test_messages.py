from analyzer.report.compare.case import cases
from analyzer.report.compare.messages import messages
from analyzer.report.compare.model import UNKNOWN, unknown
from tests.report.compare.sides import CUT, asked, cut_side, initiated, side
from tests.report.sample import AUTH


def test_what_came_and_what_it_holds() -> None:
    found = asked(messages, side("ikev2-psk-gcm"), side("ikev2-no-proposal-ike"))
    assert found["IKE_AUTH request"].differs
    assert found["IKE_AUTH request"].b.text == "not in the capture"
    refusal = found["NO_PROPOSAL_CHOSEN in IKE_SA_INIT response"]
    assert (refusal.a.text, refusal.b.text, refusal.matters) == (
        "no NO_PROPOSAL_CHOSEN in frame 4",
        "sent (error)",
        True,
    )
    assert list(found).index("NO_PROPOSAL_CHOSEN in IKE_SA_INIT response") < list(found).index(
        "NAT_DETECTION_SOURCE_IP in IKE_SA_INIT request"
    )
    assert found["IKE_SA_INIT response: payloads"].b.text == "N(NO_PROPOSAL_CHOSEN)"


def test_what_an_error_answer_does_not_announce_follows_from_it() -> None:
    found = asked(messages, side("ikev2-psk-gcm"), side("ikev2-no-proposal-ike"))
    lacking = found["IKEV2_FRAGMENTATION_SUPPORTED in IKE_SA_INIT response"]
    assert (lacking.differs, lacking.matters) == (True, False)
    assert found["IKEV2_FRAGMENTATION_SUPPORTED in IKE_SA_INIT request"].matters


def test_the_size_of_what_is_not_decrypted_is_all_there_is() -> None:
    found = asked(messages, side("ikev2-psk-gcm"), side("ikev2-auth-failed-psk"))
    assert (found["IKE_AUTH response: size"].a.text, found["IKE_AUTH response: size"].b.text) == (
        "238 bytes",
        "65 bytes",
    )
    assert found["IKE_AUTH response: size"].matters
    assert not found["IKE_SA_INIT request: size"].matters
    inside = found["IKE_AUTH response: payloads inside encryption"]
    assert (inside.a.state, inside.b.state) == (UNKNOWN, UNKNOWN)


def test_decrypted_here_and_encrypted_there() -> None:
    found = asked(messages, side("ikev2-psk-gcm", keys=True), side("ikev2-psk-gcm"))
    inside = found["IKE_AUTH request: payloads inside encryption"]
    assert inside.a.text.startswith("IDi, ")
    assert inside.b.state == UNKNOWN
    assert not any(aspect.differs for aspect in found.values())


def test_two_versions_have_no_counterparts() -> None:
    assert asked(messages, side("ikev2-psk-gcm"), side("ikev1-main-psk")) == {}


def test_fragments() -> None:
    found = asked(messages, side("ikev2-cert-frag"), side("ikev2-psk-gcm"))["IKE_AUTH request: fragments"]
    assert found.differs
    assert found.b.text == "in one piece"


def test_what_the_capture_cut_is_not_absent() -> None:
    found = asked(messages, side("ikev2-psk-gcm"), cut_side((33,), (33,)))
    notify = found["NAT_DETECTION_SOURCE_IP in IKE_SA_INIT request"]
    assert (notify.a.state, notify.b) == ("seen", unknown("cut in this capture (frame 1)"))
    assert found["IKE_SA_INIT response: payloads"].b == unknown("cut in this capture (frame 2)")
    whole = asked(messages, side("ikev2-psk-gcm"), cut_side((33, 34, 40), (33, 34, 40), defects=()))
    assert whole["NAT_DETECTION_SOURCE_IP in IKE_SA_INIT request"].differs
    assert whole["IKE_SA_INIT response: payloads"].differs


def test_a_cut_inside_encryption_keys_would_not_open() -> None:
    tables, peer = initiated()
    peer.send(1, 0, "i", AUTH, (46,), encrypted=True, message_id=1, defects=CUT)
    case = cases(tables, [1])[1]
    found = asked(messages, case, case)
    assert found["IKE_AUTH request: payloads"].a.text == "SK"
    assert found["IKE_AUTH request: payloads inside encryption"].a == unknown("cut in this capture (frame 1)")


def test_an_ikev1_message_that_is_encrypted_has_no_payloads_outside() -> None:
    found = asked(messages, side("ikev1-main-psk"), side("ikev1-main-psk"))
    assert "IDENTITY_PROTECTION message 5: payloads inside encryption" in found
    assert "IDENTITY_PROTECTION message 5: payloads" not in found
    assert "IDENTITY_PROTECTION message 4: payloads" in found
