from tests.assessment.build import Talk, diagnosed, healthy, icmp, ids, one

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
