from tests.assessment.build import Talk, diagnosed, healthy, ids, main_mode, one, sa2

ID = "ike-version-mismatch"


def refused(notify: int = 14) -> Talk:
    talk = Talk(outcome="failed", failed_at="IKE_SA_INIT", failed_by="responder")
    talk.offer(sa2({"encr": [(20, 256)], "prf": [5], "ke": [19]}))
    talk.say("IKE_SA_INIT")
    talk.say("IKE_SA_INIT", by="r", notifies=[notify])
    return talk


def test_said_outright() -> None:
    made = diagnosed(refused(5))
    assert ids(made) == [ID]
    assert (made[0].confidence, made[0].detail) == ("likely", "INVALID_MAJOR_VERSION as the answer to IKEv2.")


def test_a_candidate_behind_no_proposal_chosen() -> None:
    diagnosis = one(ID, refused())
    assert diagnosis is not None
    assert (diagnosis.confidence, diagnosis.rank) == ("possible", 2)


def test_likely_where_the_responder_speaks_the_other_version_only() -> None:
    diagnosis = one(ID, refused(), main_mode(2, 20, initiator="192.0.2.77", outcome="established"))
    assert diagnosis is not None
    assert (diagnosis.confidence, diagnosis.rank) == ("likely", 1)
    assert "IKEv1 only" in diagnosis.basis


def test_excluded_where_the_responder_chose_proposals_of_this_version() -> None:
    assert one(ID, refused(), healthy(2, 20)) is None
