from tests.assessment.build import INITIATOR, Talk, diagnosed, healthy, icmp, ids, main_mode, one

ID = "no-response"


def silent(tries: int = 4, **fields) -> Talk:
    talk = Talk(**{"outcome": "unanswered", "failed_at": "IKE_SA_INIT", "failed_by": "none", **fields})
    talk.say("IKE_SA_INIT")
    for k in range(tries - 1):
        talk.say("IKE_SA_INIT", again=True, after=2.0**k)
    return talk


def test_repeated_and_never_answered() -> None:
    (first, *rest) = diagnosed(silent())
    assert (first.diagnosis, first.rank, first.confidence) == (ID, 1, "likely")
    assert first.evidence_frames == (1, 2, 3, 4)
    assert first.detail == "IKE_SA_INIT: 4 transmissions over 7.0 s, no answer in this capture."
    assert rest == []


def test_a_single_message_is_weak_evidence() -> None:
    diagnosis = one(ID, silent(1))
    assert diagnosis is not None
    assert (diagnosis.confidence, diagnosis.detail) == (
        "possible",
        "IKE_SA_INIT: 1 transmission, no answer in this capture.",
    )


def test_host_unreachable_is_told() -> None:
    talk = silent()
    talk.n.icmp_errors.append(icmp("host-unreachable", reporter="192.0.2.1"))
    diagnosis = one(ID, talk)
    assert diagnosis is not None
    assert "192.0.2.1 reports: host unreachable." in diagnosis.detail


def test_silence_in_the_middle_is_the_weakest_explanation() -> None:
    talk = Talk(outcome="failed", failed_at="IKE_AUTH", failed_by="none").ike_sa_init()
    talk.transport = "udp-4500"
    talk.say("IKE_AUTH", message_id=1)
    talk.say("IKE_AUTH", message_id=1, again=True)
    assert ids(diagnosed(talk)) == ["udp-4500-blocked", ID]
    diagnosis = one(ID, talk)
    assert diagnosis is not None
    assert "The peer had answered before." in diagnosis.detail


def test_refused_or_established_is_not_silence() -> None:
    assert one(ID, healthy()) is None
    refused = Talk(outcome="failed", failed_at="IKE_SA_INIT", failed_by="responder")
    refused.say("IKE_SA_INIT")
    refused.say("IKE_SA_INIT", by="r", notifies=[14])
    assert one(ID, refused) is None


def test_the_same_peer_over_tcp() -> None:
    tcp = Talk(number=2, frame=40, at=30, outcome="established")
    tcp.transport = "tcp"
    tcp.ike_sa_init().ike_auth()
    diagnosis = one(ID, silent(), tcp)
    assert diagnosis is not None
    assert diagnosis.detail.endswith("Negotiation 2 of the two came through over TCP: UDP does not.")
    udp = one(ID, silent(), healthy(2, 40, at=30))
    assert udp is not None
    assert "TCP" not in udp.detail
    assert (
        "Negotiation 2 of the two came up 30.0 s later, begun by the same side: path and ports worked then."
        in udp.detail
    )
    assert "open UDP" not in udp.advice


def waiting_for_message_4(**fields) -> Talk:
    talk = Talk(1, **{"outcome": "failed", "failed_at": "IDENTITY_PROTECTION", "failed_by": "none", **fields})
    talk.n.began = 1
    talk.say("IDENTITY_PROTECTION", payloads=(1, 13))
    talk.say("IDENTITY_PROTECTION", by="r", payloads=(1, 13))
    talk.say("IDENTITY_PROTECTION", payloads=(4, 10))
    for _ in range(4):
        talk.say("IDENTITY_PROTECTION", payloads=(4, 10), again=True, after=8)
    return talk


def test_message_3_counts_without_message_1() -> None:
    diagnosis = one(ID, waiting_for_message_4())
    assert diagnosis is not None
    assert diagnosis.detail.startswith("IDENTITY_PROTECTION: 5 transmissions over 32.0 s, no answer")
    assert "Message 2 accepted the proposal" in diagnosis.detail
    assert "tunnel group" in diagnosis.advice
    assert "open UDP" not in diagnosis.advice


def test_message_3_from_another_port_says_nothing_of_the_key() -> None:
    talk = waiting_for_message_4()
    talk.n.moves = [(3, "192.0.2.10", 4500, "192.0.2.20", 4500)]
    diagnosis = one(ID, talk)
    assert diagnosis is not None
    assert "accepted the proposal" not in diagnosis.detail


def without_marker(transport: str) -> Talk:
    talk = Talk(outcome="failed", failed_at="IKE_AUTH", failed_by="none").ike_sa_init()
    talk.n.began = 1
    talk.n.moves = [(3, "192.0.2.10", 4500, "192.0.2.20", 4500)]
    talk.transport = transport
    talk.say("IKE_AUTH", message_id=1)
    talk.say("IKE_AUTH", message_id=1, again=True)
    return talk


def test_a_missing_marker_is_named_and_one_that_is_there_is_not() -> None:
    missing, there = one(ID, without_marker("udp")), one(ID, without_marker("udp-4500"))
    assert missing is not None
    assert there is not None
    assert "without the non-ESP marker" in missing.detail
    assert "marker" in missing.advice
    assert "marker" not in there.detail + there.advice


def test_the_port_that_was_asked_is_advised() -> None:
    diagnosis = one(ID, silent(responder_port=15901))
    assert diagnosis is not None
    assert "open UDP 15901 " in diagnosis.advice
    usual = one(ID, silent())
    assert usual is not None
    assert "open UDP 500 and 4500 " in usual.advice


def test_a_late_copy_of_an_answered_message_is_not_the_silence() -> None:
    talk = main_mode(messages=3, outcome="failed", failed_at="IDENTITY_PROTECTION", failed_by="none")
    talk.say("IDENTITY_PROTECTION", again=True, after=2)
    late = talk.say("IDENTITY_PROTECTION", again=True, after=60)
    talk.change(late.frame_number, retransmission_of=1)
    diagnosis = one(ID, talk)
    assert diagnosis is not None
    assert diagnosis.detail.startswith("IDENTITY_PROTECTION: 2 transmissions over 2.0 s, no answer in this capture.")


def after_message_2(*, mode: str = "main", by: str = "i", encrypted: bool = False, payloads=(4, 10)) -> Talk:
    """The proposal is accepted; what follows is repeated and gets no answer."""
    talk = main_mode(messages=2, mode=mode, outcome="failed", failed_at="IDENTITY_PROTECTION", failed_by="none")
    talk.change(1, payload_types=(1, 13)).change(2, payload_types=(1, 13))
    for again in (False, True, True):
        talk.say("IDENTITY_PROTECTION", by=by, again=again, encrypted=encrypted, payloads=payloads, after=3)
    return talk


def test_a_key_exchange_without_an_answer_is_main_modes_third_message() -> None:
    def said(talk: Talk) -> bool:
        diagnosis = one(ID, talk)
        return diagnosis is not None and "the key exchange of message 3 got no answer" in diagnosis.detail

    assert said(after_message_2())
    assert not said(after_message_2(payloads=(10, 13)))
    assert not said(after_message_2(encrypted=True))
    assert not said(after_message_2(mode="base"))


def test_a_client_that_does_not_answer_xauth() -> None:
    talk = main_mode(outcome="failed", failed_at="TRANSACTION", failed_by="none", failure="no answer")
    for k in range(4):
        talk.say("TRANSACTION", by="r", begun_by="r", message_id=7, length=76, again=k > 0, after=5)
    (found,) = diagnosed(talk)
    assert (found.diagnosis, found.confidence) == ("no-response", "likely")
    assert found.detail.endswith("the client does not answer the gateway's question (XAUTH).")
    talk.say("INFORMATIONAL", message_id=9, length=92, encrypted=True, after=2)
    left = one(ID, talk)
    assert left is not None
    assert left.detail.endswith("It sends an INFORMATIONAL of 92 bytes instead, which may end the SA.")
    assert "user name and password" in found.advice
    own = main_mode(outcome="failed", failed_at="TRANSACTION", failed_by="none", failure="no answer")
    for k in range(4):
        own.say("TRANSACTION", message_id=7, length=76, again=k > 0, after=5)
    near = one("no-response", own)
    assert near is not None
    assert "XAUTH" not in near.detail


def test_who_had_answered_is_the_side_that_is_asked() -> None:
    """Of the client nothing is in the capture: that the gateway spoke before is no answer of the client."""
    fields = {"outcome": "failed", "failed_at": "TRANSACTION", "failed_by": "none", "failure": "no answer"}
    for talk, answered in ((main_mode(**fields), True), (Talk(ike_version=1, mode="main", **fields), False)):
        talk.say("IDENTITY_PROTECTION", by="r")
        for k in range(2):
            talk.say("TRANSACTION", by="r", begun_by="r", message_id=7, length=76, again=k > 0, after=5)
        found = one(ID, talk)
        assert found is not None
        assert ("The peer had answered before." in found.detail) == answered


def test_ports_that_carried_the_messages_before_need_no_opening() -> None:
    for transport, moved in (("udp", False), ("tcp", False), ("udp-4500", True)):
        talk = Talk(outcome="failed", failed_at="IKE_AUTH", failed_by="none")
        talk.transport = "udp" if moved else transport
        talk.ike_sa_init()
        talk.transport = transport
        for again in (False, True, True):
            talk.say("IKE_AUTH", message_id=1, again=again, after=2)
        diagnosis = one(ID, talk)
        assert diagnosis is not None
        assert ("open UDP 4500 (and" in diagnosis.advice) is moved
        assert ("ports are open" in diagnosis.advice) is not moved


def test_over_tcp_no_udp_port_is_to_be_opened() -> None:
    talk = Talk(outcome="unanswered", failed_at="IKE_SA_INIT", failed_by="none", responder_port=4500)
    talk.transport = "tcp"
    talk.say("IKE_SA_INIT")
    diagnosis = one(ID, talk)
    assert diagnosis is not None
    assert "open TCP 4500 between the two addresses" in diagnosis.advice
    assert "UDP" not in diagnosis.advice


def test_what_the_filter_leaves_out_is_no_silence() -> None:
    def asked(**kwargs):
        talk = Talk(outcome="unanswered", failed_at="IKE_SA_INIT", failed_by="none")
        talk.say("IKE_SA_INIT")
        talk.say("IKE_SA_INIT", again=True, after=2)
        found = one("no-response", talk, last=60, **kwargs)
        assert found is not None
        return found

    assert asked().confidence == asked(filters=("udp port 500 or icmp",)).confidence == "likely"
    assert "ICMP" not in asked(filters=("udp port 500 or icmp or icmp6",)).basis
    assert "leaves out ICMP, so that there may have been errors" in asked(filters=("udp port 500",)).basis
    one_way = asked(filters=(f"src host {INITIATOR}",))
    assert one_way.confidence == "possible"
    assert "leaves out what the responder sends here" in one_way.basis
