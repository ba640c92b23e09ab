from analyzer.negotiation.seen import Suite
from tests.assessment.build import Talk, found, healthy, main_mode

ID = "esp-without-integrity"


def child(talk: Talk, **suite) -> Talk:
    return talk.child(protocol="ESP", suite=Suite(protocol_id=3, **suite), response_frame=4)


def test_cbc_alone() -> None:
    (finding,) = found(ID, child(healthy(), encryption_id=12, key_bits=128))
    assert (finding.severity, finding.subject, finding.evidence_frames) == ("critical", "child SA 1", (4,))
    assert finding.clause == "RFC 8221 3-4"
    assert found(ID, child(main_mode(outcome="established"), encryption_id=12, key_bits=128))


def test_null_without_integrity_is_worse_still() -> None:
    assert found(ID, child(healthy(), encryption_id=11, integrity_id=0))


def test_aead_gmac_and_integrity_are_fine() -> None:
    for suite in ({"encryption_id": 20}, {"encryption_id": 21}, {"encryption_id": 12, "integrity_id": 2}, {}):
        assert found(ID, child(healthy(), **suite)) == []
    assert found(ID, child(main_mode(outcome="established"), encryption_id=23)) == []  # GMAC in IKEv1's numbers


def test_nothing_is_said_of_what_could_not_be_read() -> None:
    assert found(ID, healthy().child(protocol="ESP", basis="inferred")) == []
