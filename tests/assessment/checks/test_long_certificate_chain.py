from analyzer.negotiation.seen import SeenCertificate
from tests.assessment.build import Talk, aggressive, found, healthy

ID = "long-certificate-chain"
CERT, CERT_OF_IKEV1 = 37, 6


def talk(count: int, by: str = "i") -> Talk:
    made = Talk(outcome="established", certificates=(SeenCertificate(3, 0, True, False, b"0"),)).ike_sa_init()
    made.say("IKE_AUTH", by=by, message_id=1, inner=(35, *[CERT] * count, 39))
    return made


def test_twelve_in_a_request() -> None:
    (finding,) = found(ID, talk(12))
    assert (finding.severity, finding.confidence, finding.subject) == ("low", "possible", "192.0.2.10")
    assert (finding.detail, finding.evidence_frames) == ("12 CERT payloads in one message of the initiator.", (3,))


def test_of_the_responder_and_in_clear() -> None:
    (finding,) = found(ID, talk(9, by="r"))
    assert finding.subject == "192.0.2.20"
    old = aggressive(certificates=(SeenCertificate(2, 0, False, False, b"0"),))
    old.change(2, payload_types=(1, 4, 10, 5, *[CERT_OF_IKEV1] * 9, 9))
    assert [f.evidence_frames for f in found(ID, old)] == [(2,)]


def test_chains_as_they_are() -> None:
    for count in (1, 3, 8):
        assert found(ID, talk(count)) == []
    assert found(ID, healthy()) == []


def test_many_requests_for_certificates_are_none() -> None:
    asking = talk(1)
    asking.change(3, inner_types=(35, CERT, *[38] * 20, 39))
    assert found(ID, asking) == []


def test_nine_in_three_messages() -> None:
    """Of three rounds, each with a chain of its own."""
    several = talk(3)
    for message_id in (2, 3):
        several.say("IKE_AUTH", message_id=message_id, inner=(35, *[CERT] * 3, 39))
    assert found(ID, several) == []
