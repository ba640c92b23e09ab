import pytest

from tests.assessment.build import Talk, aggressive, diagnosed, healthy, ids, main_mode, one

ID = "psk-mismatch"


def main_mode_refused(method: int = 1) -> Talk:
    talk = main_mode(
        messages=5,
        outcome="failed",
        failed_at="IDENTITY_PROTECTION",
        failed_by="responder",
        outcome_confidence="likely",
    )
    talk.choose(2, encryption_id=7, key_bits=256, integrity_id=4, ke_id=14, auth_method=method)
    for k in range(3):
        talk.say("INFORMATIONAL", by="r", begun_by="r", message_id=100 + k, length=76)
        talk.say("IDENTITY_PROTECTION", encrypted=True, again=True)
    return talk


def test_main_modes_signature() -> None:
    made = diagnosed(main_mode_refused())
    assert ids(made)[:2] == [ID, "authentication-failed"]
    assert made[0].confidence == "likely"
    assert made[0].detail == "3 encrypted INFORMATIONAL messages from the responder in place of main mode message 6."
    assert set(made[0].evidence_frames) >= {6, 8, 10}


def test_aggressive_mode() -> None:
    talk = aggressive(outcome="failed", failed_at="AGGRESSIVE", failed_by="initiator", outcome_confidence="likely")
    talk.say("INFORMATIONAL", message_id=9, length=92)
    made = diagnosed(talk)
    assert ids(made)[0] == ID
    assert "in place of aggressive mode message 3" in made[0].detail


def test_signatures_cannot_have_different_keys() -> None:
    made = diagnosed(main_mode_refused(method=3))
    assert ID not in ids(made)
    assert ids(made)[0] == "authentication-failed"
    assert "certificate-rejected" in ids(made)


def test_ikev2_is_a_candidate_only() -> None:
    talk = Talk(outcome="failed", failed_at="IKE_AUTH", failed_by="responder").ike_sa_init().ike_auth(answer=65)
    diagnosis = one(ID, talk)
    assert diagnosis is not None
    assert (diagnosis.confidence, diagnosis.rank) == ("possible", 2)
    talk.n.auth_method_initiator = 14
    talk.change(3, inner_types=(35, 39, 33))
    assert one(ID, talk) is None, "a signature was refused"


def test_eap_has_no_shared_key() -> None:
    talk = Talk(outcome="failed", failed_at="IKE_AUTH", failed_by="responder").ike_sa_init().ike_auth()
    talk.ike_auth(answer=65, message_id=2)
    assert one(ID, talk) is None
    assert one(ID, healthy()) is None


def test_a_refusal_that_the_other_side_could_read() -> None:
    """Main mode: with other keys it would have tried again."""
    talk = main_mode(messages=5, outcome="failed", failed_at="IDENTITY_PROTECTION", failed_by="responder")
    talk.say("INFORMATIONAL", by="r", begun_by="r", message_id=100, length=76)
    made = diagnosed(talk)
    assert ids(made) == ["authentication-failed", ID, "identity-rejected"]
    assert made[1].confidence == "possible"
    assert "is not retransmitted" in made[1].basis


def test_the_initiator_refuses_after_message_6() -> None:
    talk = main_mode(messages=6, outcome="failed", failed_at="IDENTITY_PROTECTION", failed_by="initiator")
    talk.say("INFORMATIONAL", message_id=100, length=92)
    made = diagnosed(talk)
    assert ids(made) == ["authentication-failed", "identity-rejected"]
    assert made[0].detail == "1 encrypted INFORMATIONAL message from the initiator right after main mode message 6."
    assert made[0].advice.startswith("The pre-shared keys are the same")


def test_ikev2_with_keys_no_proof_was_sent() -> None:
    talk = Talk(outcome="failed", failed_at="IKE_AUTH", failed_by="responder").ike_sa_init()
    talk.say("IKE_AUTH", message_id=1, inner=(35, 33))
    talk.say("IKE_AUTH", by="r", message_id=1, length=65, notifies=[(24, b"", True)])
    assert one(ID, talk) is None


def test_a_responder_that_drops_message_5_and_repeats_message_4() -> None:
    talk = main_mode(messages=5, outcome="failed", failed_at="IDENTITY_PROTECTION", failed_by="none")
    for k in range(3):
        talk.say("IDENTITY_PROTECTION", by="r", encrypted=False, again=True, after=2.0**k)
        talk.say("IDENTITY_PROTECTION", encrypted=True, again=True, after=0.1)
    made = diagnosed(talk)
    assert ids(made) == [ID, "authentication-failed", "answers-lost"]
    assert [d.confidence for d in made] == ["likely", "possible", "possible"]
    assert "retransmits message 4" in made[0].detail


def test_a_large_message_5_may_be_lost_for_its_size() -> None:
    talk = main_mode(messages=4, outcome="failed", failed_at="IDENTITY_PROTECTION", failed_by="none")
    talk.say("IDENTITY_PROTECTION", encrypted=True, length=1900)
    for k in range(3):
        talk.say("IDENTITY_PROTECTION", by="r", encrypted=False, again=True, after=2.0**k)
    assert one(ID, talk) is None


def refused_before_the_proof(notify: int) -> Talk:
    """Main mode message 3 is answered by an error in clear."""
    talk = main_mode(messages=3, outcome="failed", failed_at="IDENTITY_PROTECTION", failed_by="responder")
    talk.say("INFORMATIONAL", by="r", begun_by="r", message_id=9, encrypted=False, notifies=[notify])
    return talk


def test_invalid_key_information_under_a_pre_shared_key_is_no_word_about_certificates() -> None:
    made = diagnosed(refused_before_the_proof(17))
    assert ids(made) == ["authentication-failed", ID, "identity-rejected"]
    assert made[0].detail.startswith("INVALID-KEY-INFORMATION from the responder (in clear")
    assert ids(diagnosed(refused_before_the_proof(20))) == ["certificate-rejected"]  # INVALID-CERTIFICATE


def ikev2_refused(*lengths: int) -> Talk:
    """IKE_AUTH of these fragments, or of this size, answered with room for one notify."""
    talk = Talk(outcome="failed", failed_at="IKE_AUTH", failed_by="responder")
    talk.choose(encryption_id=20, key_bits=256, prf_id=5, ke_id=19).ike_sa_init()
    for number, length in enumerate(lengths, 1):
        fragment = (number, len(lengths)) if len(lengths) > 1 else None
        talk.say("IKE_AUTH", message_id=1, length=length, fragment=fragment)
    talk.say("IKE_AUTH", by="r", message_id=1, length=65)
    return talk


def test_a_proof_of_a_certificates_size_puts_the_shared_key_last() -> None:
    general, certificate, identity = "authentication-failed", "certificate-rejected", "identity-rejected"
    assert ids(diagnosed(ikev2_refused(330))) == [general, ID, identity]
    for lengths in ((1248, 324), (1700,), (500, 500)):
        made = diagnosed(ikev2_refused(*lengths))
        assert ids(made) == [general, certificate, identity, ID]
        assert f"IKE_AUTH of {sum(lengths):,} bytes has room for a certificate." in made[1].detail
    by_initiator = ikev2_refused(1700)
    by_initiator.n.failed_by = "initiator"  # its own certificate is large: what it refused is not
    by_initiator.say("INFORMATIONAL", message_id=2, length=65)
    assert ids(diagnosed(by_initiator))[:2] == [general, ID]


@pytest.mark.parametrize("differ", [True, False])
def test_both_sides_decrypted_with_one_key_or_with_two(differ: bool) -> None:
    failed = {"outcome": "failed", "failed_at": "IDENTITY_PROTECTION", "failed_by": "responder"}
    talk = main_mode(messages=4, keys_differ=differ, **failed)
    talk.say("IDENTITY_PROTECTION", encrypted=True, length=108, inner=(5, 8))
    talk.say("INFORMATIONAL", by="r", begun_by="r", message_id=100, length=76, inner=(8, 11))
    made = diagnosed(talk)
    if not differ:
        assert ids(made) == ["authentication-failed", "identity-rejected"]
        assert made[0].advice.startswith("The pre-shared keys are the same")
        return
    assert ids(made)[0] == ID
    assert made[0].basis.endswith("the two sides encrypt with different keys (decrypted)")
    assert "are the same" not in " ".join(d.advice for d in made)
