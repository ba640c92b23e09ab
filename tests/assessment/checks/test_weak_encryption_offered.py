from tests.assessment.build import found, healthy, sa2

ID = "weak-encryption-offered"


def test_offered_and_not_chosen_is_a_step_milder() -> None:
    talk = healthy().offer(sa2({"encr": [(20, 256), 2, 7], "prf": [5], "ke": [19]}), 1)
    assert [(f.severity, f.subject) for f in found(ID, talk)] == [("high", "ENCR_DES"), ("low", "ENCR_BLOWFISH")]


def test_answers_and_scanners_do_not_offer() -> None:
    weak = sa2({"encr": [2]})
    assert found(ID, healthy().offer(weak, 2, from_initiator=False, chosen=True)) == []
    assert found(ID, healthy(outcome="probe").offer(weak, 1)) == []


def test_gmac_encrypts_nothing_and_is_for_no_ike_sa() -> None:
    talk = healthy().offer(sa2({"encr": [(21, 128)], "prf": [5], "ke": [19]}), 1)
    assert [(f.severity, f.subject) for f in found(ID, talk)] == [("medium", "ENCR_NULL_AUTH_AES_GMAC-128")]
    in_esp = healthy().offer(sa2({"encr": [(21, 128)]}, protocol=3), 3, child=1)
    assert found(ID, in_esp) == []
