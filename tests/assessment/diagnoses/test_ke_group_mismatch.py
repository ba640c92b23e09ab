from analyzer.negotiation.seen import SeenNotify
from tests.assessment.build import Talk, diagnosed, healthy, ids, one, sa2

ID = "ke-group-mismatch"


def asked(times: int, group: int, offered: list[int], **fields) -> Talk:
    talk = Talk(**{"outcome": "failed", "failed_at": "IKE_SA_INIT", "failed_by": "initiator", **fields})
    talk.offer(sa2({"encr": [(20, 256)], "prf": [5], "ke": offered}))
    for k in range(times):
        talk.say("IKE_SA_INIT", message_id=k)
        talk.say("IKE_SA_INIT", by="r", message_id=k, notifies=[(17, group.to_bytes(2, "big"))])
    return talk


def test_a_group_that_was_never_offered() -> None:
    made = diagnosed(asked(1, 20, [14, 19], failure="INVALID_KE_PAYLOAD"))
    assert ids(made)[0] == ID
    assert made[0].confidence == "likely"
    assert made[0].detail == (
        "INVALID_KE_PAYLOAD once; wanted: 384-bit random ECP group. The initiator does not offer it, but "
        "2048-bit MODP Group, 256-bit random ECP group."
    )
    assert made[0].advice == (
        "Smallest change: give the initiator's proposal 384-bit random ECP group."
    )  # what the initiator offers is weaker


def test_the_responder_asks_for_less_than_is_offered() -> None:
    made = diagnosed(asked(1, 14, [2, 20, 21], failure="INVALID_KE_PAYLOAD"))
    assert made[0].advice == (
        "Smallest change: give the initiator's proposal 2048-bit MODP Group; or let the responder accept "
        "384-bit random ECP group, 521-bit random ECP group."
    )


def test_a_group_that_the_policy_rejects_is_not_advised() -> None:
    made = diagnosed(asked(1, 2, [14, 19], failure="INVALID_KE_PAYLOAD"))
    assert made[0].detail.endswith("The policy ietf rejects 1024-bit MODP Group.")
    assert made[0].advice == (
        "Of the initiator's groups the policy ietf allows 2048-bit MODP Group, 256-bit random ECP group: let the "
        "responder accept it. Whether this peer can is unconfirmed."
    )
    loop = one(ID, asked(3, 2, [2, 14], failed_by="none", failure="no answer"))
    assert loop is not None
    assert "1024-bit" not in loop.advice
    nothing = diagnosed(asked(1, 2, [1, 5], failure="INVALID_KE_PAYLOAD"))
    assert nothing[0].advice == (
        "Set a group on both sides that the policy allows. The policy ietf asks for 2048-bit MODP Group: unconfirmed "
        "for this peer."
    )


def test_a_loop() -> None:
    diagnosis = one(ID, asked(3, 19, [14, 19], failed_by="none", failure="no answer"))
    assert diagnosis is not None
    assert (diagnosis.confidence, diagnosis.evidence_frames) == ("likely", (2, 4, 6))
    assert diagnosis.advice.startswith("Put 256-bit random ECP group first in the initiator's proposal")


def test_not_taken_up_once_is_possible() -> None:
    diagnosis = one(ID, asked(1, 19, [14, 19], failure="INVALID_KE_PAYLOAD"))
    assert diagnosis is not None
    assert diagnosis.confidence == "possible"


def test_one_round_on_the_way_to_success_is_normal() -> None:
    assert one(ID, asked(1, 19, [14, 19], outcome="established", failed_at=None, failed_by=None)) is None
    later = asked(2, 19, [14, 19], failed_at="IKE_AUTH", failed_by="responder")
    later.choose(4, encryption_id=20, ke_id=19)
    assert one(ID, later) is None
    assert one(ID, healthy()) is None


def test_data_too_short_names_no_group() -> None:
    short = SeenNotify(17, 0, b"\x13", False)
    diagnosis = one(ID, asked(2, 19, [14]).change(2, notifies=(short,)).change(4, notifies=(short,)))
    assert diagnosis is not None
    assert "wanted: none named" in diagnosis.detail


def test_the_same_answer_seen_again_is_no_second_request() -> None:
    for how in ("again", "duplicate"):
        talk = asked(1, 19, [14, 19], failure="INVALID_KE_PAYLOAD")
        talk.say("IKE_SA_INIT", by="r", notifies=[(17, b"\0\x13")], **{how: True})
        diagnosis = one(ID, talk)
        assert diagnosis is not None
        assert (diagnosis.confidence, diagnosis.evidence_frames) == ("possible", (2,))
        assert "INVALID_KE_PAYLOAD once" in diagnosis.detail


def test_another_error_in_clear_asks_for_no_group() -> None:
    talk = asked(1, 19, [14, 19], failure="INVALID_KE_PAYLOAD")
    talk.say("IKE_SA_INIT", message_id=1)
    talk.say("IKE_SA_INIT", by="r", message_id=1, notifies=[(14, b"")])
    diagnosis = one(ID, talk)
    assert diagnosis is not None
    assert diagnosis.evidence_frames == (2,)
