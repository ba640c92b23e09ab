import pytest

from tests.assessment.build import Talk, diagnosed, healthy, ids, main_mode, one, sa2

ID = "child-proposal-mismatch"


def refused(notify: int) -> Talk:
    talk = healthy(failed_at="CREATE_CHILD_SA", failed_by="responder")
    talk.say("CREATE_CHILD_SA", message_id=2)
    talk.say("CREATE_CHILD_SA", by="r", message_id=2, notifies=[(notify, b"", True)])
    return talk.child(outcome="failed", created_by="CREATE_CHILD_SA", frame_number=5, response_frame=6)


def test_the_decrypted_notify() -> None:
    made = diagnosed(refused(14))
    assert ids(made) == [ID]
    assert (made[0].confidence, made[0].evidence_frames) == ("certain", (5, 6))
    assert made[0].detail == "NO_PROPOSAL_CHOSEN in CREATE_CHILD_SA from the responder."


def test_another_reason_excludes_it() -> None:
    assert one(ID, refused(38)) is None
    assert one(ID, healthy()) is None


def with_offer(notify: int | None) -> Talk:
    talk = refused(notify or 14)
    if notify is None:
        talk.change(talk.n.last_frame, notifies=(), inner_types=None)
    return talk.offer(sa2({"encr": [(12, 128)], "integ": [2]}, protocol=3), 5, child=1)


def another(encr: tuple[int, int]) -> Talk:
    talk = healthy(2, 20, initiator="192.0.2.77").child(frame_number=22)
    return talk.answer(sa2({"encr": [encr], "integ": [2]}, protocol=3), 23, child=1)


def test_with_keys_the_smallest_change() -> None:
    diagnosis = one(ID, with_offer(14), another((12, 256)))
    assert diagnosis is not None
    assert diagnosis.confidence == "certain"
    assert diagnosis.evidence_frames == (5, 6, 23)
    assert diagnosis.detail.endswith(
        "No common encryption: offered ENCR_AES_CBC-128; "
        "the responder chose elsewhere in this capture: ENCR_AES_CBC-256."
    )
    assert diagnosis.advice.startswith("Smallest change: give the initiator's proposal 1 ENCR_AES_CBC-256.")
    assert diagnosis.basis == "decrypted notify; what the responder chose elsewhere in this capture"


def test_an_offer_that_could_be_read_speaks_where_the_answer_is_shut() -> None:
    diagnosis = one(ID, with_offer(None), another((12, 256)))
    assert diagnosis is not None
    assert diagnosis.confidence == "likely"
    fits = one(ID, with_offer(None), another((12, 128)))
    assert fits is not None
    assert fits.confidence == "possible"


def test_the_title_follows_the_text() -> None:
    talk = healthy(failed_at="IKE_AUTH", failed_by="responder")
    talk.child(outcome="failed", frame_number=3, response_frame=4)
    talk.offer(sa2({"encr": [(12, 128)], "integ": [2]}, protocol=3), 3, child=1)
    fits, differs = one(ID, talk, another((12, 128))), one(ID, talk, another((12, 256)))
    assert fits is not None
    assert differs is not None
    assert fits.detail.endswith(
        "chose elsewhere in this capture: "
        "unless another configuration applied here, the refusal has another reason than the algorithms."
    )
    assert fits.title == "The proposal for the child SA was refused, though its algorithms fit what is known"
    assert differs.title == "No common proposal for the child SA"


def test_without_keys_a_candidate_behind_the_general_name() -> None:
    talk = healthy(failed_at="IKE_AUTH", failed_by="responder").child(outcome="failed", response_frame=4)
    assert ids(diagnosed(talk)) == ["child-negotiation-failed", ID, "traffic-selector-mismatch"]


def test_a_quick_mode_that_nobody_answers() -> None:
    talk = main_mode(outcome="established", failed_at="QUICK_MODE", failed_by="none")
    talk.say("QUICK_MODE", message_id=9)
    talk.say("QUICK_MODE", message_id=9, again=True, after=4)
    talk.child(created_by="QUICK_MODE", outcome="failed", frame_number=7)
    assert ids(diagnosed(talk)) == ["child-negotiation-failed", ID, "traffic-selector-mismatch"]
    silent = healthy(failed_at="CREATE_CHILD_SA", failed_by="none").child(outcome="failed")
    assert one(ID, silent) is None


@pytest.mark.parametrize(("error", "id_"), [(14, "child-proposal-mismatch"), (38, "traffic-selector-mismatch")])
def test_refused_in_ike_auth_without_a_proof(error: int, id_: str) -> None:
    """The IKE SA fails with it: the notify still says what for."""
    talk = Talk(outcome="failed", failed_at="IKE_AUTH", failed_by="responder").ike_sa_init()
    talk.say("IKE_AUTH", message_id=1, inner=(35, 39, 33, 44, 45))
    talk.say("IKE_AUTH", by="r", message_id=1, inner=(41,), notifies=((error, b"", True),))
    made = diagnosed(talk)
    assert ids(made) == [id_]
    assert "without a proof" in made[0].detail
    assert made[0].confidence == "certain"
