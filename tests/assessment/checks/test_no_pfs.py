from analyzer.negotiation.seen import Suite
from tests.assessment.build import found, healthy

ID = "no-pfs"
SUITE = Suite(encryption_id=20, key_bits=256)


def test_children_without_their_own_exchange() -> None:
    talk = healthy().child(suite=SUITE)  # of IKE_AUTH: never has one
    for frame in (10, 12):
        talk.child(created_by="CREATE_CHILD_SA", frame_number=frame, suite=SUITE)
    (finding,) = found(ID, talk)
    assert (finding.subject, finding.evidence_frames, finding.severity) == ("child SA 2, 3", (10, 12), "low")
    assert [f.severity for f in found(ID, talk, policy="disa-vpn")] == ["high"]


def test_with_pfs_failed_or_not_observable() -> None:
    talk = healthy().child(created_by="CREATE_CHILD_SA", frame_number=10, suite=SUITE, pfs_ke_id=19)
    talk.child(created_by="CREATE_CHILD_SA", frame_number=12, suite=SUITE, outcome="failed")
    talk.child(created_by="CREATE_CHILD_SA", frame_number=14, basis="inferred")
    assert found(ID, talk) == []
