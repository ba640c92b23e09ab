from analyzer.negotiation.model import Suite
from tests.assessment.build import Talk, found, healthy, main_mode, sa1, sa2

ID = "weaker-encryption-preferred"
AES, DES3 = (12, 256), 3


def chose(encryption: int, *offered: int | tuple[int, int], bits: int | None = None) -> Talk:
    talk = Talk(outcome="established").offer(sa2({"encr": list(offered), "prf": [5], "integ": [12], "ke": [14]}))
    talk.choose(encryption_id=encryption, key_bits=bits, prf_id=5, integrity_id=12, ke_id=14)
    return talk.ike_sa_init().ike_auth()


def test_3des_out_of_an_offer_with_aes() -> None:
    (made,) = found(ID, chose(3, AES, (12, 128), DES3))
    assert (made.severity, made.subject, made.evidence_frames) == ("medium", "ENCR_3DES", (1, 2))
    assert made.detail == "ENCR_3DES was chosen; ENCR_AES_CBC-256 was offered."


def test_nothing_better_was_offered() -> None:
    assert found(ID, chose(3, DES3)) == []
    assert found(ID, healthy()) == []


def test_a_shorter_key_of_a_good_cipher_is_a_choice() -> None:
    assert found(ID, chose(12, AES, (12, 128), bits=128)) == []


def test_ikev1_and_a_scanners_answer() -> None:
    talk = main_mode(outcome="established").choose(2, encryption_id=5, integrity_id=4, ke_id=14)
    assert [f.subject for f in found(ID, talk)] == ["3DES-CBC"]
    only = Talk(version=1, outcome="established").offer(sa1((5, 4, 1, 14))).choose(encryption_id=5, ke_id=14)
    only.say("IDENTITY_PROTECTION")
    assert found(ID, only) == []
    talk.n.outcome = "probe"
    assert found(ID, talk) == []


def test_a_child_sa_is_compared_with_its_own_offer() -> None:
    for offered, expected in (([AES, DES3], ["ESP ENCR_3DES"]), ([DES3], [])):
        talk = healthy()
        talk.child(protocol="ESP", suite=Suite(encryption_id=3, integrity_id=12), response_frame=4)
        talk.offer(sa2({"encr": offered, "integ": [12]}, protocol=3), 3, child=1)
        assert [f.subject for f in found(ID, talk)] == expected
