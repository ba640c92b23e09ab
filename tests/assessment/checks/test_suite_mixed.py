from analyzer.negotiation.seen import Suite
from tests.assessment.build import Talk, found, healthy

ID = "suite-mixed"


def talk(ke: int = 19, **fields: int) -> Talk:
    given = {"encryption_id": 12, "key_bits": 128, "prf_id": 5, "integrity_id": 12, "ke_id": ke, **fields}
    return healthy().choose(**given)


def test_parts_of_two_suites() -> None:
    (finding,) = found(ID, talk(ke=20), policy="suiteb")
    assert (finding.severity, finding.clause) == ("medium", "RFC 6379 3.1")
    assert finding.detail.startswith(
        "RFC 6379 3.1: all of it is in none of the suites Suite-B-GCM-128, Suite-B-GCM-256,"
    )


def test_child_sas_of_another_suite() -> None:
    other = talk().child(protocol="ESP", suite=Suite(protocol_id=3, encryption_id=20, key_bits=256), response_frame=4)
    (finding,) = found(ID, other, policy="suiteb")
    assert finding.evidence_frames == (2, 4)


def test_one_suite_or_none_of_the_parts() -> None:
    own = talk().child(protocol="ESP", suite=Suite(protocol_id=3, encryption_id=20, key_bits=128), response_frame=4)
    assert found(ID, own, policy="suiteb") == []
    assert found(ID, talk(ke=14), policy="suiteb") == []  # group 14 is in no suite: that has its own finding
    assert found(ID, talk(ke=20)) == []
