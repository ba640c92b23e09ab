from tests.assessment.build import Talk, aggressive, found, healthy, main_mode

ID = "informational-before-authentication"


def test_message_id_1() -> None:
    talk = Talk(outcome="incomplete").ike_sa_init()
    talk.say("INFORMATIONAL", message_id=1)
    (finding,) = found(ID, talk)
    assert (finding.severity, finding.confidence, finding.evidence_frames) == ("medium", "likely", (1, 3))
    assert "not answered" in finding.detail
    talk.say("INFORMATIONAL", by="r", message_id=1)
    assert "message ID 1, answered" in found(ID, talk)[0].detail
    talk.say("IKE_AUTH", message_id=2)
    assert found(ID, talk), "IKE_AUTH came later"


def test_behind_ike_auth_or_intermediate_exchanges() -> None:
    usual = healthy()
    usual.say("INFORMATIONAL", message_id=2)
    assert found(ID, usual) == []
    refused = Talk(outcome="failed").ike_sa_init().ike_auth()
    refused.say("INFORMATIONAL", message_id=2)
    assert found(ID, refused) == [], "the initiator refuses the responder's proof"
    hybrid = Talk(outcome="incomplete").ike_sa_init()
    hybrid.say("IKE_INTERMEDIATE", message_id=1)
    hybrid.say("INFORMATIONAL", message_id=1)
    assert found(ID, hybrid) == []


def test_what_a_capture_lost_or_an_sa_never_had() -> None:
    lost = Talk(outcome="incomplete").ike_sa_init()
    lost.say("INFORMATIONAL", message_id=2)
    assert found(ID, lost) == [], "message ID 1 was somebody's: IKE_AUTH is not in the capture"
    asked = Talk(outcome="incomplete").ike_sa_init()
    asked.say("INFORMATIONAL", by="r", begun_by="r", message_id=0)
    assert found(ID, asked) == [], "the responder's first request behind an IKE_AUTH that was lost"
    late = Talk(outcome="incomplete", starts_late=True)
    late.say("INFORMATIONAL", message_id=1)
    assert found(ID, late) == []
    rekeyed = Talk(outcome="established", rekeyed_from=1)
    rekeyed.say("INFORMATIONAL", message_id=1)
    assert found(ID, rekeyed) == []
    unanswered = Talk(outcome="unanswered")
    unanswered.say("IKE_SA_INIT")
    unanswered.say("INFORMATIONAL", message_id=1, encrypted=False, payloads=(41,))
    assert found(ID, unanswered) == []


def test_the_responders_request_that_ike_auth_follows() -> None:
    talk = Talk(outcome="established").ike_sa_init()
    talk.say("INFORMATIONAL", by="r", begun_by="r", message_id=0)
    assert found(ID, talk) == []
    (finding,) = found(ID, talk.ike_auth())
    assert finding.subject == "192.0.2.20"
    assert finding.detail.startswith("IKE_SA_INIT, then INFORMATIONAL with message ID 0, not answered")


def test_ikev2_a_delete_in_clear() -> None:
    talk = healthy()
    talk.say("INFORMATIONAL", message_id=2, encrypted=False, payloads=(42,))
    (finding,) = found(ID, talk)
    assert (finding.severity, finding.evidence_frames) == ("medium", (5,))
    assert finding.detail == "A Delete in clear, under the SPIs of this IKE SA."
    other = healthy()
    other.say("INFORMATIONAL", message_id=2, encrypted=False, payloads=(41,), notifies=(11,))
    assert found(ID, other) == [], "INVALID_SPI of a peer that has lost the SA"


def test_ikev1_a_delete_in_clear() -> None:
    talk = main_mode(outcome="established")
    talk.say("INFORMATIONAL", message_id=9, encrypted=False, payloads=(12,))
    (finding,) = found(ID, talk)
    assert finding.evidence_frames == (7,)


def test_who_sent_it_need_not_be_a_side_of_the_sa() -> None:
    talk = main_mode(outcome="established")
    talk.say("INFORMATIONAL", message_id=9, encrypted=False, payloads=(12,))
    talk.n.moves = [(7, "198.51.100.66", 500, "192.0.2.20", 500)]
    assert found(ID, talk)[0].subject == "198.51.100.66"


def test_ikev1_a_status_notify_in_clear() -> None:
    talk = main_mode(outcome="established")
    talk.say("INFORMATIONAL", message_id=9, encrypted=False, payloads=(11,), notifies=(24578,))
    assert found(ID, talk)[0].detail == "The notify INITIAL-CONTACT in clear; the ISAKMP SA came up in this capture."
    early = main_mode(outcome="established", messages=2)
    early.say("INFORMATIONAL", message_id=9, encrypted=False, payloads=(11,), notifies=(24578,))
    early.say("IDENTITY_PROTECTION", encrypted=True)
    assert found(ID, early) == [], "before there were keys"


def test_ikev1_usual_ones() -> None:
    proper = main_mode(outcome="established")
    proper.say("INFORMATIONAL", message_id=9, payloads=())
    assert found(ID, proper) == [], "encrypted"

    def error(number: int) -> Talk:
        talk = main_mode(outcome="established")
        return talk.say("INFORMATIONAL", by="r", begun_by="r", encrypted=False, notifies=(number,)) and talk

    assert found(ID, error(4)) == [], "INVALID_COOKIE from a peer that lost its SA"
    (finding,) = found(ID, error(14))
    assert (finding.severity, finding.confidence) == ("low", "possible"), "it has the SA, and keys to say so under"
    early = aggressive(outcome="failed")
    early.say("INFORMATIONAL", message_id=9, encrypted=False, payloads=(12,))
    assert found(ID, early) == [], "nothing came up"
