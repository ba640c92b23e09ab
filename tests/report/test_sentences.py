from analyzer.report.dossier import dossiers
from analyzer.report.sentences import child_text, finding_text, selectors, suite_text
from tests.report.sample import sample


def test_child_sas_say_what_is_inferred() -> None:
    (one,) = dossiers(sample(), [1])
    text = child_text(one.child_sas[0])
    assert text.startswith("Child SA 1 (ESP, IKE_AUTH): established; 400 packets to the initiator")
    assert text.endswith("inferred from encrypted messages.")
    (four,) = dossiers(sample(), [4])
    assert "10.1.0.0/16 to 10.2.0.0/16" in child_text(four.child_sas[0])
    assert selectors(None) == "selectors not visible"


def test_findings_mark_policies_that_were_not_read() -> None:
    row = {"title": "Weak", "finding": "weak", "subject": "DES", "clause": "TR 1", "evidence": "second-hand"}
    assert finding_text(row) == "Weak: DES [TR 1] (policy text: second-hand)"
    assert finding_text(row | {"evidence": "read", "clause": None}) == "Weak: DES"


def test_suites_of_post_quantum_exchanges() -> None:
    row = {"encryption": "ENCR_AES_GCM_16", "key_bits": 256, "integrity": None, "prf": "PRF_HMAC_SHA2_384"}
    row |= {"ke_method": "Curve25519", "additional_ke_ids": (36,)}
    assert suite_text(row) == "ENCR_AES_GCM_16-256, PRF_HMAC_SHA2_384, Curve25519 + ml-kem-768"
