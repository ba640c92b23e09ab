from tests.assessment.build import Talk, diagnosed, healthy, icmp, ids

ID = "icmp-filtered"


def test_administratively_prohibited() -> None:
    talk = Talk(outcome="unanswered", failed_at="IKE_SA_INIT", failed_by="none")
    talk.say("IKE_SA_INIT")
    talk.n.icmp_errors.append(icmp("admin-prohibited", frame=2, reporter="192.0.2.1"))
    made = diagnosed(talk)
    assert ids(made) == [ID, "no-response"]
    assert (made[0].confidence, made[0].evidence_frames) == ("certain", (2,))
    assert made[0].detail.startswith("192.0.2.1 rejects packets to 192.0.2.20 port 500")


def test_other_errors_and_sas_that_came_up() -> None:
    talk = healthy()
    talk.n.icmp_errors.append(icmp("admin-prohibited"))
    assert diagnosed(talk) == []
