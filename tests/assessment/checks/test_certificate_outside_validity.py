from tests.assessment.authority import certificate, sent
from tests.assessment.build import found, healthy

ID = "certificate-outside-validity"


def test_an_expired_certificate() -> None:
    talk = healthy()
    talk.n.certificates = (sent(certificate(), day=9), sent(certificate("r.example"), day=0, initiator=False))
    (finding,) = found(ID, talk)
    assert (finding.subject, finding.evidence_frames, finding.confidence) == ("CN=i.example", (3,), "likely")
    assert finding.detail.startswith("Of the initiator: it expired on 1979-12-31")


def test_nothing_to_say_without_certificates() -> None:
    assert found(ID, healthy()) == []
