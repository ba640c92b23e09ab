from tests.assessment.build import Talk, diagnosed, healthy, ids, main_mode, one

ID = "child-negotiation-failed"
THREE = [ID, "child-proposal-mismatch", "traffic-selector-mismatch"]


def refused(**fields) -> Talk:
    talk = healthy(failed_at="IKE_AUTH", failed_by="responder", **fields)
    return talk.child(basis="inferred", outcome="failed", frame_number=3, response_frame=4)


def test_without_keys_the_causes_stay_together() -> None:
    made = diagnosed(refused())
    assert ids(made) == THREE
    assert [d.confidence for d in made] == ["likely", "possible", "possible"]
    assert made[0].evidence_frames == (3, 4)
    assert made[0].basis == "order and lengths of encrypted messages"


def test_quick_mode_adds_pfs() -> None:
    talk = main_mode(outcome="established", failed_at="QUICK_MODE", failed_by="responder")
    talk.say("QUICK_MODE", message_id=5)
    talk.say("INFORMATIONAL", by="r", begun_by="r", message_id=6, length=76)
    talk.child(created_by="QUICK_MODE", basis="inferred", outcome="failed", frame_number=7, response_frame=8)
    assert ids(diagnosed(talk)) == [*THREE, "pfs-mismatch"]


def test_silence_is_not_a_refusal() -> None:
    talk = healthy(failed_at="CREATE_CHILD_SA", failed_by="none")
    talk.say("CREATE_CHILD_SA", message_id=2)
    talk.say("CREATE_CHILD_SA", message_id=2, again=True)
    made = diagnosed(talk)
    assert ids(made) == [ID]
    assert "not answered" in made[0].detail
    assert made[0].title == "IKE SA up, child SA not answered"


def test_a_decrypted_reason_without_a_diagnosis_of_its_own_is_named() -> None:
    talk = healthy(failed_at="CREATE_CHILD_SA", failed_by="responder")
    talk.say("CREATE_CHILD_SA", message_id=2)
    talk.say("CREATE_CHILD_SA", by="r", message_id=2, notifies=[(35, b"", True)])
    made = diagnosed(talk)
    assert ids(made) == [ID]
    assert made[0].detail == "NO_ADDITIONAL_SAS in CREATE_CHILD_SA."
    assert made[0].confidence == "certain"


def test_healthy() -> None:
    assert one(ID, healthy()) is None


def test_an_error_that_asks_for_another_try_is_no_lasting_failure() -> None:
    talk = healthy(failed_at="CREATE_CHILD_SA", failed_by="responder")
    talk.say("CREATE_CHILD_SA", message_id=2)
    talk.say("CREATE_CHILD_SA", by="r", message_id=2, notifies=[(43, b"", True)])
    diagnosis = one(ID, talk)
    assert diagnosis is not None
    assert diagnosis.confidence == "possible"
    assert diagnosis.detail == "TEMPORARY_FAILURE in CREATE_CHILD_SA. It asks for a later retry."


def test_what_to_do_about_errors_that_are_not_about_proposals() -> None:
    for exchange, kind, words in (
        ("IKE_AUTH", 7, "RFC 6023"),
        ("CREATE_CHILD_SA", 7, "not about proposals"),
        ("CREATE_CHILD_SA", 35, "no more child SAs"),
        ("CREATE_CHILD_SA", 43, "if a later try works"),
    ):
        talk = healthy(failed_at=exchange, failed_by="responder")
        mid = 1 if exchange == "IKE_AUTH" else 2
        talk.say(exchange, message_id=mid)
        talk.say(exchange, by="r", message_id=mid, notifies=[(kind, b"", True)])
        diagnosis = one(ID, talk)
        assert diagnosis is not None
        assert words in diagnosis.advice


def test_an_additional_key_exchange_is_refused_after_proposal_and_selectors_were_accepted() -> None:
    talk = healthy(failed_at="IKE_FOLLOWUP_KE", failed_by="responder")
    for name, mid in (("CREATE_CHILD_SA", 2), ("IKE_FOLLOWUP_KE", 3)):
        talk.say(name, message_id=mid)
        talk.say(name, by="r", message_id=mid)
    talk.child(outcome="failed", created_by="CREATE_CHILD_SA", frame_number=5, response_frame=8)
    assert ids(diagnosed(talk)) == ["child-negotiation-failed"]


def test_the_additional_key_exchange_that_nobody_answers_is_what_is_counted() -> None:
    talk = healthy(failed_at="IKE_FOLLOWUP_KE", failed_by="none")
    asked = talk.say("CREATE_CHILD_SA", message_id=2).frame_number
    answer = talk.say("CREATE_CHILD_SA", by="r", message_id=2).frame_number
    talk.child(created_by="CREATE_CHILD_SA", outcome="failed", frame_number=asked, response_frame=answer)
    for k in range(4):
        talk.say("IKE_FOLLOWUP_KE", message_id=3, length=1300, again=k > 0, after=2)
    talk.say("INFORMATIONAL", by="r", begun_by="r", message_id=0, length=57)
    (made,) = [d for d in diagnosed(talk) if d.diagnosis == ID]
    assert made.detail.startswith("IKE_FOLLOWUP_KE: not answered in this capture, 4 transmissions over 6.0 s.")
    assert set(range(7, 11)) <= set(made.evidence_frames)
