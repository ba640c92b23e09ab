import pytest

from tests.assessment.authority import certificate, sent
from tests.assessment.build import found, healthy

ID = "weak-certificate-signature"


@pytest.mark.parametrize(("oid", "name", "severity"), [(4, "md5", "high"), (5, "sha1", "medium")])
def test_a_broken_hash_of_an_authority(oid: int, name: str, severity: str) -> None:
    talk = healthy()
    talk.n.certificates = (sent(certificate(signed_by_rsa_with=oid)), sent(certificate("other")))
    (finding,) = found(ID, talk)
    assert (finding.subject, finding.severity) == ("CN=i.example", severity)
    assert finding.detail == f"Of the initiator: signed with {name} by CN=CA."


def test_a_root_signs_itself() -> None:
    talk = healthy()
    talk.n.certificates = (sent(certificate("CA", "CA", signed_by_rsa_with=5)),)
    assert found(ID, talk) == []
