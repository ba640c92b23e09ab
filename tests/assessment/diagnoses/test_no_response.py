from tests.assessment.build import Talk, diagnosed, healthy, icmp, ids, one

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
