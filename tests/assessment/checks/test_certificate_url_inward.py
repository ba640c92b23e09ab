import pytest

from analyzer.negotiation.seen import SeenCertificate
from tests.assessment.build import Talk, found, healthy

ID = "certificate-url-inward"
LOOKUP = 16392


def talk(url: bytes, encoding: int = 12, by_initiator: bool = True, **fields: str) -> Talk:
    made = healthy(**fields)
    made.n.certificates = (SeenCertificate(3, 0, by_initiator, False, bytes(20) + url, encoding),)
    return made


@pytest.mark.parametrize("encoding", [12, 13])
def test_loopback(encoding: int) -> None:
    (finding,) = found(ID, talk(b"http://127.0.0.1/x.cer", encoding))
    assert (finding.severity, finding.confidence, finding.subject) == ("low", "possible", "192.0.2.10")
    assert finding.evidence_frames == (3,)
    assert finding.detail == (
        "The initiator points to 127.0.0.1; the other side does not announce HTTP_CERT_LOOKUP_SUPPORTED."
    )


def test_whether_the_other_side_looks_up() -> None:
    asked = talk(b"http://169.254.169.254/latest", by_initiator=False)
    asked.say("IKE_AUTH", message_id=1, notifies=((LOOKUP, b"", True),))
    (finding,) = found(ID, asked)
    assert finding.subject == "192.0.2.20"
    assert "the other side announces" in finding.detail


def test_each_host_once() -> None:
    twice = talk(b"http://localhost/1")
    first = twice.n.certificates[0]
    twice.n.certificates = (first, first._replace(der=bytes(20) + b"http://localhost/2", frame_number=5))
    assert [f.evidence_frames for f in found(ID, twice)] == [(3,)]


def test_where_such_urls_belong() -> None:
    assert found(ID, talk(b"http://ca.example/x.cer")) == []
    assert found(ID, talk(b"http://192.0.2.7/x.cer")) == []
    assert found(ID, talk(b"http://10.0.0.5/x.cer", initiator="10.0.0.9")) == []
    assert found(ID, healthy()) == []


def test_what_is_no_url() -> None:
    assert found(ID, talk(b"")) == []
    assert found(ID, talk(b"http://127.0.0.1/x.cer", encoding=4)) == []  # a certificate, or nothing
