import pytest
from cryptography.hazmat.primitives.asymmetric import dsa, ec

from analyzer.assessment import certificates
from analyzer.isakmp.x509 import certificate_facts
from tests.assessment.authority import certificate, sent
from tests.assessment.build import found, healthy

ID = "weak-certificate-key"


def test_the_policy_says_how_long_keys_have_to_be() -> None:
    talk = healthy()
    talk.n.certificates = (sent(certificate(rsa_bits=1024)),)
    (finding,) = found(ID, talk)
    assert (finding.severity, finding.policy, finding.clause) == ("medium", "ietf", "RFC 8247 3.1.1")
    assert finding.detail.startswith("Of the initiator: RSA with 1024 bits.")


def test_what_is_enough_for_one_is_too_short_for_another() -> None:
    talk = healthy()
    talk.n.certificates = (sent(certificate(rsa_bits=2048)),)
    assert found(ID, talk) == []
    assert found(ID, talk, policy="bsi")[0].clause.startswith("BSI TR-02102-3")


def test_dsa_and_short_curves_whatever_the_policy() -> None:
    talk = healthy()
    talk.n.certificates = (sent(certificate(public_key=dsa.generate_private_key(1024).public_key())),)
    (finding,) = found(ID, talk)
    assert (finding.title, finding.severity, finding.policy) == ("Certificate with a DSA key", "medium", None)
    assert finding.detail == "Of the initiator: DSA with 1024 bits."
    short = ec.derive_private_key(7, ec.SECP192R1()).public_key()
    talk.n.certificates = (sent(certificate(public_key=short)),)
    (finding,) = found(ID, talk)
    assert (finding.title, finding.severity) == ("Certificate with a short EC key", "high")
    assert finding.detail == "Of the initiator: EC secp192r1 with 192 bits."


@pytest.mark.parametrize("curve", [ec.SECP224R1(), ec.SECP256R1(), ec.SECP521R1()])
def test_curves_that_are_long_enough(curve: ec.EllipticCurve) -> None:
    talk = healthy()
    talk.n.certificates = (sent(certificate(public_key=ec.derive_private_key(7, curve).public_key())),)
    assert found(ID, talk) == []


def test_other_keys_are_not_measured_like_rsa() -> None:
    talk = healthy()
    talk.n.certificates = (sent(certificate()),)  # 256 bits on a curve
    assert found(ID, talk, policy="bsi") == []


@pytest.mark.parametrize(
    ("policy", "bits", "severity", "clause", "evidence"),
    [
        ("nist", 1024, "high", "NIST SP 800-131A Rev. 2", "second-hand"),
        ("nist", 2048, "info", "NIST SP 800-77r1 Table 1 p.vii", "second-hand"),  # outside of what is Recommended
        ("cnsa1", 2048, "high", "RFC 9206 6", "read"),
        ("asd-ism", 1024, "high", "ASD ISM Dec 2025 ISM-0476", "read"),
        ("disa-vpn", 1024, "high", "DISA VPN SRG V2R6 with NIST SP 800-131A Rev. 2", "believed"),
        ("suiteb", 4096, "high", "RFC 6380 4.3", "read"),
        ("cnsa2", 2048, "medium", "NSA CSA CNSA 2.0 (Sep 2022) Table III", "second-hand"),
        ("cnsa2", 3072, "info", "draft-guthrie-cnsa2-ipsec-profile-04 3", "second-hand"),
        (
            "anssi-dr",
            3072,
            "medium",
            "ANSSI IPsec DR requirements as stated in vendor DR-mode documentation",
            "second-hand",
        ),
        ("ncsc-uk", 1024, "medium", None, "read"),
        ("anssi", 1024, "medium", None, "believed"),
        ("nsa-ipsec", 2048, "medium", None, "believed"),
    ],
)
def test_each_document_that_names_a_length(
    policy: str, bits: int, severity: str, clause: str | None, evidence: str
) -> None:
    talk = healthy()
    talk.n.certificates = (sent(certificate(rsa_bits=bits)),)
    (finding,) = found(ID, talk, policy=policy)
    assert (finding.severity, finding.evidence) == (severity, evidence)
    assert clause in (None, finding.clause)
    assert finding.title.endswith("short RSA key" if bits < 2048 else "RSA key outside the policy")


@pytest.mark.parametrize(
    ("policy", "bits"),
    [("nist", 3072), ("cnsa1", 3072), ("asd-ism", 2048), ("disa-vpn", 2048), ("ncsc-uk", 2048), ("anssi", 2048)],
)
def test_the_least_length_that_a_document_allows(policy: str, bits: int) -> None:
    talk = healthy()
    talk.n.certificates = (sent(certificate(rsa_bits=bits)),)
    assert found(ID, talk, policy=policy) == []


@pytest.mark.parametrize(("bits", "severity"), [(829, "critical"), (830, "high")])
def test_keys_as_long_as_those_that_have_been_factored(
    bits: int, severity: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """RSA-250 has 829 bits. No library makes such keys any more."""
    facts = certificate_facts(certificate(rsa_bits=1024))._replace(key_bits=bits)
    monkeypatch.setattr(certificates, "certificate_facts", lambda der: facts)
    talk = healthy()
    talk.n.certificates = (sent(certificate(rsa_bits=1024)),)
    (finding,) = found(ID, talk, policy="nist")
    assert finding.severity == severity
    assert ("have been factored" in finding.detail) is (bits == 829)
