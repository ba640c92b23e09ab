import pytest

from tests.assessment.authority import certificate, sent
from tests.assessment.build import Talk, diagnosed, healthy, ids, main_mode, one

ID = "certificate-rejected"


def test_ikev1_says_so() -> None:
    talk = main_mode(messages=5, outcome="failed", failed_at="IDENTITY_PROTECTION", failed_by="responder")
    talk.say("INFORMATIONAL", by="r", begun_by="r", message_id=9, notifies=[(22, b"", True)])
    made = diagnosed(talk)
    assert ids(made)[0] == ID
    assert made[0].detail == "INVALID-CERT-AUTHORITY in phase 1."


def refused(*payloads: int) -> Talk:
    talk = Talk(outcome="failed", failed_at="IKE_AUTH", failed_by="responder")
    talk.say("IKE_SA_INIT")
    talk.say("IKE_SA_INIT", by="r", payloads=(33, 34, 40, *payloads))
    return talk.ike_auth(answer=65)


def test_a_candidate_where_certificates_are_asked_for() -> None:
    diagnosis = one(ID, refused(38))
    assert diagnosis is not None
    assert diagnosis.confidence == "possible"


def test_likely_where_the_certificate_shows_why() -> None:
    talk = refused(38)
    talk.n.certificates = (sent(certificate(), day=2), sent(certificate("r.example"), day=5, initiator=False))
    diagnosis = one(ID, talk)
    assert diagnosis is not None
    assert (diagnosis.confidence, diagnosis.rank) == ("likely", 2)
    assert diagnosis.detail.startswith("The certificate CN=i.example of the initiator expired")
    assert "r.example" not in diagnosis.detail  # the responder refused the other one
    assert diagnosis.advice == "Renew it, and check the clocks of the initiator and its peer."
    assert 3 in diagnosis.evidence_frames


def test_a_refused_shared_key_is_no_certificate() -> None:
    talk = refused(38)
    talk.n.auth_method_initiator = 2
    request = talk.n.exchanges[-1].steps[0]
    talk.change(request.frame_number, inner_types=(35, 39, 33, 44, 45))
    assert one(ID, talk) is None
    talk.change(request.frame_number, inner_types=(35, 37, 39, 33, 44, 45))
    talk.n.auth_method_initiator = 14
    assert one(ID, talk) is not None


def test_not_where_nothing_speaks_of_certificates() -> None:
    assert one(ID, refused()) is None
    assert one(ID, healthy()) is None


@pytest.mark.parametrize(
    ("method", "signed"), [(1, True), (3, True), (9, True), (10, True), (11, True), (14, True), (2, False), (13, False)]
)
def test_a_refused_signature_of_any_kind_may_be_of_a_refused_certificate(method: int, signed: bool) -> None:
    """RSA, DSS, ECDSA with three curves, digital signature (RFC 7427); not a shared key, not NULL."""
    talk = refused(38)
    talk.n.auth_method_initiator = method
    request = talk.n.exchanges[-1].steps[0]
    talk.change(request.frame_number, inner_types=(35, 39, 33, 44, 45))
    assert (one(ID, talk) is not None) is signed
