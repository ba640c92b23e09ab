from analyzer.negotiation.seen import Suite
from tests.assessment.build import Talk, found, healthy, main_mode, sa1, sa2

ID = "downgrade-accepted"


def chose(offer, **suite) -> Talk:
    talk = healthy()
    talk.n.offers.clear()
    return talk.offer(offer, 1).choose(2, **suite)


def test_weak_group_although_a_good_one_was_offered() -> None:
    offer = sa2({"encr": [(12, 128)], "integ": [12], "prf": [5], "ke": [14, 2]})
    (finding,) = found(ID, chose(offer, encryption_id=12, key_bits=128, integrity_id=12, prf_id=5, ke_id=2))
    assert (finding.subject, finding.evidence_frames) == ("1024-bit MODP Group", (1, 2))
    assert finding.detail.endswith("The offer held a combination with none that the policy objects to.")


def test_an_offer_that_was_cut_shows_no_better_combination() -> None:
    offer = sa2({"encr": [(12, 128)], "integ": [12], "prf": [5], "ke": [14, 2]})._replace(whole=False)
    assert found(ID, chose(offer, encryption_id=12, key_bits=128, integrity_id=12, prf_id=5, ke_id=2)) == []


def test_another_proposal_counts_too() -> None:
    offer = sa2({"encr": [(20, 256)], "prf": [2], "ke": [14]}, {"encr": [2], "integ": [1], "prf": [1], "ke": [1]})
    (finding,) = found(ID, chose(offer, encryption_id=2, integrity_id=1, prf_id=1, ke_id=1))
    assert "at worst low" in finding.detail


def test_nothing_better_was_offered() -> None:
    offer = sa2({"encr": [(12, 128)], "integ": [12], "prf": [5], "ke": [2]})
    assert found(ID, chose(offer, encryption_id=12, key_bits=128, integrity_id=12, prf_id=5, ke_id=2)) == []


def test_mild_objections_and_preference_among_good_ones_are_no_downgrade() -> None:
    offer = sa2({"encr": [(20, 256), (12, 128)], "integ": [2, 12], "prf": [2, 5], "ke": [14, 19]})
    assert found(ID, chose(offer, encryption_id=12, key_bits=128, integrity_id=2, prf_id=2, ke_id=14)) == []
    assert found(ID, chose(offer, encryption_id=12, key_bits=128, integrity_id=12, prf_id=5, ke_id=14)) == []


def test_ikev1_combinations_are_whole_transforms() -> None:
    talk = main_mode(outcome="established")
    talk.n.offers.clear()
    talk.offer(sa1((7, 1, 1, 14, 128), (1, 4, 1, 14)), 1)
    talk.choose(2, encryption_id=7, key_bits=128, integrity_id=1, ke_id=14, auth_method=1)
    assert found(ID, talk) == []  # the other one is DES


def test_3des_out_of_an_offer_with_aes() -> None:
    offer = sa2({"encr": [(12, 256), 3], "integ": [12], "prf": [5], "ke": [14]})
    (finding,) = found(ID, chose(offer, encryption_id=3, integrity_id=12, prf_id=5, ke_id=14))
    assert (finding.severity, finding.subject) == ("medium", "ENCR_3DES")
    assert "Chosen: ENCR_3DES (medium)" in finding.detail
    only = sa2({"encr": [3], "integ": [12], "prf": [5], "ke": [14]})
    assert found(ID, chose(only, encryption_id=3, integrity_id=12, prf_id=5, ke_id=14)) == []
    worse = sa2({"encr": [3], "integ": [12], "prf": [5], "ke": [14]}, {"encr": [(12, 256)], "integ": [1], "ke": [14]})
    assert found(ID, chose(worse, encryption_id=3, integrity_id=12, prf_id=5, ke_id=14)) == []


def test_a_child_sa_is_compared_with_its_own_offer() -> None:
    for offered, expected in (([(12, 256), 3], ["ESP ENCR_3DES"]), ([3], [])):
        talk = healthy()
        talk.child(protocol="ESP", suite=Suite(encryption_id=3, integrity_id=12), response_frame=4)
        talk.offer(sa2({"encr": offered, "integ": [12]}, protocol=3), 3, child=1)
        assert [f.subject for f in found(ID, talk)] == expected


def test_a_scanners_answer_is_no_choice() -> None:
    offer = sa2({"encr": [(12, 256), 3], "integ": [12], "prf": [5], "ke": [14]})
    talk = chose(offer, encryption_id=3, integrity_id=12, prf_id=5, ke_id=14)
    talk.n.outcome = "probe"
    assert found(ID, talk) == []


def test_a_post_quantum_part_is_never_the_weaker_choice() -> None:
    both = sa2(
        {"encr": [(20, 256)], "prf": [6], "ke": [31], "addke": [36]}, {"encr": [(20, 256)], "prf": [6], "ke": [31]}
    )
    for added in ((36,), ()):
        talk = chose(both, encryption_id=20, key_bits=256, prf_id=6, ke_id=31, additional_ke_ids=added)
        assert found(ID, talk, policy="cnsa2") == []


def test_3des_although_aes_stood_beside_it_and_the_group_is_weak_anyhow() -> None:
    offer = sa2({"encr": [(12, 256), 3], "integ": [2], "prf": [2], "ke": [2]})
    (finding,) = found(ID, chose(offer, encryption_id=3, integrity_id=2, prf_id=2, ke_id=2))
    assert (finding.severity, finding.subject) == ("medium", "ENCR_3DES")
    assert finding.detail == (
        "Chosen: ENCR_3DES (medium). The offer held ENCR_AES_CBC-256 beside nothing weaker in the rest."
    )
    v1 = main_mode(outcome="established")
    v1.n.offers.clear()
    v1.offer(sa1((5, 2, 1, 2), (7, 2, 1, 2, 128)), 1)
    assert found(ID, v1.choose(2, encryption_id=5, integrity_id=2, ke_id=2, auth_method=1))


def test_a_better_cipher_that_costs_something_else_is_no_better_choice() -> None:
    weak = {"encryption_id": 3, "integrity_id": 2, "prf_id": 2, "ke_id": 2}
    three = {"encr": [3], "integ": [2], "prf": [2], "ke": [2]}
    for other in (
        {"encr": [(12, 256)], "integ": [2], "prf": [2], "ke": [1]},  # a weaker group
        {"encr": [(12, 256)], "integ": [1], "prf": [2], "ke": [2]},  # a weaker integrity
        {"encr": [(12, 256)], "prf": [2], "ke": [2]},  # none
        three,
    ):
        assert found(ID, chose(sa2(three, other), **weak)) == []
    aead = {"encr": [(20, 256)], "prf": [2], "ke": [2]}
    assert found(ID, chose(sa2(three, aead), **weak))
