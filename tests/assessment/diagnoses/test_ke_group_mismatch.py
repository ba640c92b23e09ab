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
        "Smallest change: give the initiator's proposal 384-bit random ECP group; or let the responder accept "
        "2048-bit MODP Group, 256-bit random ECP group."
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
    talk = asked(2, 19, [14])
    for exchange in talk.n.exchanges:
        exchange.steps[1] = exchange.steps[1]._replace(notifies=(exchange.steps[1].notifies[0]._replace(data=b"\x13"),))
    diagnosis = one(ID, talk)
    assert diagnosis is not None
    assert "wanted: none named" in diagnosis.detail
