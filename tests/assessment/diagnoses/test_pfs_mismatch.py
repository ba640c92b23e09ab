from tests.assessment.build import Talk, diagnosed, healthy, ids, one

ID = "pfs-mismatch"


def rekey_refused(notifies: list, first_outcome: str = "established", **fields) -> Talk:
    talk = healthy(**{"failed_at": "CREATE_CHILD_SA", "failed_by": "responder", **fields})
    talk.child(outcome=first_outcome, response_frame=4)
    talk.say("CREATE_CHILD_SA", message_id=2)
    talk.say("CREATE_CHILD_SA", by="r", message_id=2, notifies=notifies)
    return talk.child(outcome="failed", created_by="CREATE_CHILD_SA", frame_number=5, response_frame=6)


def test_a_rekey_that_fails_after_a_child_that_worked() -> None:
    made = diagnosed(rekey_refused([]))
    assert ids(made)[-1] == ID
    assert made[-1].confidence == "possible"
    assert made[-1].detail == "An earlier child SA came up; this one was refused."


def test_beside_a_decrypted_no_proposal_chosen() -> None:
    assert ids(diagnosed(rekey_refused([(14, b"", True)]))) == ["child-proposal-mismatch", ID]


def test_invalid_ke_payload_names_it() -> None:
    made = diagnosed(rekey_refused([(17, b"\x00\x13", True)]))
    assert ids(made) == [ID]
    assert made[0].confidence == "certain"


def test_the_first_child_of_ikev2_has_no_group() -> None:
    talk = healthy(failed_at="IKE_AUTH", failed_by="responder").child(outcome="failed", response_frame=4)
    assert one(ID, talk) is None
    assert one(ID, rekey_refused([(38, b"", True)])) is None
    assert one(ID, rekey_refused([], first_outcome="unknown")) is None
