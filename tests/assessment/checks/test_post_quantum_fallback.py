from tests.assessment.build import Talk, found, healthy, sa2

ID = "post-quantum-fallback"
HYBRID = {"encr": [(20, 256)], "prf": [5], "ke": [31], "addke": [36, 0]}
CHOSEN = {"encr": [(20, 256)], "prf": [5], "ke": [31], "addke": [36]}
CLASSICAL = {"encr": [(20, 256)], "prf": [5], "ke": [31]}
ESP, ESP_HYBRID = {"encr": [(20, 256)], "ke": [31]}, {"encr": [(20, 256)], "ke": [31], "addke": [36, 0]}


def hybrid(*answer: dict[str, list]) -> Talk:
    """An IKE SA for which ML-KEM was offered; its answer."""
    talk = healthy()
    talk.n.offers.clear()
    talk.offer(sa2(HYBRID), 1)
    return talk.answer(sa2(*answer), 2) if answer else talk


def rekey(
    talk: Talk, message_id: int, offer: dict[str, list], answer: dict[str, list] | None, child: int | None
) -> Talk:
    """A CREATE_CHILD_SA that keys opened."""
    asked = talk.say("CREATE_CHILD_SA", message_id=message_id, inner=(33, 40, 34))
    protocol = 1 if child is None else 3
    talk.offer(sa2(offer, protocol=protocol), asked.frame_number, child=child)
    if answer is not None:
        made = talk.say("CREATE_CHILD_SA", by="r", message_id=message_id, inner=(33, 40, 34))
        talk.answer(sa2(answer, protocol=protocol), made.frame_number, child=child)
    return talk


def test_offered_and_not_chosen() -> None:
    (finding,) = found(ID, hybrid(CLASSICAL))
    assert (finding.subject, finding.evidence_frames) == ("ml-kem-768", (1, 2))
    assert finding.detail == "ml-kem-768 was offered for the IKE SA and not chosen."


def test_of_an_answer_that_was_cut_nothing_is_missing() -> None:
    assert found(ID, hybrid().answer(sa2(CLASSICAL)._replace(whole=False), 2)) == []


def test_chosen_or_never_offered() -> None:
    assert found(ID, hybrid(CHOSEN)) == []
    assert found(ID, hybrid({"encr": [(20, 256)], "prf": [5], "ke": [36]})) == []
    assert found(ID, healthy()) == []


def test_an_answer_that_nobody_read() -> None:
    assert found(ID, hybrid()) == []
    assert found(ID, rekey(healthy(), 2, ESP_HYBRID, None, child=2)) == []


def test_a_child_sa_that_chose_it_in_a_classical_ike_sa() -> None:
    """The IKE SA had not offered it: nothing was given up anywhere."""
    assert found(ID, rekey(healthy(), 2, ESP_HYBRID, {**ESP, "addke": [36]}, child=2)) == []


def test_each_sa_by_itself() -> None:
    talk = rekey(hybrid(CHOSEN), 2, ESP_HYBRID, ESP, child=2)
    (finding,) = found(ID, rekey(talk, 3, ESP_HYBRID, {**ESP, "addke": [36]}, child=3))
    assert finding.detail == "ml-kem-768 was offered for child SA 2 and not chosen."
    assert finding.evidence_frames == (5, 6)


def test_the_rekey_of_the_ike_sa() -> None:
    assert found(ID, rekey(healthy(), 2, HYBRID, CHOSEN, child=None)) == []
    (finding,) = found(ID, rekey(healthy(), 2, HYBRID, CLASSICAL, child=None))
    assert finding.detail == "ml-kem-768 was offered for the rekeyed IKE SA and not chosen."


def test_the_first_child_sa_has_no_key_exchange() -> None:
    talk = healthy()
    talk.offer(sa2(ESP_HYBRID, protocol=3), 3, child=1)
    talk.answer(sa2({"encr": [(20, 256)]}, protocol=3), 4, child=1)
    assert found(ID, talk) == []


def test_a_second_try_with_another_group() -> None:
    """INVALID_KE_PAYLOAD: the offer of the first request is answered behind the second."""
    talk = Talk(outcome="established").choose(4, encryption_id=20, key_bits=256, prf_id=5, ke_id=31)
    talk.say("IKE_SA_INIT", payloads=(33, 34, 40))
    talk.say("IKE_SA_INIT", by="r", payloads=(41,))
    talk.ike_sa_init().ike_auth()
    talk.offer(sa2(HYBRID), 1).offer(sa2(HYBRID), 3).answer(sa2(CLASSICAL), 4)
    (finding,) = found(ID, talk)
    assert finding.evidence_frames == (3, 4)


def test_a_second_try_that_no_longer_offers_it() -> None:
    """The one answer is to the second request: that ML-KEM was given up between the two is another check's."""
    talk = Talk(outcome="established").choose(4, encryption_id=20, key_bits=256, prf_id=5, ke_id=31)
    talk.say("IKE_SA_INIT", payloads=(33, 34, 40))
    talk.say("IKE_SA_INIT", by="r", payloads=(41,))
    talk.ike_sa_init().ike_auth()
    talk.offer(sa2(HYBRID), 1).offer(sa2(CLASSICAL), 3).answer(sa2(CLASSICAL), 4)
    assert found(ID, talk) == []


def test_several_rekeys_each_with_its_own_answer() -> None:
    """A KE payload with ML-KEM in CREATE_CHILD_SA itself, ML-KEM in IKE_FOLLOWUP_KE, and neither."""
    alone = {"encr": [(20, 256)], "ke": [36, 31]}
    talk = rekey(healthy(), 2, alone, {"encr": [(20, 256)], "ke": [36]}, child=2)
    talk = rekey(talk, 3, ESP_HYBRID, {**ESP, "addke": [36]}, child=3)
    assert found(ID, talk) == []
    talk = rekey(talk, 4, ESP_HYBRID, ESP, child=4)
    talk = rekey(talk, 5, alone, {**ESP, "addke": [36]}, child=5)
    assert [f.detail for f in found(ID, talk)] == ["ml-kem-768 was offered for child SA 4 and not chosen."]
