from tests.assessment.build import found, healthy, main_mode, sa2

ID = "weak-encryption-chosen"


def test_des_is_critical_in_both_versions() -> None:
    v2 = healthy().choose(2, encryption_id=2, prf_id=5, integrity_id=12, ke_id=19)
    v1 = main_mode(outcome="established").choose(2, encryption_id=1, integrity_id=4, ke_id=14, auth_method=1)
    assert [(f.severity, f.subject) for f in found(ID, v2)] == [("critical", "ENCR_DES")]
    assert [(f.severity, f.subject) for f in found(ID, v1)] == [("critical", "DES-CBC")]


def test_child_sas_that_could_be_read_are_judged_by_the_esp_rules() -> None:
    from analyzer.negotiation.seen import Suite

    talk = healthy().child(
        protocol="ESP", suite=Suite(protocol_id=3, encryption_id=3, integrity_id=12), response_frame=4
    )
    (finding,) = found(ID, talk)
    assert (finding.severity, finding.subject, finding.evidence_frames) == ("medium", "ESP ENCR_3DES", (4,))
    assert finding.clause == "RFC 8221 5"


def test_aes_is_fine_and_so_is_what_was_not_seen() -> None:
    assert found(ID, healthy()) == []
    unseen = healthy()
    unseen.n.suite = None
    assert found(ID, unseen) == []


def test_gmac_encrypts_nothing_and_is_for_no_ike_sa() -> None:
    talk = healthy().choose(2, encryption_id=21, key_bits=128, prf_id=5, ke_id=19)
    assert [(f.severity, f.subject) for f in found(ID, talk)] == [("high", "ENCR_NULL_AUTH_AES_GMAC-128")]
    in_esp = healthy().offer(sa2({"encr": [(21, 128)]}, protocol=3), 3, child=1)
    assert found(ID, in_esp) == []
