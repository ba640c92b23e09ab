from analyzer import read_pcap
from tests.assessment.build import found, healthy, main_mode
from tests.fixtures.cases import cases

ID = "weak-auth-method-chosen"


def test_ikev1_dss_by_the_rule_of_ikev2() -> None:
    talk = main_mode(outcome="established").choose(
        2, encryption_id=7, key_bits=128, integrity_id=4, ke_id=14, auth_method=2
    )
    (finding,) = found(ID, talk)
    assert (finding.subject, finding.severity) == ("DSS signatures", "medium")


def test_ikev2_sides_when_they_could_be_read() -> None:
    talk = healthy(decrypted=True, auth_method_initiator=2, auth_method_responder=10)
    (finding,) = found(ID, talk, policy="cnsa1")
    assert finding.subject == "Shared Key Message Integrity Code (initiator)"
    assert finding.title == "Authentication method in use, outside the policy"
    assert finding.evidence_frames == (3, 4)


def test_pre_shared_keys_are_fine_for_the_ietf() -> None:
    assert found(ID, main_mode(outcome="established")) == []
    assert found(ID, healthy(decrypted=True, auth_method_initiator=2)) == []


def test_eap_is_a_method_that_closed_lists_exclude() -> None:
    """Not the AUTH payload behind it, which is made with its key."""
    case = next(c for c in cases() if c.name == "ikev2-eap-mschapv2")
    for policy, subjects in (("cnsa1", ["EAP (initiator)"]), ("ncsc-uk", [])):
        analysis = read_pcap(case.capture, keys=case.keys, policy=policy)
        rows = analysis.tables["findings"].records()
        assert [r["subject"] for r in rows if r["finding"] == ID] == subjects
        assert "ikev2-shared-key" not in {r["finding"] for r in analysis.tables["findings"].records()}
        (verdict,) = analysis.tables["verdicts"].records()
        assert "EAP" in verdict["agreed"]
