from tests.assessment.build import aggressive, found, main_mode

ID = "aggressive-mode-psk"


def test_complete_material_is_critical_and_named_in_lengths_only() -> None:
    (finding,) = found(ID, aggressive())
    assert (finding.severity, finding.evidence_frames, finding.subject) == ("critical", (1, 2), "pre-shared key")
    assert "KE values of 128 and 128 bytes" in finding.detail
    assert "HASH_R of 20 bytes (SHA)" in finding.detail
    assert "hashcat" not in finding.detail


def test_large_groups_and_sha2_are_beyond_one_tool_only() -> None:
    talk = aggressive().change(1, key_exchanges=((None, 256),)).change(2, key_exchanges=((None, 256),))
    assert "hashcat 6.2.6 cannot express" in found(ID, talk)[0].detail
    sha2 = aggressive().choose(2, encryption_id=7, integrity_id=4, ke_id=2, auth_method=1)
    assert "hashcat 6.2.6 cannot express" in found(ID, sha2)[0].detail


def test_without_the_first_message_it_is_incomplete() -> None:
    (finding,) = found(ID, aggressive().leave_out(1))
    assert finding.severity == "high"
    assert "not all the parts" in finding.detail


def test_signatures_and_main_mode_expose_no_hash() -> None:
    assert found(ID, aggressive().choose(2, encryption_id=7, integrity_id=2, ke_id=2, auth_method=3)) == []
    assert found(ID, main_mode(outcome="established")) == []


def test_a_failed_or_probing_negotiation_exposes_it_as_well() -> None:
    assert [f.severity for f in found(ID, aggressive(outcome="probe"))] == ["critical"]
