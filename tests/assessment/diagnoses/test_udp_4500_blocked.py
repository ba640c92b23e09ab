import pytest

from tests.assessment.build import Talk, diagnosed, healthy, icmp, ids, main_mode, one

ID = "udp-4500-blocked"


def moved(length: int = 300, repeats: int = 3) -> Talk:
    talk = Talk(outcome="failed", failed_at="IKE_AUTH", failed_by="none").ike_sa_init()
    talk.transport = "udp-4500"
    talk.say("IKE_AUTH", message_id=1, length=length)
    for _ in range(repeats):
        talk.say("IKE_AUTH", message_id=1, length=length, again=True, after=2)
    return talk


def test_small_messages_on_4500_after_answers_on_500() -> None:
    made = diagnosed(moved())
    assert ids(made) == [ID, "no-response"]
    assert (made[0].confidence, made[0].evidence_frames) == ("likely", (2, 3, 4, 5, 6))
    assert "the largest unanswered message has 300 bytes" in made[0].basis
    assert made[0].detail.endswith("the peer answered on UDP 500 once and never on 4500.")


def test_copies_are_no_answers_and_tcp_is_not_udp_500() -> None:
    talk = Talk(outcome="failed", failed_at="IKE_AUTH", failed_by="none").ike_sa_init()
    talk.say("IKE_SA_INIT", by="r", duplicate=True)
    talk.transport = "udp-4500"
    for again in (False, True):
        talk.say("IKE_AUTH", message_id=1, again=again, after=2)
    found = one(ID, talk)
    assert found is not None
    assert "answered on UDP 500 once" in found.detail
    tcp = Talk(outcome="failed", failed_at="IKE_AUTH", failed_by="none")
    tcp.transport = "tcp"
    tcp.ike_sa_init()
    tcp.transport = "udp-4500"
    for again in (False, True):
        tcp.say("IKE_AUTH", message_id=1, again=again, after=2)
    assert one(ID, tcp) is None


def test_large_messages_make_it_a_candidate_behind_the_path() -> None:
    made = diagnosed(moved(length=1800))
    assert ids(made)[:2] == ["path-mtu", ID]
    assert [d.confidence for d in made][:2] == ["likely", "possible"]


@pytest.mark.parametrize(
    ("six", "largest"), [(False, 1280 - 20 - 8 - 4), (True, 1280 - 40 - 8 - 4)], ids=["IPv4", "IPv6"]
)
def test_small_is_what_fits_into_a_packet_of_1280_bytes(six: bool, largest: int) -> None:
    for length, first in ((largest, ID), (largest + 1, "path-mtu")):
        talk = moved(length)
        if six:
            talk.n.initiator_ip, talk.n.responder_ip = "2001:db8::10", "2001:db8::20"
        assert ids(diagnosed(talk))[0] == first


def test_main_mode_whose_fifth_message_moved() -> None:
    talk = main_mode(messages=4, outcome="failed", failed_at="IDENTITY_PROTECTION", failed_by="none")
    talk.transport = "udp-4500"
    for again in (False, True, True):
        talk.say("IDENTITY_PROTECTION", encrypted=True, length=108, again=again, after=4)
    assert ids(diagnosed(talk))[0] == ID


def test_silence_on_the_same_port_or_an_answer_on_4500() -> None:
    same = Talk(outcome="failed", failed_at="IKE_AUTH", failed_by="none").ike_sa_init()
    same.say("IKE_AUTH", message_id=1)
    same.say("IKE_AUTH", message_id=1, again=True)
    assert one(ID, same) is None
    eap = Talk(outcome="failed", failed_at="IKE_AUTH", failed_by="none").ike_sa_init()
    eap.transport = "udp-4500"
    eap.ike_auth()
    eap.say("IKE_AUTH", message_id=2)
    eap.say("IKE_AUTH", message_id=2, again=True)
    assert one(ID, eap) is None


def half_open(**fields) -> Talk:
    talk = Talk(outcome="incomplete", **fields).ike_sa_init()
    return talk.choose(2, encryption_id=20, key_bits=256, prf_id=5, ke_id=19)


def test_a_firewall_before_the_capture() -> None:
    diagnosis = one(ID, half_open(), last=10)
    assert diagnosis is not None
    assert (diagnosis.confidence, diagnosis.evidence_frames) == ("possible", (2,))


def test_not_where_4500_works_or_the_capture_ends_at_once() -> None:
    working = healthy(2, 10, at=20)
    working.transport = "udp-4500"
    working.say("INFORMATIONAL", by="r", begun_by="r")
    assert one(ID, half_open(), working, last=30) is None
    assert one(ID, half_open(), last=1) is None


def test_who_retransmits_what_was_answered_has_no_reason_to_move() -> None:
    for repeats, found in ((1, True), (2, False)):
        talk = half_open()
        for _ in range(repeats):
            talk.say("IKE_SA_INIT", again=True, after=2)
            talk.say("IKE_SA_INIT", by="r", again=True)
        assert (one(ID, talk, last=30) is not None) == found


def test_main_mode_that_was_about_to_move() -> None:
    for nat, found in (("initiator", True), ("none", False), (None, False)):
        diagnosis = one(ID, main_mode(messages=4, outcome="incomplete", nat=nat), last=10)
        assert (diagnosis is not None) == found
        if diagnosis is not None:
            assert (diagnosis.confidence, diagnosis.evidence_frames) == ("possible", (4,))


@pytest.mark.parametrize("by", ["i", "r"])
def test_who_repeats_shows_who_waits(by: str) -> None:
    """The responder waits for message 5, which goes to 4500; an initiator that repeats message 3 lacks message 4."""
    failed = {"outcome": "failed", "failed_at": "IDENTITY_PROTECTION", "failed_by": "none", "nat": "initiator"}
    talk = main_mode(messages=4, **failed)
    for _ in range(3):
        talk.say("IDENTITY_PROTECTION", by=by, again=True, payloads=(4, 10), after=4)
    made = {d.diagnosis: d.confidence for d in diagnosed(talk, last=60)}
    assert made.get(ID) == ("possible" if by == "r" else None)
    assert made
    assert "initiator-stopped" not in made


def test_the_peers_host_says_that_nothing_listens() -> None:
    talk = moved()
    talk.n.icmp_errors.append(icmp("port-unreachable", frame=9)._replace(dst_port=4500))
    made = {d.diagnosis: d for d in diagnosed(talk)}
    assert made[ID].confidence == "possible"
    assert made["port-unreachable"].rank < made[ID].rank


def test_one_message_is_one_message() -> None:
    talk = Talk(outcome="failed", failed_at="IKE_AUTH", failed_by="none").ike_sa_init()
    talk.transport = "udp-4500"
    talk.say("IKE_AUTH", message_id=1)
    diagnosis = one(ID, talk)
    assert diagnosis is not None
    assert diagnosis.detail.startswith("1 message of IKE_AUTH on UDP 4500 without an answer;")
