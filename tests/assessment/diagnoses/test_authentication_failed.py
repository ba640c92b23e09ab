import pytest

from analyzer.negotiation.conclude.unused import doubt_unused
from analyzer.negotiation.seen import SeenNotify
from tests.assessment.build import Talk, aggressive, diagnosed, healthy, ids, main_mode, one

ID = "authentication-failed"


def refused(**fields) -> Talk:
    basis = "the IKE_AUTH response is too short to hold IDr and AUTH (inferred from length)"
    talk = Talk(
        outcome="failed", failed_at="IKE_AUTH", failed_by="responder", outcome_basis=basis, **fields
    ).ike_sa_init()
    return talk.choose(2, encryption_id=20, key_bits=256, prf_id=5, ke_id=19)


def test_by_length_it_is_likely_and_the_reason_possible() -> None:
    made = diagnosed(refused().ike_auth(answer=65))
    assert ids(made) == [ID, "psk-mismatch", "identity-rejected"]
    assert [d.confidence for d in made] == ["likely", "possible", "possible"]
    assert made[0].detail == (
        "IKE_AUTH is answered with 65 bytes: no room for the responder's identity and proof, "
        "just large enough for one notify without data."
    )
    assert "inferred from length" in made[0].basis
    assert made[0].evidence_frames == (3, 4)


def test_the_decrypted_notify() -> None:
    talk = refused()
    talk.say("IKE_AUTH", message_id=1)
    talk.say("IKE_AUTH", by="r", message_id=1, length=65, notifies=[(24, b"", True)])
    (first, *_) = diagnosed(talk)
    assert (first.diagnosis, first.confidence) == (ID, "certain")
    assert first.detail == "AUTHENTICATION_FAILED from the responder (decrypted)."


def test_a_notify_that_may_answer_a_refusal_is_not_certain() -> None:
    """What it answers was not read: the other side may have refused before."""
    for confidence in ("certain", "likely"):
        talk = Talk(outcome="failed", failed_at="IKE_AUTH", failed_by="initiator", outcome_confidence=confidence)
        talk.ike_sa_init().ike_auth().say("INFORMATIONAL", message_id=2, length=65, notifies=[(24, b"", True)])
        (first, *_) = diagnosed(talk)
        assert (first.diagnosis, first.confidence) == (ID, confidence)


def test_the_notify_with_which_the_refused_side_ends_the_sa_is_not_the_refusal() -> None:
    """As after EAP-Failure, where that could not be read or stands elsewhere in the capture."""
    talk = refused().ike_auth(answer=65)
    talk.say("INFORMATIONAL", message_id=2, length=65, notifies=[(24, b"", True)])
    found = one(ID, talk)
    assert found is not None
    assert (found.confidence, "AUTHENTICATION_FAILED" in found.detail) == ("likely", False)


def test_the_initiator_refuses() -> None:
    talk = Talk(outcome="failed", failed_at="IKE_AUTH", failed_by="initiator", outcome_confidence="likely")
    talk.ike_sa_init().ike_auth().say("INFORMATIONAL", message_id=2, length=65)
    (first, *_) = diagnosed(talk)
    assert (first.diagnosis, first.confidence, first.evidence_frames) == (ID, "likely", (4, 5))


def test_another_decrypted_error_is_another_story() -> None:
    talk = refused()
    talk.say("IKE_AUTH", message_id=1)
    talk.say("IKE_AUTH", by="r", message_id=1, length=65, notifies=[(7, b"", True)])
    assert ids(diagnosed(talk)) == ["message-rejected"]


def test_ikev1_clear_text_error_before_any_proof_is_not_about_proofs() -> None:
    talk = main_mode(messages=1, outcome="failed", failed_at="IDENTITY_PROTECTION", failed_by="responder")
    talk.say("INFORMATIONAL", by="r", begun_by="r", message_id=9, encrypted=False, notifies=[16])
    assert one(ID, talk) is None


def test_ikev1_aggressive_refused_by_the_initiator() -> None:
    talk = aggressive(outcome="failed", failed_at="AGGRESSIVE", failed_by="initiator", outcome_confidence="likely")
    talk.say("INFORMATIONAL", message_id=9, length=92)
    assert {ID, "psk-mismatch"} <= set(ids(diagnosed(talk)))


def test_a_post_quantum_pre_shared_key_goes_into_the_proof() -> None:
    for sides, text in (("ir", "Both sides use a post-quantum"), ("i", "Only the initiator announces a post-quantum")):
        talk = refused()
        for step in list(talk.n.steps()):
            if ("i" if step.from_initiator else "r") in sides:
                talk.change(step.frame_number, notifies=(SeenNotify(16435, 0, b"", False),))
        (first, *_) = diagnosed(talk.ike_auth(answer=65))
        assert text in first.detail


def silent_main_mode(length: int = 108, encrypted: bool = True) -> Talk:
    talk = main_mode(messages=4, outcome="failed", failed_at="IDENTITY_PROTECTION", failed_by="none")
    for again in (False, True, True):
        talk.say("IDENTITY_PROTECTION", encrypted=encrypted, length=length, again=again, after=4)
    return talk


def test_message_5_that_nobody_answers_has_several_reasons() -> None:
    made = diagnosed(silent_main_mode())
    assert ids(made) == ["no-response", ID, "psk-mismatch"]
    assert {d.confidence for d in made} == {"possible"}
    assert made[1].evidence_frames == (5, 6, 7)
    assert one(ID, silent_main_mode(length=1900)) is None
    assert one(ID, silent_main_mode(encrypted=False)) is None


def ended_after(seconds: float, by: str = "i") -> Talk:
    talk = main_mode(outcome="established")
    talk.say("INFORMATIONAL", by=by, begun_by=by, message_id=9, after=seconds)
    doubt_unused(talk.n, {}, None)
    return talk


def test_an_end_at_once_after_message_6() -> None:
    (only, *more) = diagnosed(ended_after(0.01))
    assert (only.diagnosis, only.confidence, only.evidence_frames) == (ID, "possible", (6, 7))
    assert ids(more) == ["identity-rejected"], "message 6 takes the same key"
    assert "20 s after" in diagnosed(ended_after(20))[0].detail, "revocation lists take their time"
    assert diagnosed(ended_after(31)) == []
    assert diagnosed(ended_after(0.01, by="r")) == []
    went_on = ended_after(0.01)
    went_on.say("QUICK_MODE", message_id=10)
    doubt_unused(went_on.n, {}, None)
    assert one(ID, went_on) is None


def test_silence_and_health() -> None:
    assert one(ID, healthy()) is None
    silent = Talk(outcome="failed", failed_at="IKE_AUTH", failed_by="none").ike_sa_init()
    silent.say("IKE_AUTH", message_id=1)
    silent.say("IKE_AUTH", message_id=1, again=True)
    assert one(ID, silent) is None


def opened(inner: tuple[int, ...], *, asks: bool = False, **fields) -> Talk:
    talk = refused(**fields)
    if asks:
        talk.change(2, payload_types=(33, 34, 40, 38))
    talk.say("IKE_AUTH", message_id=1, inner=inner)
    talk.say("IKE_AUTH", by="r", message_id=1, length=65, notifies=[(24, b"", True)])
    return talk


def test_the_two_sides_may_want_other_methods() -> None:
    (first, *_) = diagnosed(opened((35, 39, 33), asks=True, auth_method_initiator=2))
    assert first.detail.endswith(
        "It refused a pre-shared key and had asked for certificates (CERTREQ): the two may want other methods."
    )
    (first, *_) = diagnosed(opened((35, 37, 39, 33), auth_method_initiator=14))
    assert "had not asked for one" in first.detail
    (first, *_) = diagnosed(opened((35, 37, 39, 33), asks=True, auth_method_initiator=14))
    assert first.detail == "AUTHENTICATION_FAILED from the responder (decrypted)."


def test_a_certificate_that_was_asked_for_has_no_pre_shared_key_to_compare() -> None:
    for asks, named in ((True, False), (False, True)):
        (first, *_) = diagnosed(opened((35, 37, 39, 33), asks=asks, auth_method_initiator=14))
        assert ("pre-shared key" in first.advice) is named
        assert "clocks" in first.advice


def test_a_client_that_asks_for_eap_has_proved_nothing_yet() -> None:
    (first, *others) = diagnosed(opened((35, 33, 44, 45)))
    assert "leaves AUTH out" in first.detail
    assert "connection with EAP" in first.advice
    assert "psk-mismatch" not in ids(others)


def test_aggressive_mode_refused_before_any_proof() -> None:
    talk = Talk(version=1, mode="aggressive", outcome="failed", failed_at="AGGRESSIVE", failed_by="responder")
    talk.say("AGGRESSIVE", payloads=(1, 4, 10, 5))
    talk.say("INFORMATIONAL", by="r", begun_by="r", message_id=9, encrypted=False, notifies=[24])
    (first, *_) = diagnosed(talk)
    assert (first.diagnosis, first.confidence) == (ID, "likely")
    assert first.advice.startswith("No proof had been asked for yet")


def test_null_authentication_refused() -> None:
    (first, *_) = diagnosed(opened((35, 39, 33), auth_method_initiator=13))
    assert "NULL authentication" in first.detail


def ended_by_the_initiator(method: int) -> Talk:
    """Main mode, both sides' proofs encrypted, and a refusal that the initiator sends."""
    talk = main_mode(messages=6, outcome="failed", failed_at="IDENTITY_PROTECTION", failed_by="initiator")
    talk.choose(auth_method=method)
    talk.say("INFORMATIONAL", message_id=9, encrypted=True, length=76)
    return talk


@pytest.mark.parametrize(("method", "same"), [(1, True), (65001, True), (3, False), (64221, False)])
def test_the_keys_are_the_same_only_where_keys_are_shared(method: int, same: bool) -> None:
    found = one(ID, ended_by_the_initiator(method))
    assert found is not None
    assert found.advice.startswith("The pre-shared keys are the same") is same


def test_where_the_responder_refuses_it_is_open_whether_the_keys_are_the_same() -> None:
    talk = main_mode(messages=5, outcome="failed", failed_at="IDENTITY_PROTECTION", failed_by="responder")
    talk.choose(auth_method=1)
    talk.say("INFORMATIONAL", by="r", begun_by="r", message_id=9, encrypted=True, length=76)
    found = one(ID, talk)
    assert found is not None
    assert found.advice.startswith("Read the log of the side that refused")


def test_a_proof_of_ikev2_in_clear_was_one_all_the_same() -> None:
    """A capture of what a peer decrypted: nothing is encrypted, and a proof was sent."""
    talk = Talk(outcome="failed", failed_at="IKE_AUTH", failed_by="responder").ike_sa_init()
    talk.say("IKE_AUTH", message_id=1, payloads=(35, 39, 33, 44, 45), encrypted=False)
    talk.say("IKE_AUTH", by="r", message_id=1, notifies=[24], payloads=(41,), encrypted=False)
    found = one(ID, talk)
    assert found is not None
    assert not found.advice.startswith("No proof had been asked for yet")
