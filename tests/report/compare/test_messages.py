from analyzer.report.compare.messages import messages
from analyzer.report.compare.model import UNKNOWN
from tests.report.compare.sides import asked, side


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
