from analyzer.assessment.diagnoses.peer_dead import NAT_FORGETS_S
from tests.assessment.build import Talk, diagnosed, healthy, icmp, ids, main_mode, one

ID = "peer-dead"


def asking(length: int = 57, repeats: int = 4, **step) -> Talk:
    talk = healthy()
    talk.say("INFORMATIONAL", message_id=2, length=57)
    talk.say("INFORMATIONAL", by="r", message_id=2, length=57)
    talk.say("INFORMATIONAL", message_id=3, length=length, **step)
    for k in range(repeats):
        talk.say("INFORMATIONAL", message_id=3, length=length, again=True, after=2.0**k)
    return talk


def test_liveness_checks_unanswered_to_the_end() -> None:
    made = diagnosed(asking())
    assert ids(made) == [ID]
    assert (made[0].confidence, made[0].evidence_frames) == ("likely", (7, 8, 9, 10, 11))
    assert made[0].detail == (
        "5 messages of 57 bytes from the initiator over 15.0 s, and nothing from the responder after them."
    )


def test_a_side_that_is_not_in_the_capture_at_all_is_not_dead() -> None:
    talk = Talk(outcome="established")
    talk.say("IKE_AUTH", message_id=1, length=300)
    for k in range(5):
        talk.say("INFORMATIONAL", message_id=2, length=57, again=k > 0, after=2)
    assert one(ID, talk) is None


def test_one_lost_answer_is_not_death() -> None:
    assert one(ID, asking(repeats=1)) is None
    recovered = asking()
    recovered.say("INFORMATIONAL", by="r", message_id=3, length=57)
    assert one(ID, recovered) is None


def test_what_stands_before_the_last_request_is_not_taken_for_it() -> None:
    """A request whose answer was captured first, an answer whose request is not there, a set-up not answered."""
    answered = healthy()
    answered.say("INFORMATIONAL", by="r", message_id=2)
    for k in range(4):
        answered.say("INFORMATIONAL", message_id=2, again=k > 0, after=2)
    answered.say("INFORMATIONAL", message_id=3)
    assert one(ID, answered) is None
    unrequested = healthy()
    unrequested.say("INFORMATIONAL", by="r", message_id=2)
    for _ in range(3):
        unrequested.say("INFORMATIONAL", by="r", message_id=2, again=True, after=2)
    unrequested.say("INFORMATIONAL", message_id=3)
    assert one(ID, unrequested) is None
    setting_up = Talk(outcome="established").ike_sa_init()
    for k in range(4):
        setting_up.say("IKE_AUTH", message_id=1, again=k > 0, after=2)
    assert one(ID, setting_up) is None


def test_a_delete_that_nobody_answers_is_a_goodbye() -> None:
    assert one(ID, asking(length=65)) is None  # AES-GCM: too long to be empty
    assert one(ID, asking(length=80, inner=(42,))) is None
    assert one(ID, asking(length=80, inner=())) is not None


def test_a_rekey_request_that_nobody_answers() -> None:
    talk = healthy()
    talk.say("CREATE_CHILD_SA", by="r", begun_by="r", length=300)
    for _ in range(3):
        talk.say("CREATE_CHILD_SA", by="r", begun_by="r", length=300, again=True, after=3)
    diagnosis = one(ID, talk)
    assert diagnosis is not None
    assert "from the responder" in diagnosis.detail


def r_u_there(count: int, gap: float, length: int = 92, inner: tuple[int, ...] | None = None) -> Talk:
    talk = main_mode(outcome="established")
    talk.say("QUICK_MODE", message_id=3)
    talk.say("QUICK_MODE", by="r", message_id=3)
    talk.say("QUICK_MODE", message_id=3)
    for k in range(count):
        talk.say("INFORMATIONAL", message_id=100 + k, length=length, after=gap, inner=inner)
    return talk


def test_ikev1_questions_into_the_void() -> None:
    diagnosis = one(ID, r_u_there(4, 2))
    assert diagnosis is not None
    assert diagnosis.evidence_frames == (10, 11, 12, 13)


def test_ikev1_deletes_come_in_a_burst() -> None:
    assert one(ID, r_u_there(5, 0.001)) is None
    assert one(ID, r_u_there(2, 5)) is None


def test_what_keys_show_to_be_a_delete_is_no_question() -> None:
    assert one(ID, r_u_there(4, 2, inner=(8, 11))) is not None
    assert one(ID, r_u_there(4, 2, inner=(8, 12))) is None


def test_ikev1_questions_that_are_answered() -> None:
    talk = r_u_there(4, 2)
    talk.say("INFORMATIONAL", by="r", begun_by="r", message_id=999, length=92)
    assert one(ID, talk) is None


def test_an_sa_that_never_came_up() -> None:
    talk = asking()
    talk.n.outcome = "incomplete"
    assert one(ID, talk) is None


def test_ikev1_quick_mode_into_the_void() -> None:
    talk = main_mode(outcome="established")
    talk.say("QUICK_MODE", message_id=3)
    for _ in range(3):
        talk.say("QUICK_MODE", message_id=3, again=True, after=4)
    assert one(ID, talk) is not None
    talk.say("QUICK_MODE", message_id=3, length=60)  # the third message: the second was only not recorded
    assert one(ID, talk) is None


def test_a_nat_that_had_time_to_forget() -> None:
    for nat, text in (("initiator", "Before, 60 s passed without IKE messages"), ("none", "after them."), (None, "")):
        talk = healthy(nat=nat)
        talk.say("INFORMATIONAL", message_id=2, length=57, after=60)
        for k in range(4):
            talk.say("INFORMATIONAL", message_id=2, length=57, again=True, after=2.0**k)
        diagnosis = one(ID, talk)
        assert diagnosis is not None
        assert text in diagnosis.detail
        assert ("NAT" in diagnosis.detail) == (nat == "initiator")


def test_a_host_where_nothing_listens_has_no_nat_to_blame() -> None:
    talk = asking()
    talk.n.nat = "initiator"
    talk.n.icmp_errors.append(icmp("port-unreachable", frame=9))
    diagnosis = one(ID, talk)
    assert diagnosis is not None
    assert "reports UDP port 500 of 192.0.2.20 unreachable." in diagnosis.detail
    assert ("NAT" in diagnosis.detail, "NAT" in diagnosis.advice) == (False, False)
    assert 9 in diagnosis.evidence_frames
    earlier = asking()
    earlier.n.icmp_errors.append(icmp("port-unreachable", frame=6))
    diagnosis = one(ID, earlier)
    assert diagnosis is not None
    assert "NAT keepalive" in diagnosis.advice


def both_ask(repeats: int) -> Talk:
    talk = healthy()
    for by in "ir":
        talk.say("INFORMATIONAL", by=by, begun_by=by, message_id=2, length=57)
    for k in range(repeats):
        for by in "ir":
            talk.say("INFORMATIONAL", by=by, begun_by=by, message_id=2, length=57, again=True, after=2.0**k)
    return talk


def test_both_sides_ask_and_neither_answers() -> None:
    diagnosis = one(ID, both_ask(3))
    assert diagnosis is not None
    assert diagnosis.detail == "8 messages over 14.1 s, requests of both sides, and no answer to either."
    assert diagnosis.evidence_frames == tuple(range(5, 13))
    assert "Neither side gets the other's messages" in diagnosis.advice
    assert one(ID, both_ask(1)) is None
    answered = both_ask(3)
    answered.say("INFORMATIONAL", by="r", message_id=2, length=57)
    assert one(ID, answered) is None


def test_a_nat_that_forgot_its_mapping_says_so() -> None:
    talk = healthy(nat="initiator")
    talk.say("INFORMATIONAL", by="r", begun_by="r", message_id=0, length=57)
    for k in range(3):
        talk.say("INFORMATIONAL", by="r", begun_by="r", message_id=0, length=57, again=True, after=2.0**k)
    outside = {"reporter_ip": "192.0.2.10", "src_ip": "192.0.2.20", "dst_ip": "192.0.2.10", "dst_port": 47645}
    talk.n.icmp_errors.append(icmp("port-unreachable", frame=9)._replace(**outside))
    diagnosis = one(ID, talk)
    assert diagnosis is not None
    assert "That address is the NAT's" in diagnosis.advice
    talk.n.nat = "none"
    assert "ss -lunp" in one(ID, talk).advice  # type: ignore[union-attr]


def test_half_a_minute_is_long_enough_for_a_nat_to_forget() -> None:
    for idle, said in ((NAT_FORGETS_S, True), (NAT_FORGETS_S - 0.5, False)):
        talk = healthy(nat="initiator")
        talk.say("INFORMATIONAL", message_id=2, length=57, after=idle)
        for k in range(4):
            talk.say("INFORMATIONAL", message_id=2, length=57, again=True, after=2.0**k)
        diagnosis = one(ID, talk)
        assert diagnosis is not None
        assert ("long enough for a NAT" in diagnosis.detail) is said


def test_a_late_copy_of_what_the_peer_said_is_no_sign_of_life() -> None:
    talk = asking()
    copy = talk.say("INFORMATIONAL", by="r", message_id=2, length=57, again=True, after=0)
    assert one(ID, talk) is None, "a retransmission is one"
    talk.change(copy.frame_number, duplicate=True)
    assert one(ID, talk) is not None
