from tests.assessment.build import Talk, found

ID = "ike-fragments-inconsistent"


def sent(*fragments: tuple[int, int], length: int = 500, by: str = "i", **fields) -> Talk:
    talk = Talk(outcome="incomplete").ike_sa_init()
    for fragment in fragments:
        talk.say("IKE_AUTH", by=by, message_id=1, fragment=fragment, length=length, **fields)
    return talk


def test_a_total_that_shrinks() -> None:
    (finding,) = found(ID, sent((1, 4), (2, 3)))
    assert (finding.severity, finding.confidence, finding.evidence_frames) == ("medium", "likely", (3, 4))
    assert finding.detail == "IKE_AUTH, initiator: a total of 4 fragments, then of 3."
    assert found(ID, sent((1, 4), (2, 3), by="r"))[0].subject == "192.0.2.20"


def test_numbers_that_cannot_be() -> None:
    for impossible in ((0, 2), (3, 2), (1, 0)):
        (finding,) = found(ID, sent(impossible))
        assert finding.confidence == "certain"


def test_one_number_with_two_contents() -> None:
    (finding,) = found(ID, sent((1, 2), (1, 2), (2, 2)))
    assert (finding.confidence, finding.detail) == (
        "possible",
        "IKE_AUTH, initiator: fragment 1 of 2 with two contents.",
    )


def test_a_later_one_that_names_a_payload() -> None:
    talk = sent((1, 2))
    talk.say("IKE_AUTH", message_id=1, fragment=(2, 2), defects=("wire-fragment-payload",))
    (finding,) = found(ID, talk)
    assert (finding.evidence_frames, finding.detail[-40:]) == ((4,), " a later fragment names a first payload.")


def test_very_many_tiny_ones() -> None:
    (finding,) = found(ID, sent(*[(k, 200) for k in range(1, 101)], length=90))
    assert "100 fragments of less than 200 bytes, of 200" in finding.detail
    assert len(finding.evidence_frames) == 10
    assert "1 fragment of less than 200 bytes, of 60000." in found(ID, sent((1, 60000), length=90))[0].detail
    assert found(ID, sent((65, 65), length=90)) == [], "the last one is as small as it comes"


def test_a_total_that_no_message_has() -> None:
    (finding,) = found(ID, sent((1, 60000), length=500))
    assert finding.detail == "IKE_AUTH, initiator: a fragment of 500 bytes, of 60000: no IKE message is that long."
    assert found(ID, sent((1, 70), length=1400)) == [], "long certificates"


def test_fragments_of_many_messages_and_none_whole() -> None:
    talk = sent()
    for message_id in range(1, 9):
        talk.say("IKE_AUTH", message_id=message_id, fragment=(1, 3), length=500)
    (finding,) = found(ID, talk)
    assert (finding.confidence, len(finding.evidence_frames)) == ("possible", 8)
    assert finding.detail == "fragments of 8 messages of the initiator, none of them whole."
    talk.say("IKE_AUTH", message_id=9, fragment=(1, 1), length=500)
    assert found(ID, talk) == []


def test_what_correct_senders_do() -> None:
    assert found(ID, sent((1, 2), (2, 2))) == []
    assert found(ID, sent((2, 2), (1, 2))) == [], "overtaken"
    assert found(ID, sent((1, 2), (2, 2), (1, 3), (2, 3), (3, 3))) == [], "smaller pieces after no answer"
    assert found(ID, sent((1, 4), (3, 4))) == [], "lost ones"
    assert found(ID, sent(*[(k, 9) for k in range(1, 10)], length=120)) == [], "small, and few"
    again = sent((1, 2))
    again.say("IKE_AUTH", message_id=1, fragment=(1, 2), length=500, again=True)
    again.say("IKE_AUTH", message_id=1, fragment=(1, 2), length=500, duplicate=True)
    assert found(ID, again) == []


def test_messages_and_sides_are_apart() -> None:
    both = sent((1, 4), (2, 4), (3, 4), (4, 4))
    both.say("IKE_AUTH", by="r", message_id=1, fragment=(1, 2), length=500)
    both.say("IKE_AUTH", message_id=2, fragment=(1, 2), length=500)
    assert found(ID, both) == []


def test_ikev1_says_the_total_in_the_last_one_only() -> None:
    talk = Talk(version=1, outcome="incomplete")
    for number, total in ((1, None), (2, None), (3, 3), (1, None)):
        talk.say("IDENTITY_PROTECTION", payloads=(132,), fragment=(number, total))
    assert found(ID, talk) == []
    talk.say("IDENTITY_PROTECTION", payloads=(132,), fragment=(2, 2))
    assert found(ID, talk) == []
    talk.say("IDENTITY_PROTECTION", payloads=(132,), fragment=(4, None))
    (finding,) = found(ID, talk)
    assert finding.confidence == "possible"
    assert finding.detail.endswith("fragment 4 behind 2, which says that it is the last.")
    talk.say("IDENTITY_PROTECTION", payloads=(132,), fragment=(0, None))
    assert found(ID, talk)[0].detail.endswith("fragment 0.")
