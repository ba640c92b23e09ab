from analyzer.negotiation.seen import Suite
from tests.assessment.build import found, healthy, main_mode

ID = "weak-block-size-chosen"


def test_3des_in_an_ike_sa_and_in_esp() -> None:
    talk = healthy().choose(2, encryption_id=3, prf_id=5, integrity_id=12, ke_id=19)
    talk.child(protocol="ESP", suite=Suite(encryption_id=3, integrity_id=12), response_frame=4)
    assert [(f.severity, f.subject, f.policy) for f in found(ID, talk)] == [
        ("high", "ESP ENCR_3DES", None),
        ("medium", "ENCR_3DES", None),
    ]


def test_ikev1_number() -> None:
    talk = main_mode(outcome="established").choose(2, encryption_id=5, integrity_id=4, ke_id=14)
    assert [f.subject for f in found(ID, talk)] == ["3DES-CBC"]


def test_ikev1_aes_has_the_number_of_ikev2s_blowfish() -> None:
    assert found(ID, main_mode(outcome="established")) == []


def test_des_is_reported_for_its_blocks_too() -> None:
    assert [f.subject for f in found(ID, healthy().choose(2, encryption_id=2, prf_id=5, ke_id=19))] == ["ENCR_DES"]
