from tests.assessment.build import INITIATOR, RESPONDER, Talk, aggressive, diagnosed, healthy, icmp, ids, one

ID = "port-unreachable"


def unreachable(reporter: str = "192.0.2.20") -> Talk:
    talk = Talk(outcome="unanswered", failed_at="IKE_SA_INIT", failed_by="none")
    talk.say("IKE_SA_INIT")
    talk.n.icmp_errors.append(icmp("port-unreachable", frame=2, reporter=reporter))
    talk.say("IKE_SA_INIT", again=True)
    return talk


def test_the_peer_itself_says_so() -> None:
    made = diagnosed(unreachable())
    assert ids(made) == [ID, "no-response"]
    assert (made[0].confidence, made[0].evidence_frames) == ("likely", (1, 2))
    assert made[0].detail == "192.0.2.20 reports UDP port 500 of 192.0.2.20 unreachable."


def test_someone_on_the_way_says_so() -> None:
    diagnosis = one(ID, unreachable("192.0.2.1"))
    assert diagnosis is not None
    assert diagnosis.confidence == "likely"


def test_an_sa_that_came_up_after_all() -> None:
    talk = healthy()
    talk.n.icmp_errors.append(icmp("port-unreachable"))
    assert diagnosed(talk) == []


def test_a_side_that_had_sent_from_that_port_closed_it() -> None:
    talk = aggressive(outcome="failed", failed_at="AGGRESSIVE", failed_by="initiator")
    about_answer = icmp("port-unreachable", frame=90, reporter=INITIATOR)
    talk.n.icmp_errors.append(about_answer._replace(src_ip=RESPONDER, dst_ip=INITIATOR))
    found = one(ID, talk)
    assert found is not None
    assert found.title == "Nothing listens any more on the initiator's port"
    assert found.detail.endswith("The initiator had sent from that port before.")
    assert found.advice.startswith("Read the initiator's log")
    talk.n.icmp_errors[:] = [about_answer._replace(src_ip=RESPONDER, dst_ip=INITIATOR, dst_port=4500)]
    elsewhere = one(ID, talk)
    assert elsewhere is not None
    assert elsewhere.title == "Nothing listens on the peer's port"
