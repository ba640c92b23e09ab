from tests.assessment.build import Talk, diagnosed, healthy, ids, main_mode, one, sa2

ID = "pfs-mismatch"


def rekey_refused(notifies: list, first_outcome: str = "established", **fields) -> Talk:
    talk = healthy(**{"failed_at": "CREATE_CHILD_SA", "failed_by": "responder", **fields})
    talk.child(outcome=first_outcome, response_frame=4)
    talk.say("CREATE_CHILD_SA", message_id=2)
    talk.say("CREATE_CHILD_SA", by="r", message_id=2, notifies=notifies)
    return talk.child(outcome="failed", created_by="CREATE_CHILD_SA", frame_number=5, response_frame=6)


def test_a_rekey_that_fails_after_a_child_that_worked() -> None:
    """The algorithms and selectors were accepted in IKE_AUTH: what is new stands before them."""
    made = diagnosed(rekey_refused([]))
    assert ids(made) == ["child-negotiation-failed", ID, "child-proposal-mismatch", "traffic-selector-mismatch"]
    assert made[1].confidence == "possible"
    assert made[1].detail == (
        "A child SA came up in IKE_AUTH; the PFS group is new in CREATE_CHILD_SA, and that was refused."
    )


def test_another_child_than_the_one_that_worked() -> None:
    """Other networks, or one that came up in CREATE_CHILD_SA: the group is as good a cause as the others."""
    other = rekey_refused([])
    other.n.children[0].initiator_ts, other.n.children[0].responder_ts = ["10.1.0.0/24"], ["10.2.0.0/24"]
    other.n.children[1].initiator_ts, other.n.children[1].responder_ts = ["10.1.0.0/24"], ["10.3.0.0/24"]
    later = rekey_refused([])
    later.n.children[0].created_by = "CREATE_CHILD_SA"
    for talk in (other, later):
        made = diagnosed(talk)
        assert ids(made)[-1] == ID
        assert made[-1].detail == "An earlier child SA came up; this one was refused."


def test_beside_a_decrypted_no_proposal_chosen() -> None:
    assert ids(diagnosed(rekey_refused([(14, b"", True)]))) == ["child-proposal-mismatch", ID]


def test_invalid_ke_payload_names_it() -> None:
    made = diagnosed(rekey_refused([(17, b"\x00\x13", True)]))
    assert ids(made) == [ID]
    assert made[0].confidence == "possible"  # another try may come after the capture
    assert made[0].detail.endswith("Wanted: 256-bit random ECP group.")
    assert made[0].advice.startswith("Smallest change: 256-bit random ECP group as the PFS group")


def test_no_other_try_although_there_was_time_or_no_use() -> None:
    (later,) = diagnosed(rekey_refused([(17, b"\x00\x13", True)]), last=20)
    assert later.confidence == "likely"
    (hopeless,) = diagnosed(offered([(17, b"\x00\x13", True)]))
    assert hopeless.confidence == "likely"
    assert hopeless.detail.endswith("The side that asked does not offer it.")


def test_the_first_child_of_ikev2_has_no_group() -> None:
    talk = healthy(failed_at="IKE_AUTH", failed_by="responder").child(outcome="failed", response_frame=4)
    assert one(ID, talk) is None
    assert one(ID, rekey_refused([(38, b"", True)])) is None
    assert one(ID, rekey_refused([], first_outcome="unknown")) is None


def rekeyed(encr: tuple[int, int], group: int) -> Talk:
    """Another SA of the responder, rekeyed with this cipher and group."""
    talk = healthy(2, 30, initiator="192.0.2.77").child(created_by="CREATE_CHILD_SA", frame_number=34)
    return talk.answer(sa2({"encr": [encr], "ke": [group]}, protocol=3), 35, child=1)


def offered(notifies: list) -> Talk:
    return rekey_refused(notifies).offer(sa2({"encr": [(20, 256)], "ke": [14]}, protocol=3), 5, child=2)


def test_the_group_is_all_that_differs() -> None:
    made = diagnosed(offered([(14, b"", True)]), rekeyed((20, 256), 19))
    assert ids(made) == ["child-proposal-mismatch", ID]
    assert made[1].confidence == "likely"
    assert made[1].detail.startswith("No common key exchange: offered 2048-bit MODP Group; the responder chose")
    assert made[1].evidence_frames == (5, 6, 35)


def test_something_else_differs_and_the_group_does_not() -> None:
    assert one(ID, offered([(14, b"", True)]), rekeyed((20, 128), 14)) is None


def test_an_error_of_another_name() -> None:
    assert one(ID, rekey_refused([(35, b"", True)])) is None


def test_no_group_that_the_policy_rejects_and_none_at_all_is_advised() -> None:
    (rejected,) = diagnosed(offered([(17, b"\x00\x02", True)]))
    assert "Wanted: 1024-bit MODP Group. The policy ietf rejects it." in rejected.detail
    assert rejected.advice == (
        "Of the initiator's groups the policy ietf allows 2048-bit MODP Group: let the responder accept it. Whether "
        "this peer can is unconfirmed."
    )
    without = healthy(2, 30, initiator="192.0.2.77").child(created_by="CREATE_CHILD_SA", frame_number=34)
    without.answer(sa2({"encr": [(20, 256)]}, protocol=3), 35, child=1)
    made = diagnosed(offered([(14, b"", True)]), without)
    assert made[1].detail.startswith("No common key exchange: offered 2048-bit MODP Group; the responder chose")
    assert "NONE" not in made[1].advice
    assert "Let the responder accept ENCR_AES_GCM_16-256, 2048-bit MODP Group" in made[1].advice


def quick_mode_refused(length: int, networks: str | None = None) -> Talk:
    """A quick mode of 172 bytes that came up, and one of this length that was refused."""
    talk = main_mode(outcome="established", failed_at="QUICK_MODE", failed_by="responder")
    for k, by in enumerate("iri"):
        talk.say("QUICK_MODE", by=by, message_id=7, length=172 if k < 2 else 60, encrypted=True)
    given = [networks] if networks else None
    talk.child(created_by="QUICK_MODE", frame_number=7, response_frame=8, initiator_ts=given and ["10.1.0.0/24"])
    talk.say("QUICK_MODE", message_id=8, length=length, encrypted=True, after=3000)
    talk.say("INFORMATIONAL", by="r", begun_by="r", message_id=9, length=76, encrypted=True)
    return talk.child(created_by="QUICK_MODE", frame_number=10, response_frame=11, outcome="failed", initiator_ts=given)


def test_a_quick_mode_that_grew_by_a_ke_payload() -> None:
    made = diagnosed(quick_mode_refused(428))
    assert ids(made)[:2] == ["child-negotiation-failed", ID]
    assert "has 428 bytes, room for a KE payload more than the 172 bytes before" in made[1].detail
    assert made[1].confidence == "possible"


def test_a_quick_mode_of_the_same_size_or_of_other_networks_has_no_new_group() -> None:
    for talk in (quick_mode_refused(172), quick_mode_refused(236), quick_mode_refused(428, "10.9.0.0/24")):
        ranks = {d.diagnosis: (d.rank, d.detail) for d in diagnosed(talk)}
        assert ranks[ID] > ranks["child-proposal-mismatch"]
        assert "KE payload" not in ranks[ID][1]
