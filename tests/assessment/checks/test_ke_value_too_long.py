from tests.assessment.build import Talk, found, healthy, main_mode

ID = "ke-value-too-long"


def exchanged(initiator: tuple[int, int] | None, responder: tuple[int, int]) -> Talk:
    """Group and bytes of both sides' values."""
    talk = healthy().change(2, key_exchanges=(responder,))
    return talk.change(1, key_exchanges=(initiator,)) if initiator is not None else talk


def test_longer_than_the_method_allows() -> None:
    (finding,) = found(ID, exchanged((19, 64), (19, 640)))
    assert (finding.subject, finding.evidence_frames) == ("KE 19", (2,))
    assert finding.detail == "640 bytes from the responder; a value of method 19 has 64."


def test_a_retransmission_is_the_same_value() -> None:
    talk = exchanged((19, 64), (19, 640))
    talk.say("IKE_SA_INIT", by="r", again=True, key_exchanges=((19, 640),))
    assert len(found(ID, talk)) == 1


def test_ml_kem_differs_by_side() -> None:
    assert found(ID, exchanged((36, 1184), (36, 1088))) == []
    assert len(found(ID, exchanged(None, (36, 1184)))) == 1


def test_ikev1_takes_the_chosen_group_or_the_only_one_offered() -> None:
    talk = main_mode(outcome="established").change(3, key_exchanges=((None, 257),))
    assert [f.subject for f in found(ID, talk)] == ["KE 14"]
    talk.n.suite = None
    assert [f.subject for f in found(ID, talk)] == ["KE 14"]
    talk.n.offers.clear()
    assert found(ID, talk) == []


def test_what_is_encrypted_to_the_peer_has_no_length_of_its_method() -> None:
    talk = main_mode(outcome="established").change(3, key_exchanges=((None, 272),))
    for method in (5, 65009, 65010):
        talk.n.suite = talk.n.suite._replace(auth_method=method)
        assert found(ID, talk) == []
    talk.n.suite = talk.n.suite._replace(auth_method=4)  # nonces and identities only
    assert len(found(ID, talk)) == 1


def test_a_quick_mode_has_a_group_of_its_own() -> None:
    talk = main_mode(outcome="established")
    talk.say("QUICK_MODE", message_id=9, encrypted=True, inner=(8, 1, 10, 4), key_exchanges=((None, 512),))
    assert found(ID, talk) == []


def test_shorter_ones_and_unknown_methods_are_others() -> None:
    assert found(ID, exchanged((14, 100), (60000, 5000))) == []
