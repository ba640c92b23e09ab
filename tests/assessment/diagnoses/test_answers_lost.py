from analyzer.assessment import Diagnosis
from tests.assessment.assessed import assess
from tests.assessment.build import Talk, diagnosed, healthy, ids, main_mode, one, story
from tests.assessment.lives import stream
from tests.negotiation import build as wire

ID = "answers-lost"


def in_vain(exchange: str = "IKE_AUTH", size: int = 238, repeats: int = 3, **fields) -> Talk:
    talk = Talk(**{"outcome": "failed", "failed_at": "IKE_AUTH", "failed_by": "none", **fields}).ike_sa_init()
    return again(talk, exchange, size, repeats)


def again(talk: Talk, exchange: str, size: int, repeats: int, request: int = 295) -> Talk:
    talk.say(exchange, message_id=1, length=request)
    talk.say(exchange, by="r", message_id=1, length=size)
    for k in range(repeats):
        talk.say(exchange, message_id=1, length=request, again=True, after=2.0**k)
        talk.say(exchange, by="r", message_id=1, length=size, again=True, after=0.01)
    return talk


def test_answered_each_time_and_asked_again() -> None:
    made = diagnosed(in_vain())
    assert ids(made) == [ID]
    assert (made[0].confidence, made[0].evidence_frames) == ("likely", tuple(range(3, 11)))
    assert made[0].detail == (
        "IKE_AUTH: the initiator retransmits its message 3 times over 7.0 s after the answer of 238 bytes in frame 4; "
        "it is answered 4 times in all."
    )


def test_large_answers_may_be_too_large() -> None:
    made = diagnosed(in_vain(size=2238))
    assert ids(made) == [ID, "path-mtu"]
    assert (
        made[1].detail == "The answers of 2238 bytes to IKE_AUTH do not arrive; answers of up to 400 bytes did before."
    )


def test_one_lost_answer_is_every_day() -> None:
    assert one(ID, in_vain(repeats=1)) is None


def test_a_rekeying_of_an_sa_that_is_up() -> None:
    talk = again(healthy(), "CREATE_CHILD_SA", 200, 3)
    last = one(ID, talk)
    assert last is not None
    assert last.confidence == "possible", "the last answer may have arrived, and the capture ends"
    assert one(ID, talk, last=talk.now + 10).confidence == "likely"  # type: ignore[union-attr]
    talk.say("INFORMATIONAL", message_id=2)
    assert one(ID, talk) is None, "it goes on"


def test_a_delete_that_is_repeated_harms_nobody() -> None:
    assert one(ID, again(healthy(), "INFORMATIONAL", 57, 3, request=65)) is None
    assert one(ID, again(healthy(), "INFORMATIONAL", 57, 3, request=57)) is not None


def test_cookies_that_do_not_arrive_and_cookies_that_are_not_returned_look_the_same() -> None:
    talk = Talk(outcome="failed", failed_at="IKE_SA_INIT", failed_by="none")
    for k in range(4):
        talk.say("IKE_SA_INIT", again=k > 0, after=1)
        talk.say("IKE_SA_INIT", by="r", notifies=[(16390, bytes([k]) * 20)], after=0.01)
    made = diagnosed(talk)
    assert ids(made) == [ID, "cookie-loop"]
    assert made[0].confidence == made[1].confidence
    assert "to return a COOKIE: the initiator does not do so, or never gets the answers" in made[0].detail
    assert "does not return it, or never gets the answers" in made[1].detail


def test_ikev1_from_the_middle_on_does_not_tell_who_is_who() -> None:
    for late in (False, True):
        talk = main_mode(outcome="established", starts_late=late)
        talk.say("QUICK_MODE", message_id=5)
        talk.say("QUICK_MODE", by="r", message_id=5)
        for k in range(3):
            talk.say("QUICK_MODE", message_id=5, again=True, after=2.0**k)
        assert (one(ID, talk) is None) == late


def message_6(method: int, **fields) -> Talk:
    """Main mode message 5 is retransmitted to the end, and answered each time."""
    talk = main_mode(**{"outcome": "failed", "failed_at": "IDENTITY_PROTECTION", "failed_by": "none", **fields})
    talk.choose(encryption_id=7, key_bits=256, integrity_id=4, ke_id=14, auth_method=method)
    for _ in range(3):
        talk.say("IDENTITY_PROTECTION", encrypted=True, again=True, after=10, length=1420)
        talk.say("IDENTITY_PROTECTION", by="r", encrypted=True, again=True, length=1388)
    return talk


def test_main_mode_message_6_may_be_dropped_for_its_proof() -> None:
    made = diagnosed(message_6(3))
    assert ids(made) == [ID, "authentication-failed", "certificate-rejected", "identity-rejected"]
    assert [d.confidence for d in made] == ["likely", "possible", "possible", "possible"]
    assert made[2].detail.endswith(
        "The initiator retransmits main mode message 5 3 times although message 6 answers it in this capture: message "
        "6 does not arrive, or the initiator does not accept the proof in it."
    )
    assert ids(diagnosed(message_6(1))) == [ID, "authentication-failed", "identity-rejected"]  # a pre-shared key
    aggressive_mode = message_6(3, mode="aggressive")
    assert ids(diagnosed(aggressive_mode)) == [ID]


def test_a_request_that_returns_the_cookie_does_what_was_asked() -> None:
    """The responder refuses its own COOKIE: nobody may say that it is not returned."""
    talk = Talk(outcome="failed", failed_at="IKE_SA_INIT", failed_by="none")
    talk.say("IKE_SA_INIT")
    talk.say("IKE_SA_INIT", by="r", notifies=[(16390, b"1" * 20)])
    for k in range(4):
        talk.say("IKE_SA_INIT", again=k > 0, after=1, notifies=[(16390, b"1" * 20)])
        talk.say("IKE_SA_INIT", by="r", again=k > 0, notifies=[(16390, b"2" * 20)], after=0.01)
    said = " ".join(d.detail for d in diagnosed(talk))
    assert "asks to return a COOKIE although the request returns one" in said
    assert "The initiator returned a COOKIE in 4 requests" in said
    assert "does not do so" not in said
    assert "does not return it" not in said


def test_another_group_asked_for_and_the_same_request_again() -> None:
    talk = Talk(outcome="failed", failed_at="IKE_SA_INIT", failed_by="none")
    for k in range(4):
        talk.say("IKE_SA_INIT", again=k > 0, after=1)
        talk.say("IKE_SA_INIT", by="r", again=k > 0, notifies=[(17, b"\0\x13")], after=0.01)
    made = one(ID, talk)
    assert made is not None
    assert made.detail.endswith(
        "The responder asks for another key exchange method (INVALID_KE_PAYLOAD): the initiator does not do so, or "
        "never gets the answers."
    )
    assert "asks" not in (one(ID, in_vain()) or made).detail


def test_an_answer_in_fragments_is_one_answer() -> None:
    talk = Talk(outcome="failed", failed_at="IKE_AUTH", failed_by="none").ike_sa_init()
    for k in range(4):
        talk.say("IKE_AUTH", message_id=1, again=k > 0, after=2)
        for number in (1, 2, 3):
            step = talk.say("IKE_AUTH", by="r", message_id=1, fragment=(number, 3), again=k > 0)
            if k:
                talk.change(step.frame_number, retransmission_of=3 + number)
    made = one(ID, talk)
    assert made is not None
    assert "after the answer in fragments, one of them in frame 4; it is answered 4 times in all." in made.detail


def test_traffic_of_the_side_that_asked_shows_that_it_got_an_answer() -> None:
    """The last of four answers came through; the peer's own traffic would show nothing."""
    for back, made in ((False, []), (True, [ID])):
        told = story(in_vain(outcome="established", failed_at=None, failed_by=None), last=60)
        told.streams = [stream(at=30, until=50, back=back)]
        assert [d.diagnosis for d in assess(told).diagnoses.get(1, ()) if d.diagnosis == ID] == made


def from_the_wire(
    source: tuple[str, int], target: tuple[str, int] = wire.A, asks: tuple[str, int] = wire.A
) -> list[Diagnosis]:
    talk = wire.Talk()
    for _ in range(4):
        talk.say(wire.init_request(), asks, wire.B, after=3)
        talk.say(wire.init_answer(), source, target)
    return assess(talk.story(10)).diagnoses[1]


def test_answers_from_another_address_are_named_with_both() -> None:
    made = from_the_wire(wire.C)
    assert (ids(made), made[0].confidence) == ([ID], "likely")
    assert (
        "The answers come from 198.51.100.7, another address than the one asked (192.0.2.20): a NAT, a firewall or the "
        "side that asks may drop them for that."
    ) in made[0].detail
    assert made[0].advice.startswith("Let the peer answer from the address that was asked")


def test_answers_to_another_port_are_named() -> None:
    made = from_the_wire(wire.B, asks=(wire.A[0], 264))
    assert ids(made) == [ID]
    assert "The answers go to port 500 though the request came from port 264" in made[0].detail
    assert "ports" in made[0].advice


def test_answers_that_come_back_as_asked_have_no_word_of_it() -> None:
    made = from_the_wire(wire.B)
    assert "another" not in made[0].detail
    assert "2.11" not in made[0].basis
