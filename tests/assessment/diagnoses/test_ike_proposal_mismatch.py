from tests.assessment.build import GOOD_V2, RESPONDER, Talk, diagnosed, healthy, ids, main_mode, one, sa1, sa2

ID = "ike-proposal-mismatch"


def refused(notify: int = 14, by: str = "r") -> Talk:
    talk = Talk(outcome="failed", failed_at="IKE_SA_INIT", failed_by="responder", failure="NO_PROPOSAL_CHOSEN")
    talk.offer(sa2({"encr": [(12, 128)], "integ": [2], "prf": [2], "ke": [14]}))
    talk.say("IKE_SA_INIT")
    talk.say("IKE_SA_INIT", by=by, notifies=[notify])
    return talk


def test_alone_it_cannot_be_told_from_another_version() -> None:
    made = diagnosed(refused())
    assert ids(made) == [ID, "ike-version-mismatch"]
    assert [d.confidence for d in made] == ["likely", "possible"]
    assert made[0].evidence_frames == (1, 2)
    assert "unauthenticated" in made[0].basis


def test_with_what_the_responder_chose_elsewhere_the_transforms_are_named() -> None:
    made = diagnosed(refused(), healthy(2, 20, initiator="192.0.2.77"))
    assert ids(made) == [ID]
    assert "No common encryption: offered ENCR_AES_CBC-128" in made[0].detail
    assert made[0].evidence_frames == (1, 2, 21)
    assert "ENCR_AES_GCM_16-256" in made[0].advice


def test_where_the_offer_fits_what_was_chosen_elsewhere_it_is_possible_only() -> None:
    talk = refused()
    talk.n.offers.clear()
    talk.offer(sa2(GOOD_V2))
    (first, *_) = diagnosed(talk, healthy(2, 20, initiator="192.0.2.77"))
    assert (first.diagnosis, first.confidence) == (ID, "possible")
    assert (
        "unless another configuration applied here, the refusal has another reason than the algorithms" in first.detail
    )
    assert first.title == "The proposal for the IKE SA was refused, and not for its algorithms"
    assert first.advice.startswith("Read the responder's log; see which connection"), "no transforms to compare"
    assert one(ID, refused(), healthy(2, 20, initiator="192.0.2.77")).title == "No common proposal for the IKE SA"


def test_the_evidence_is_the_first_of_several_transmissions_of_a_refusal() -> None:
    talk = refused()
    for by, notifies in (("i", ()), ("r", [14])):
        talk.say("IKE_SA_INIT", by=by, again=True, after=1, encrypted=False, notifies=notifies)
    assert [s.retransmission_of for s in talk.n.steps()] == [None, None, 1, 2]
    assert diagnosed(talk)[0].evidence_frames == (1, 2)


def test_a_responder_of_the_other_version_makes_it_second() -> None:
    v1 = main_mode(2, 20, initiator="192.0.2.77", outcome="established")
    made = diagnosed(refused(), v1)
    assert ids(made) == ["ike-version-mismatch", ID]
    assert [d.confidence for d in made] == ["likely", "possible"]


def test_ikev1_in_an_informational() -> None:
    talk = Talk(version=1, outcome="failed", failed_at="IDENTITY_PROTECTION", failed_by="responder")
    talk.offer(sa1((7, 2, 1, 2, 128)))
    talk.say("IDENTITY_PROTECTION")
    talk.say("INFORMATIONAL", by="r", begun_by="r", message_id=9, encrypted=False, notifies=[14])
    assert ids(diagnosed(talk))[0] == ID


def test_a_refusal_that_was_overcome_explains_nothing() -> None:
    talk = healthy()
    talk.say("IKE_SA_INIT", by="r", notifies=[14], message_id=0)
    assert diagnosed(talk) == []


def test_later_refusals_and_the_initiators_own_are_not_meant() -> None:
    assert one(ID, refused(by="i")) is None
    child = healthy(failed_at="CREATE_CHILD_SA", failed_by="responder")
    child.say("CREATE_CHILD_SA", message_id=2)
    child.say("CREATE_CHILD_SA", by="r", message_id=2, notifies=[(14, b"", True)])
    assert one(ID, child) is None
    assert child.n.responder_ip == RESPONDER


def test_the_next_try_that_was_accepted() -> None:
    again = healthy(2, 20, at=5)
    diagnosis = one(ID, refused(), again)
    assert diagnosis is not None
    assert diagnosis.detail.endswith("Negotiation 2, 5.0 s later, was accepted.")
    assert diagnosis.evidence_frames == (1, 2, 21)
    older = main_mode(2, 20, at=5, outcome="established")
    down = one(ID, refused(), older)
    assert down is not None
    assert down.detail.endswith("Negotiation 2, 5.0 s later, was accepted in IKEv1.")
    for other in (healthy(2, 20, at=500), healthy(2, 20, at=5, initiator="192.0.2.77")):
        alone = one(ID, refused(), other)
        assert alone is not None
        assert "later" not in alone.detail


def refused_offer(*proposals: dict[str, list]) -> str:
    talk = Talk(outcome="failed", failed_at="IKE_SA_INIT", failed_by="responder").offer(sa2(*proposals))
    talk.say("IKE_SA_INIT")
    talk.say("IKE_SA_INIT", by="r", notifies=[14])
    (made, *_) = diagnosed(talk)
    assert made.diagnosis == "ike-proposal-mismatch"
    return f"{made.detail} {made.advice}"


def test_an_offer_that_demands_ml_kem() -> None:
    """As additional key exchange or alone; one proposal that does without it, or NONE, demands nothing."""
    classical = {"encr": [(20, 256)], "prf": [5], "ke": [31]}
    hybrid = {**classical, "addke": [36]}
    for proposals in ([hybrid], [hybrid, {**classical, "ke": [36]}]):
        text = refused_offer(*proposals)
        assert "Every proposal demands ml-kem-768: a peer that does not know it must refuse them all." in text
        assert "Update the peer" in text
    for proposals in ([classical], [hybrid, classical], [{**classical, "addke": [36, 0]}]):
        assert "demands" not in refused_offer(*proposals)


def test_the_group_that_it_asked_for_is_known_of_the_responder() -> None:
    for group, named in ((b"\0\x14", True), (b"", False)):
        talk = Talk(outcome="failed", failed_at="IKE_SA_INIT", failed_by="responder", failure="NO_PROPOSAL_CHOSEN")
        talk.offer(sa2({"encr": [(12, 256)], "integ": [12], "prf": [5], "ke": [14, 20]}))
        talk.say("IKE_SA_INIT")
        talk.say("IKE_SA_INIT", by="r", notifies=((17, group),))
        talk.say("IKE_SA_INIT", message_id=0)
        talk.say("IKE_SA_INIT", by="r", notifies=(14,))
        made = one(ID, talk)
        assert made is not None
        assert ("It had asked for 384-bit random ECP group (INVALID_KE_PAYLOAD); nothing else" in made.detail) is named
        assert ("Nothing in this capture shows" in made.detail) is not named
