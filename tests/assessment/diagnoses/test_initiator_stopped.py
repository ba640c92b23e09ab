from tests.assessment.assessed import assess
from tests.assessment.build import Talk, diagnosed, healthy, ids, main_mode, one, story
from tests.negotiation import build as wire

ID = "initiator-stopped"


def test_an_answer_that_nobody_took_up() -> None:
    basis = "the initiator sent nothing after the responder's message"
    talk = main_mode(
        messages=4, outcome="failed", failed_at="IDENTITY_PROTECTION", failed_by="initiator", outcome_basis=basis
    )
    made = diagnosed(talk)
    assert ids(made) == [ID]
    assert (made[0].confidence, made[0].basis) == ("likely", basis)


def test_an_initiator_that_said_why() -> None:
    talk = Talk(outcome="failed", failed_at="IKE_AUTH", failed_by="initiator").ike_sa_init().ike_auth()
    talk.say("INFORMATIONAL", message_id=2, length=65)
    assert one(ID, talk) is None
    cookie = Talk(outcome="failed", failed_at="IKE_SA_INIT", failed_by="initiator", failure="COOKIE").ike_sa_init()
    assert one(ID, cookie) is None
    assert one(ID, healthy()) is None


def half_open(*notifies: int, answer: tuple[int, ...] = ()) -> Talk:
    talk = Talk(outcome="incomplete")
    talk.say("IKE_SA_INIT", notifies=notifies)
    talk.say("IKE_SA_INIT", by="r", notifies=answer)
    return talk.choose(2, encryption_id=20, key_bits=256, prf_id=5, ke_id=19)


def test_silence_after_ike_sa_init_has_several_causes() -> None:
    made = diagnosed(half_open(), last=10)
    assert [(d.diagnosis, d.confidence) for d in made] == [(ID, "possible"), ("udp-4500-blocked", "possible")]
    assert ids(diagnosed(half_open(), last=2)) == ["capture-ends-early"]


def test_a_post_quantum_key_that_the_responder_does_not_know() -> None:
    """RFC 8784 section 3: the responder says USE_PPK too if it has such keys."""
    diagnosis = one(ID, half_open(16435), last=10)
    assert diagnosis is not None
    assert (diagnosis.confidence, diagnosis.rank) == ("likely", 1)
    assert "USE_PPK" in diagnosis.detail
    taken_up = one(ID, half_open(16435, answer=(16435,)), last=10)
    assert taken_up is not None
    assert taken_up.confidence == "possible"


def test_the_answer_came_from_an_address_that_nobody_asked() -> None:
    for source, named in ((wire.C, True), (wire.B, False)):
        talk = wire.Talk()
        talk.say(wire.init_request())
        talk.answer(wire.init_answer(), source)
        made = next(d for d in assess(talk.story(10)).diagnoses[1] if d.diagnosis == ID)
        assert made.confidence == "possible"
        assert ("The answers come from 198.51.100.7, another address than the one asked" in made.detail) is named
        assert ("address that was asked" in made.advice) is named


def test_a_failure_that_has_a_name_or_an_error_of_the_initiator_is_no_silence() -> None:
    given = {"outcome": "failed", "failed_at": "IDENTITY_PROTECTION", "failed_by": "initiator"}
    assert one(ID, main_mode(messages=4, **given)) is not None
    assert one(ID, main_mode(messages=4, **{**given, "failed_by": "responder"})) is None
    assert one(ID, main_mode(messages=4, **{**given, "outcome": "established"})) is None
    assert one(ID, main_mode(messages=4, **given, failure="NO-PROPOSAL-CHOSEN")) is None
    said = main_mode(messages=4, **given)
    said.say("INFORMATIONAL", message_id=9, encrypted=False, notifies=[14])
    assert one(ID, said) is None


def test_the_last_exchange_is_the_evidence() -> None:
    for messages, shown in ((4, (1, 2)), (3, (1, 2))):
        talk = main_mode(messages=messages, outcome="failed", failed_at="IDENTITY_PROTECTION", failed_by="initiator")
        diagnosis = one(ID, talk)
        assert diagnosis is not None
        assert diagnosis.evidence_frames == shown


def test_a_refused_session_ticket_and_nothing_more() -> None:
    talk = wire.Talk()
    talk.say(wire.resume_request())
    talk.answer(wire.resume_answer(16412))
    (made,) = assess(talk.story(60)).diagnoses[1]
    assert made.diagnosis == ID
    assert "TICKET_NACK" in made.detail


def test_main_mode_with_a_nat_goes_on_where_the_capture_may_not_have_been() -> None:
    """The fifth message goes to UDP 4500 (RFC 3947 section 4): a capture of UDP 500 alone accuses nobody."""
    made = diagnosed(main_mode(messages=4, outcome="incomplete", nat="initiator"), last=60)
    assert [(d.diagnosis, d.confidence) for d in made] == [(ID, "possible"), ("udp-4500-blocked", "possible")]
    assert "UDP 4500" in made[0].detail
    assert "capture UDP 4500 too" in made[0].advice
    plain = main_mode(messages=4, outcome="failed", failed_at="IDENTITY_PROTECTION", failed_by="initiator", nat="none")
    assert [d.confidence for d in diagnosed(plain, last=60)] == ["likely"]


def test_what_goes_over_tcp_has_no_other_port_to_capture() -> None:
    talk = Talk(outcome="incomplete")
    talk.transport = "tcp"
    talk.say("IKE_SA_INIT")
    talk.say("IKE_SA_INIT", by="r")
    talk.choose(2, encryption_id=20, key_bits=256, prf_id=5, ke_id=19)
    made = diagnosed(talk, last=10)
    assert ids(made)[0] == ID
    assert "4500" not in made[0].advice


def test_udp_4500_of_other_hosts_was_captured_too() -> None:
    """Nothing more is to be captured then, nor where IKE_AUTH has shown which port is used."""
    other = healthy(number=2, initiator_ip="198.51.100.9")
    other.transport = "udp-4500"
    other.say("INFORMATIONAL", message_id=9)
    for beside, asked in (((), True), ((other,), False)):
        (first, *_) = assess(story(half_open(), *beside, last=60)).diagnoses[1]
        assert ("capture UDP 4500 too" in first.advice) is asked
    talk = Talk(outcome="failed", failed_at="IKE_AUTH", failed_by="initiator").ike_sa_init().ike_auth(answer=80)
    made = one(ID, talk)
    assert made is None or "4500" not in made.advice
