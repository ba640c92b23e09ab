from tests.assessment.build import esp1, found, healthy, main_mode, sa1, sa2

ID = "key-length-missing"


def test_aes_without_length_offered_and_chosen() -> None:
    talk = main_mode(outcome="established")
    talk.n.offers.clear()
    talk.offer(sa1((7, 2, 1, 2), (5, 2, 1, 2)), 1).choose(2, encryption_id=7, integrity_id=2, ke_id=2)
    (finding,) = found(ID, talk)
    assert (finding.subject, finding.severity, finding.evidence_frames) == ("AES-CBC", "medium", (1, 2))


def test_offered_only() -> None:
    (finding,) = found(ID, healthy().offer(sa2({"encr": [12, 3, 28]}), 1))
    assert (finding.subject, finding.severity) == ("ENCR_AES_CBC", "low")


def test_ciphers_with_one_key_length_need_none() -> None:
    assert found(ID, healthy().offer(sa2({"encr": [3, 28, (12, 128)]}), 1)) == []


def test_of_a_payload_that_was_cut_nothing_is_missing() -> None:
    whole = sa2({"encr": [12]})
    assert len(found(ID, healthy().offer(whole, 1))) == 1
    assert found(ID, healthy().offer(whole._replace(whole=False), 1)) == []


def test_gmac_needs_one_in_both_versions() -> None:
    bare = main_mode(outcome="established").offer(esp1((23, {4: 1, 5: 14})), 1, child=1)
    (finding,) = found(ID, bare)
    assert (finding.subject, finding.severity) == ("ESP NULL_AUTH_AES-GMAC", "low")
    named = main_mode(outcome="established").offer(esp1((23, {4: 1, 5: 14}, 256)), 1, child=1)
    assert found(ID, named) == []
    assert len(found(ID, healthy().offer(sa2({"encr": [21]}, protocol=3), 1, child=1))) == 1
    assert found(ID, healthy().offer(sa2({"encr": [(21, 256)]}, protocol=3), 1, child=1)) == []


def test_a_length_of_a_cipher_that_has_one_only() -> None:
    (finding,) = found(ID, healthy().offer(sa2({"encr": [(3, 192), (12, 128)]}), 1))
    assert (finding.severity, finding.subject) == ("low", "ENCR_3DES-192")
    assert finding.title == "Key length of a cipher that has one length only"
    assert finding.detail == "Offered with a Key Length attribute: its keys have one length."
    chosen = healthy().choose(2, encryption_id=28, key_bits=256, prf_id=5, ke_id=19)
    assert [(f.severity, f.subject) for f in found(ID, chosen)] == [("low", "ENCR_CHACHA20_POLY1305-256")]
    talk = main_mode(outcome="established")
    assert found(ID, talk.offer(sa1((5, 4, 1, 14, 192)), 1))[0].subject == "3DES-CBC-192"
    assert found(ID, main_mode(outcome="established").offer(sa1((3, 4, 1, 14), (3, 4, 1, 14, 128)), 1)) == []
